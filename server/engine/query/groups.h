/* groups.h -- customers grouped by up to two fields: counted, and a third field summed up.
 *
 *   (gold, active)  --hash--> slot --> group 17: 312 customers, 310 valued, sum, least, greatest
 *
 * Keys are values (sources.h).  At most LIMIT_QUERY_GROUPS groups.
 */
#ifndef CRMDB_ENGINE_QUERY_GROUPS_H
#define CRMDB_ENGINE_QUERY_GROUPS_H
#include <stdbool.h>
#include <stdint.h>

#include "server/base/memory.h"

/* A sum of four billion i64. */
__extension__ typedef __int128 groups_sum;

struct group_of {
	int64_t keys[2]; /* values; SOURCE_NULL for none */
	uint64_t raw[2]; /* the same, as columns hold them */
	uint32_t number; /* in the order they came, from 0 */
	uint64_t customers, valued;
	groups_sum sum;
	int64_t least, greatest;
};

/* Most questions have few groups: these are found without a hash. */
#define GROUPS_MEMO 256u

struct groups {
	const struct memory *memory; /* borrowed until groups_close */
	struct group_of *items;
	uint32_t count, capacity;
	uint32_t *slots; /* item + 1; 0: empty */
	uint32_t slot_count;
	uint32_t memo[GROUPS_MEMO]; /* item + 1 found last for such keys; 0: none */
};

void groups_open(struct groups *groups, const struct memory *memory);
void groups_close(struct groups *groups);

/* The group of these keys, made if need be.  NULL: out of memory, or too many.  Borrowed until the
 * next call. */
struct group_of *groups_find(struct groups *groups, const int64_t keys[2], const uint64_t raw[2]);

static inline uint32_t *groups_memo(struct groups *groups, const uint64_t raw[2])
{
	return &groups->memo[(raw[0] * 16 + raw[1]) % GROUPS_MEMO];
}

/* The group of these raw keys if the memo has it; NULL: groups_find knows. */
static inline struct group_of *groups_known(struct groups *groups, const uint64_t raw[2])
{
	uint32_t memo = *groups_memo(groups, raw);
	struct group_of *group = memo == 0 ? NULL : &groups->items[memo - 1];
	return group != NULL && group->raw[0] == raw[0] && group->raw[1] == raw[1] ? group : NULL;
}

/* Count a customer; `value` counts when `valued`. */
static inline void group_add(struct group_of *group, bool valued, int64_t value)
{
	group->customers++;
	if (!valued)
		return;
	group->valued++;
	group->sum += value;
	group->least = value < group->least ? value : group->least;
	group->greatest = value > group->greatest ? value : group->greatest;
}

/* In the order of their keys, none first: from here on no more are found. */
void groups_sort(struct groups *groups);

#endif
