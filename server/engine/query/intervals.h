/* intervals.h -- sets of values as sorted, disjoint intervals, both ends inclusive.
 *
 *   tier >= gold               [3,4]
 *   orders not in (2, 5)       [min,1] [3,4] [6,max]
 *
 * Every test of a question becomes one: the planner cuts them with the index's cells, a leaf of a
 * condition asks whether a value is inside.  No memory is taken: the room is the caller's.
 */
#ifndef CRMDB_ENGINE_QUERY_INTERVALS_H
#define CRMDB_ENGINE_QUERY_INTERVALS_H
#include <stdbool.h>
#include <stdint.h>

struct interval {
	int64_t low, high;
};

struct intervals {
	struct interval *items;
	uint32_t count, capacity;
};

/* Append; in any order until intervals_settle.  False: no room; an empty one is left out. */
bool intervals_add(struct intervals *set, int64_t low, int64_t high);
/* Sort, and join what touches or overlaps. */
void intervals_settle(struct intervals *set);

/* Of settled sets, within `all`: what is not in the set.  In place; false: no room. */
bool intervals_invert(struct intervals *set, struct interval all);
/* What both, or either, have, into `out`, which is neither.  False: no room; `out` is cut. */
bool intervals_both(const struct intervals *a, const struct intervals *b, struct intervals *out);
bool intervals_either(const struct intervals *a, const struct intervals *b, struct intervals *out);

bool intervals_have(const struct intervals *set, int64_t value);
bool intervals_equal(const struct intervals *a, const struct intervals *b);

#endif
