/* block.c -- see block.h.
 *
 * Why packed: an earn of about 45 bytes as a node of its own costs 16 bytes more in LMDB and its
 * time 8; packed, the time costs one or two and the node's share is below one.
 *
 *   B1  A block of several records is at most LIMIT_BLOCK_BYTES, so that two fill a page.
 *   B2  Times within a block do not fall; a record with an earlier one starts the next block.
 */
#include "server/store/block.h"

#include "server/base/ensure.h"
#include "server/base/hash.h"
#include "server/base/varint.h"

#define HEAD_BYTES 10u
#define CHECKSUM_BYTES 8u
#define TIME_BYTES 8u

static_assert(BLOCK_MAX_BYTES >=
		  LIMIT_EVENT_BYTES + HEAD_BYTES + CHECKSUM_BYTES + 2 * VARINT_MAX_BYTES,
	      "the largest event fits a block");
static_assert(LIMIT_BLOCK_BYTES / 2 < UINT16_MAX, "a record takes two bytes or more");

void block_key(uint64_t number, uint8_t key[BLOCK_KEY_BYTES])
{
	uint64_t ordered = __builtin_bswap64(number);
	memcpy(key, &ordered, BLOCK_KEY_BYTES);
}

uint64_t block_key_number(const uint8_t key[BLOCK_KEY_BYTES])
{
	uint64_t ordered;
	memcpy(&ordered, key, BLOCK_KEY_BYTES);
	return __builtin_bswap64(ordered);
}

static uint64_t sum(const uint8_t *bytes, size_t size, uint64_t first,
		    const struct block_realm *realm)
{
	uint8_t place[sizeof realm->database.bytes + BLOCK_KEY_BYTES];
	memcpy(place, realm->database.bytes, sizeof realm->database.bytes);
	block_key(first, place + sizeof realm->database.bytes);
	return hash_bytes(bytes, size, hash_bytes(place, sizeof place, realm->seed));
}

static void start(struct block_packer *packer, uint64_t number, int64_t time)
{
	packer->first = number;
	packer->time = time;
	packer->size = HEAD_BYTES;
	memcpy(packer->bytes + 2, &time, TIME_BYTES);
}

/* May a record of `size` bytes, the first `head` of them varints, join the block? */
static bool fits(const struct block_packer *packer, int64_t time, size_t head, uint32_t size)
{
	if (packer->count == 0)
		return true;
	return size <= LIMIT_BLOCK_EVENT_BYTES && !packer->alone && time >= packer->time && /* B2 */
	       packer->size + head + size - TIME_BYTES + CHECKSUM_BYTES <= LIMIT_BLOCK_BYTES;
}

bool block_add(struct block_packer *packer, uint64_t number, const uint8_t *record, uint32_t size)
{
	uint8_t head[2 * VARINT_MAX_BYTES];
	int64_t time;
	ENSURE(size >= TIME_BYTES && size <= LIMIT_EVENT_BYTES);
	memcpy(&time, record, TIME_BYTES);
	if (packer->count == 0)
		start(packer, number, time);
	size_t head_size = varint_put(head, size - TIME_BYTES);
	head_size += varint_put(head + head_size, (uint64_t)time - (uint64_t)packer->time);
	if (!fits(packer, time, head_size, size))
		return false;
	ENSURE(number == packer->first + packer->count);
	uint8_t *at = packer->bytes + packer->size;
	memcpy(at, head, head_size);
	memcpy(at + head_size, record + TIME_BYTES, size - TIME_BYTES);
	packer->size += (uint32_t)head_size + size - TIME_BYTES;
	packer->count++;
	packer->time = time;
	packer->alone = size > LIMIT_BLOCK_EVENT_BYTES;
	return true;
}

uint32_t block_finish(struct block_packer *packer, const struct block_realm *realm)
{
	ENSURE(packer->count > 0);
	uint16_t count = (uint16_t)packer->count;
	memcpy(packer->bytes, &count, sizeof count);
	uint64_t checksum = sum(packer->bytes, packer->size, packer->first, realm);
	memcpy(packer->bytes + packer->size, &checksum, CHECKSUM_BYTES);
	uint32_t size = packer->size + CHECKSUM_BYTES;
	ENSURE(packer->count == 1 || size <= LIMIT_BLOCK_BYTES); /* B1 */
	packer->count = 0;
	return size;
}

bool block_open(struct block_reader *reader, uint64_t first, struct wire_text value,
		const struct block_realm *realm)
{
	const uint8_t *bytes = (const uint8_t *)value.bytes;
	uint64_t checksum;
	if (value.size < HEAD_BYTES + CHECKSUM_BYTES)
		return false;
	uint32_t size = value.size - CHECKSUM_BYTES;
	memcpy(&checksum, bytes + size, CHECKSUM_BYTES);
	if (checksum != sum(bytes, size, first, realm))
		return false;
	reader->records = (struct wire_reader){bytes, bytes + size, false};
	reader->left = wire_read_u16(&reader->records);
	reader->time = wire_read_i64(&reader->records);
	reader->next = first;
	return true;
}

/* The part of the next record after its time; NULL after the last. */
static const uint8_t *step(struct block_reader *reader, uint32_t *size)
{
	if (reader->left == 0)
		return NULL;
	uint64_t rest = varint_read(&reader->records);
	uint64_t elapsed = varint_read(&reader->records);
	if (rest > LIMIT_EVENT_BYTES - TIME_BYTES)
		return NULL;
	*size = (uint32_t)rest;
	reader->time = (int64_t)((uint64_t)reader->time + elapsed);
	reader->left--;
	reader->next++;
	return wire_take(&reader->records, rest);
}

bool block_seek(struct block_reader *reader, uint64_t number)
{
	uint32_t size;
	while (reader->next < number)
		if (step(reader, &size) == NULL)
			return false;
	return reader->next == number && reader->left > 0;
}

bool block_next(struct block_reader *reader, uint8_t *bytes, uint32_t *size)
{
	uint32_t rest;
	const uint8_t *record = step(reader, &rest);
	if (record == NULL)
		return false;
	memcpy(bytes, &reader->time, TIME_BYTES);
	memcpy(bytes + TIME_BYTES, record, rest);
	*size = rest + TIME_BYTES;
	return true;
}
