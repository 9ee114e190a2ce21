/* clock.h -- two simulated clocks: one that never goes back, and a wall clock one cannot trust.
 *
 * The wall clock moves on, stands still or jumps back, but never more than CLOCK_BACK_US behind
 * its highest reading; so what the server may have read lies between two bounds.
 */
#ifndef CRMDB_TESTS_SIM_CLOCK_H
#define CRMDB_TESTS_SIM_CLOCK_H
#include "tests/sim/dice.h"

#define CLOCK_START_US INT64_C(1767225600000000) /* 2026-01-01 */
#define CLOCK_BACK_US INT64_C(2000000)

struct clock {
	int64_t wall_us;
	int64_t high_us;     /* highest wall_us so far */
	uint64_t steady_us;  /* since the start of the run */
	uint32_t leaps;      /* per mille of ticks that skip seconds, so that deadlines pass */
	uint32_t long_leaps; /* per mille that skip hours, so that keys grow old */
};

static inline void clock_advance(struct clock *clock, int64_t us)
{
	clock->wall_us += us;
	clock->steady_us += (uint64_t)us;
	if (clock->wall_us > clock->high_us)
		clock->high_us = clock->wall_us;
}

static inline void clock_tick(struct clock *clock, struct dice *dice)
{
	uint32_t kind = dice_below(dice, 100);
	if (kind < 70)
		clock_advance(clock, dice_range(dice, 1, 400));
	else if (kind < 73)
		clock->wall_us = clock->high_us - dice_below(dice, CLOCK_BACK_US);
	if (dice_chance(dice, clock->leaps) && dice_chance(dice, 100))
		clock_advance(clock, INT64_C(1000000) * dice_range(dice, 1, 400));
	if (dice_chance(dice, clock->long_leaps))
		clock_advance(clock, INT64_C(3600000000) * dice_range(dice, 1, 15));
}

#endif
