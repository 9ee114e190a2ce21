/* percentile.c -- see percentile.h: radix selection over all groups at once.
 *
 *   R1  A value is biased (its sign turned), so that it is ordered without sign.
 *   R2  Of a group `found` has the bits above `shift_before`; a value counts in a pass when it has
 *       the same, and rank says which of them in order it is.
 */
#include "server/engine/query/percentile.h"

#include <string.h>

#include "server/base/ensure.h"

#define BLOCK_VALUES 6500u
#define COUNTERS_MOST (1u << 20) /* 4 MiB */
#define BITS_MOST 11u
#define SIGN (UINT64_C(1) << 63)

struct percentile_block {
	struct percentile_block *next;
	uint32_t count;
	uint64_t values[BLOCK_VALUES];
	uint16_t groups[BLOCK_VALUES];
};

void percentile_open(struct percentile *percentile, const struct memory *memory,
		     uint32_t hundredths)
{
	*percentile =
	    (struct percentile){.memory = memory, .hundredths = hundredths, .low = UINT64_MAX};
}

static size_t counters(const struct percentile *percentile)
{
	return (size_t)percentile->groups << percentile->bits;
}

void percentile_close(struct percentile *percentile)
{
	const struct memory *memory = percentile->memory;
	size_t words = percentile->groups * sizeof(uint64_t);
	while (percentile->first != NULL) {
		struct percentile_block *block = percentile->first;
		percentile->first = block->next;
		memory->release(memory->context, block, sizeof *block);
	}
	if (percentile->found != NULL)
		memory->release(memory->context, percentile->found, words);
	if (percentile->rank != NULL)
		memory->release(memory->context, percentile->rank, words);
	if (percentile->counts != NULL)
		memory->release(memory->context, percentile->counts,
				counters(percentile) * sizeof(uint32_t));
	percentile_open(percentile, memory, percentile->hundredths);
}

bool percentile_add(struct percentile *percentile, uint32_t group, int64_t value)
{
	const struct memory *memory = percentile->memory;
	struct percentile_block *block = percentile->last;
	uint64_t biased = (uint64_t)value ^ SIGN; /* R1 */
	if (block == NULL || block->count == BLOCK_VALUES) {
		block = memory->allocate(memory->context, sizeof *block);
		if (block == NULL)
			return false;
		if (percentile->last == NULL)
			percentile->first = block;
		else
			percentile->last->next = block;
		percentile->last = block;
	}
	block->values[block->count] = biased;
	block->groups[block->count++] = (uint16_t)group;
	percentile->low = biased < percentile->low ? biased : percentile->low;
	percentile->high = biased > percentile->high ? biased : percentile->high;
	return true;
}

/* Of n values, from 1: ceil(n * hundredths / 10,000). */
static uint64_t rank_of(uint64_t valued, uint32_t hundredths)
{
	return (valued * hundredths + 9999) / 10000;
}

static void next_pass(struct percentile *percentile)
{
	percentile->shift_before = percentile->shift;
	percentile->shift =
	    percentile->shift > percentile->bits ? percentile->shift - percentile->bits : 0;
	percentile->at = percentile->first;
	memset(percentile->counts, 0, counters(percentile) * sizeof(uint32_t));
}

bool percentile_begin(struct percentile *percentile, const struct percentile_groups *groups)
{
	const struct memory *memory = percentile->memory;
	uint32_t count = groups->count, bits = BITS_MOST;
	while (bits > 1 && (uint64_t)count << bits > COUNTERS_MOST)
		bits--;
	percentile->begun = true;
	percentile->done = percentile->first == NULL;
	if (percentile->done)
		return true;
	percentile->groups = count;
	percentile->bits = bits;
	percentile->found = memory->allocate(memory->context, count * sizeof(uint64_t));
	percentile->rank = memory->allocate(memory->context, count * sizeof(uint64_t));
	percentile->counts =
	    memory->allocate(memory->context, counters(percentile) * sizeof(uint32_t));
	if (percentile->found == NULL || percentile->rank == NULL || percentile->counts == NULL)
		return false;
	uint64_t differs = percentile->low ^ percentile->high;
	uint32_t known = differs == 0 ? 64 : (uint32_t)__builtin_clzll(differs);
	percentile->shift = 64 - known;
	for (uint32_t i = 0; i < count; i++) {
		percentile->rank[i] =
		    rank_of(groups->valued_of(groups->context, i), percentile->hundredths);
		percentile->found[i] = percentile->shift == 64
					   ? 0
					   : percentile->low >> percentile->shift
								    << percentile->shift;
	}
	percentile->done = percentile->shift == 0;
	if (!percentile->done)
		next_pass(percentile);
	return true;
}

static bool has_found(const struct percentile *percentile, uint64_t value, uint64_t found)
{
	return percentile->shift_before == 64 || (value ^ found) >> percentile->shift_before == 0;
}

static void count_block(struct percentile *percentile, const struct percentile_block *block)
{
	uint32_t width = percentile->shift_before - percentile->shift;
	uint64_t mask = (UINT64_C(1) << width) - 1;
	for (uint32_t i = 0; i < block->count; i++) {
		uint32_t group = block->groups[i];
		uint64_t value = block->values[i];
		if (has_found(percentile, value, percentile->found[group])) /* R2 */
			percentile->counts[((uint64_t)group << percentile->bits) +
					   (value >> percentile->shift & mask)]++;
	}
}

/* The counts of a pass say the next bits. */
static void end_pass(struct percentile *percentile)
{
	for (uint32_t group = 0; group < percentile->groups; group++) {
		const uint32_t *counts = percentile->counts + ((size_t)group << percentile->bits);
		uint64_t at = 0;
		if (percentile->rank[group] == 0)
			continue;
		while (percentile->rank[group] > counts[at]) {
			percentile->rank[group] -= counts[at++];
			ENSURE(at < UINT64_C(1) << percentile->bits);
		}
		percentile->found[group] |= at << percentile->shift;
	}
	percentile->done = percentile->shift == 0;
	if (!percentile->done)
		next_pass(percentile);
}

bool percentile_step(struct percentile *percentile, uint32_t values)
{
	for (uint32_t looked = 0; !percentile->done && looked < values; looked += BLOCK_VALUES) {
		if (percentile->at == NULL) {
			end_pass(percentile);
			continue;
		}
		count_block(percentile, percentile->at);
		percentile->at = percentile->at->next;
	}
	return percentile->done;
}

int64_t percentile_of(const struct percentile *percentile, uint32_t group)
{
	return (int64_t)(percentile->found[group] ^ SIGN);
}
