/* percentile.h -- the exact percentile of the values of each group, in slices.
 *
 *   blocks   | group, value | group, value | ...        10 bytes each, as they came
 *   pass     counts, for each group, of the next few bits of the values that may still be it
 *            --> the bits of the answer, from the highest on
 *
 * The percentile is the least value that so many percent of the values do not exceed (nearest
 * rank): of 4 values the median is the second.
 *
 * Why not sorted: ten million values are 80 MB, and a pass can stop anywhere.
 */
#ifndef CRMDB_ENGINE_QUERY_PERCENTILE_H
#define CRMDB_ENGINE_QUERY_PERCENTILE_H
#include <stdbool.h>
#include <stdint.h>

#include "server/base/memory.h"

struct percentile_block;

struct percentile {
	const struct memory *memory; /* borrowed until percentile_close */
	struct percentile_block *first, *last;
	uint32_t hundredths; /* of a percent, 1 to 10,000 */
	uint64_t low, high;  /* least and greatest value, biased */
	/* Passes. */
	uint32_t groups;
	uint64_t *found; /* of each group: the bits known so far */
	uint64_t
	    *rank; /* of each group: which of those that have them it is, from 1; 0: no value */
	uint32_t *counts; /* of each group, 1 << bits */
	uint32_t bits, shift, shift_before;
	const struct percentile_block *at; /* next block of this pass */
	bool begun, done;
};

void percentile_open(struct percentile *percentile, const struct memory *memory,
		     uint32_t hundredths);
void percentile_close(struct percentile *percentile);

/* A value of group number `group`, below 65,536.  False: out of memory. */
bool percentile_add(struct percentile *percentile, uint32_t group, int64_t value);

/* No more are added: `groups` groups, in which valued_of says how many have a value.  False: out of
 * memory. */
struct percentile_groups {
	uint32_t count;
	uint64_t (*valued_of)(const void *context, uint32_t group);
	const void *context;
};
bool percentile_begin(struct percentile *percentile, const struct percentile_groups *groups);
/* Look at about `values` values.  True: done. */
bool percentile_step(struct percentile *percentile, uint32_t values);

/* Of a group that has a value. */
int64_t percentile_of(const struct percentile *percentile, uint32_t group);

#endif
