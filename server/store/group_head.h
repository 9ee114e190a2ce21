/* group_head.h -- a group as it lies in the journal, and the chain that groups form.
 *
 *   0          8       16         32      40       48         56      64      72      76     128
 *   +----------+-------+----------+-------+--------+----------+-------+-------+-------+------+----
 *   | checksum | magic | database | epoch | number | previous | start | first | count | size | zero
 *   +----------+-------+----------+-------+--------+----------+-------+-------+-------+------+----
 *     u64        u64     16 bytes   u64     u64      u64        u64     u64     u32     u32
 *
 * checksum: XXH3 with the database's seed over everything after it, padding to 4 KiB included.
 * previous: checksum of the group before.  start: ring position, see group_place.  A group of
 * count 0 opens an epoch.
 *
 * Pure functions; any thread.
 */
#ifndef CRMDB_STORE_GROUP_HEAD_H
#define CRMDB_STORE_GROUP_HEAD_H
#include "protocol/wire.h"
#include "server/store/group.h"

/* What all groups of one journal share. */
struct group_ring {
	struct wire_id database;
	uint64_t seed;
	uint64_t bytes; /* of the ring; a multiple of GROUP_ALIGN */
};

struct group_head {
	uint64_t checksum;
	struct wire_id database;
	uint64_t epoch;
	uint64_t number; /* of the group, from 1, dense */
	uint64_t previous;
	uint64_t start;
	uint64_t first;
	uint32_t count;
	uint32_t size; /* bytes used, head included */
};

/* Where the chain stands: what the next group must continue.  All zero: before the first. */
struct group_link {
	uint64_t epoch;
	uint64_t number;
	uint64_t checksum;
	uint64_t start; /* ring positions of that group; they grow for ever, the byte is at */
	uint64_t end;   /* position % ring bytes */
	uint64_t event; /* last event up to there */
};

enum group_verdict {
	GROUP_NONE, /* no group begins here */
	GROUP_TORN, /* one does, but its bytes are not those that were sealed */
	GROUP_WHOLE,
};

/* Bytes a group of `size` takes on disk. */
uint64_t group_padded(uint32_t size);

/* Where a group of `padded` bytes goes after position `end`: there, or at the start of the next
 * lap, because a group is never split. */
uint64_t group_place(uint64_t end, uint64_t padded, uint64_t ring_bytes);

/* Fill in head room and padding so that the group continues *link, and advance *link to it. */
void group_seal(struct group *group, const struct group_ring *ring, uint64_t epoch,
		struct group_link *link);

/* Read the head at `bytes` (at least GROUP_ALIGN) and check the whole group, which must lie within
 * `available` bytes.  *head is set unless GROUP_NONE; of a torn group it is a claim, no fact. */
enum group_verdict group_check(const uint8_t *bytes, uint64_t available,
			       const struct group_ring *ring, struct group_head *head);

/* Does the group continue the chain at *link? */
bool group_follows(const struct group_head *head, const struct group_link *link,
		   const struct group_ring *ring);

/* Decode the head of a sealed or checked group. */
void group_head_read(const uint8_t *bytes, struct group_head *head);
struct group_link group_head_link(const struct group_head *head);

/* Walks the records of a sealed or checked group in order. */
struct group_cursor {
	const uint8_t *at, *end;
	uint32_t left;
};
struct group_cursor group_cursor(const uint8_t *bytes, uint32_t size, uint32_t count);
/* The next record; NULL after the last, or where the bytes are no record (torn). */
const uint8_t *group_cursor_next(struct group_cursor *cursor, uint32_t *size);

#endif
