/* group.h -- the unit of commitment: consecutive events gathered while the one before is flushed.
 *
 *   bytes (4 KiB-aligned)
 *   +------------------+-------------------------------+-------------------------------+-----
 *   | head room, 128 B | u32 size | record, `size` B   | u32 size | record, `size` B   | ...
 *   +------------------+-------------------------------+-------------------------------+-----
 *                      ^ offsets[0]                    ^ offsets[1]
 *
 * A record is one event as engine/event.h packs it; the store reads only its first 8 bytes (i64
 * time, us).  The journal fills in the head room and the padding, so a group is written without
 * copying.  One thread fills a group; after store_submit nobody changes its records.
 */
#ifndef CRMDB_STORE_GROUP_H
#define CRMDB_STORE_GROUP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GROUP_HEAD_BYTES 128u
#define GROUP_ALIGN 4096u

struct group {
	uint8_t *bytes;
	uint32_t size;     /* bytes used, head room included */
	uint32_t capacity; /* multiple of GROUP_ALIGN */
	uint64_t first;    /* number of the first event */
	uint32_t count;    /* events; they are first .. first + count - 1 */
	uint32_t *offsets; /* of each record's size field */
	uint32_t offsets_capacity;
	struct group *next; /* the store's queue, once submitted */
};

/* An empty group whose first event will be `first`.  NULL: out of memory.  Owned by the caller;
 * freed by group_free. */
struct group *group_new(uint64_t first);
void group_free(struct group *group);

/* Make sure one more record of `size` bytes fits: false when the group is full (LIMIT_GROUP_BYTES)
 * or memory is out. */
bool group_reserve(struct group *group, uint32_t size);

/* Where the next record of at most `size` reserved bytes may be written; group_commit says how
 * many were. */
uint8_t *group_room(struct group *group);
void group_commit(struct group *group, uint32_t size);

/* The record of event `number`, which must be in the group. */
const uint8_t *group_record(const struct group *group, uint64_t number, uint32_t *size);

static inline uint64_t group_last(const struct group *group)
{
	return group->first + group->count - 1;
}

#endif
