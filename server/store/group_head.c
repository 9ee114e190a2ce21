/* group_head.c -- see group_head.h.
 *
 * One checksum covers head, records and padding, so that a torn write is seen wherever it tore;
 * it is seeded with the database's secret seed, so that no record can hold a forged group.
 */
#include "server/store/group_head.h"

#include "server/base/ensure.h"
#include "server/base/hash.h"
#include "server/base/limits.h"

#define MAGIC UINT64_C(0x3150524742444d43) /* "CMDBGRP1" */
#define CHECKSUM_BYTES 8u

uint64_t group_padded(uint32_t size)
{
	return ((uint64_t)size + GROUP_ALIGN - 1) / GROUP_ALIGN * GROUP_ALIGN;
}

uint64_t group_place(uint64_t end, uint64_t padded, uint64_t ring_bytes)
{
	uint64_t in_lap = end % ring_bytes;
	return in_lap + padded <= ring_bytes ? end : end - in_lap + ring_bytes;
}

static uint64_t sum(const uint8_t *bytes, uint64_t padded, uint64_t seed)
{
	return hash_bytes(bytes + CHECKSUM_BYTES, padded - CHECKSUM_BYTES, seed);
}

static void head_write(uint8_t *bytes, const struct group_head *head)
{
	struct wire_writer w = {bytes, bytes + GROUP_HEAD_BYTES, false};
	memset(bytes, 0, GROUP_HEAD_BYTES);
	wire_write_u64(&w, head->checksum);
	wire_write_u64(&w, MAGIC);
	wire_write_id(&w, head->database);
	wire_write_u64(&w, head->epoch);
	wire_write_u64(&w, head->number);
	wire_write_u64(&w, head->previous);
	wire_write_u64(&w, head->start);
	wire_write_u64(&w, head->first);
	wire_write_u32(&w, head->count);
	wire_write_u32(&w, head->size);
	ENSURE(!w.failed);
}

/* False: no magic. */
static bool head_read(const uint8_t *bytes, struct group_head *head)
{
	struct wire_reader r = {bytes, bytes + GROUP_HEAD_BYTES, false};
	head->checksum = wire_read_u64(&r);
	uint64_t magic = wire_read_u64(&r);
	head->database = wire_read_id(&r);
	head->epoch = wire_read_u64(&r);
	head->number = wire_read_u64(&r);
	head->previous = wire_read_u64(&r);
	head->start = wire_read_u64(&r);
	head->first = wire_read_u64(&r);
	head->count = wire_read_u32(&r);
	head->size = wire_read_u32(&r);
	return magic == MAGIC;
}

void group_head_read(const uint8_t *bytes, struct group_head *head)
{
	ENSURE(head_read(bytes, head));
}

struct group_link group_head_link(const struct group_head *head)
{
	return (struct group_link){
	    .epoch = head->epoch,
	    .number = head->number,
	    .checksum = head->checksum,
	    .start = head->start,
	    .end = head->start + group_padded(head->size),
	    .event = head->first + head->count - 1,
	};
}

void group_seal(struct group *group, const struct group_ring *ring, uint64_t epoch,
		struct group_link *link)
{
	uint64_t padded = group_padded(group->size);
	ENSURE(padded <= group->capacity && padded <= ring->bytes);
	ENSURE(group->first == link->event + 1 && epoch >= link->epoch);
	struct group_head head = {
	    .database = ring->database,
	    .epoch = epoch,
	    .number = link->number + 1,
	    .previous = link->checksum,
	    .start = group_place(link->end, padded, ring->bytes),
	    .first = group->first,
	    .count = group->count,
	    .size = group->size,
	};
	head_write(group->bytes, &head);
	memset(group->bytes + group->size, 0, padded - group->size);
	head.checksum = sum(group->bytes, padded, ring->seed);
	memcpy(group->bytes, &head.checksum, CHECKSUM_BYTES);
	*link = group_head_link(&head);
}

enum group_verdict group_check(const uint8_t *bytes, uint64_t available,
			       const struct group_ring *ring, struct group_head *head)
{
	if (available < GROUP_ALIGN || !head_read(bytes, head))
		return GROUP_NONE;
	if (head->size < GROUP_HEAD_BYTES || head->size > LIMIT_GROUP_BYTES)
		return GROUP_TORN;
	uint64_t padded = group_padded(head->size);
	if (padded > available || sum(bytes, padded, ring->seed) != head->checksum)
		return GROUP_TORN;
	return wire_id_equal(head->database, ring->database) ? GROUP_WHOLE : GROUP_TORN;
}

bool group_follows(const struct group_head *head, const struct group_link *link,
		   const struct group_ring *ring)
{
	uint64_t place = group_place(link->end, group_padded(head->size), ring->bytes);
	return head->number == link->number + 1 && head->previous == link->checksum &&
	       head->first == link->event + 1 && head->epoch >= link->epoch && head->start == place;
}

struct group_cursor group_cursor(const uint8_t *bytes, uint32_t size, uint32_t count)
{
	return (struct group_cursor){bytes + GROUP_HEAD_BYTES, bytes + size, count};
}

const uint8_t *group_cursor_next(struct group_cursor *cursor, uint32_t *size)
{
	if (cursor->left == 0 || (size_t)(cursor->end - cursor->at) < sizeof *size)
		return NULL;
	memcpy(size, cursor->at, sizeof *size);
	const uint8_t *record = cursor->at + sizeof *size;
	if (*size < 8 || *size > LIMIT_EVENT_BYTES || *size > (size_t)(cursor->end - record))
		return NULL;
	cursor->at = record + *size;
	cursor->left--;
	return record;
}
