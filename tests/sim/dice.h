/* dice.h -- the one source of chance: a seed makes a history, the same one each time.
 *
 * SplitMix64 (Steele, Lea, Flood 2014).  Bias of the modulo is far below what a test can see.
 */
#ifndef CRMDB_TESTS_SIM_DICE_H
#define CRMDB_TESTS_SIM_DICE_H
#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

static inline uint64_t dice_next(struct dice *dice)
{
	uint64_t word = (dice->state += UINT64_C(0x9e3779b97f4a7c15));
	word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
	return word ^ (word >> 31);
}

/* 0 <= result < limit; limit > 0. */
static inline uint32_t dice_below(struct dice *dice, uint32_t limit)
{
	return (uint32_t)(dice_next(dice) % limit);
}

/* low <= result <= high. */
static inline uint32_t dice_range(struct dice *dice, uint32_t low, uint32_t high)
{
	return low + dice_below(dice, high - low + 1);
}

static inline bool dice_chance(struct dice *dice, uint32_t per_mille)
{
	return dice_below(dice, 1000) < per_mille;
}

#endif
