/* clock.h -- two simulated clocks: one that never goes back, and a wall clock one cannot trust.
 *
 * The wall clock moves on, stands still or jumps back, but never more than `back_us` behind its
 * highest reading; so what the server may have read lies between two bounds.
 *
 *   wall   ----'  '----,   ,-----------'  '-----      days pass while running (days_pass)
 *                      |   |
 *                      '---'                          wrong for a while (clock_go_wrong), then
 * right
 */
#ifndef CRMDB_TESTS_SIM_CLOCK_H
#define CRMDB_TESTS_SIM_CLOCK_H
#include "tests/sim/dice.h"

#define CLOCK_START_US INT64_C(1767225600000000) /* 2026-01-01 */
#define CLOCK_BACK_US INT64_C(2000000)
#define CLOCK_DAY_US INT64_C(86400000000)

struct clock {
	int64_t wall_us;
	int64_t high_us;     /* highest wall_us so far */
	int64_t peak_us;     /* the same of a clock that is always as wrong as now */
	int64_t back_us;     /* how far wall_us may fall below high_us */
	int64_t wrong_us;    /* how far it is off; 0: right */
	int64_t mistake_us;  /* how far it is off when it goes wrong; 0: never */
	uint64_t steady_us;  /* since the start of the run */
	uint32_t leaps;      /* per mille of ticks that skip seconds, so that deadlines pass */
	uint32_t long_leaps; /* per mille that skip hours, so that keys grow old */
	uint32_t day_leaps;  /* in a hundred thousand: ticks that skip days */
};

static inline void clock_set(struct clock *clock, int64_t wall_us)
{
	clock->wall_us = wall_us;
	if (wall_us > clock->peak_us)
		clock->peak_us = wall_us;
	if (wall_us > clock->high_us)
		clock->high_us = wall_us;
}

static inline void clock_advance(struct clock *clock, int64_t us)
{
	clock->steady_us += (uint64_t)us;
	clock_set(clock, clock->wall_us + us);
}

static inline void clock_be_wrong(struct clock *clock, int64_t wrong_us)
{
	clock->peak_us += wrong_us - clock->wrong_us;
	clock_set(clock, clock->wall_us + wrong_us - clock->wrong_us);
	clock->wrong_us = wrong_us;
}

/* While running; the steady clock stands still, so no deadline passes. */
static inline void clock_leap_days(struct clock *clock, struct dice *dice)
{
	uint32_t kind = dice_below(dice, 20);
	int64_t days = kind < 12 ? 1 : kind < 16 ? 2 : kind < 19 ? 3 : 4;
	clock_set(clock, clock->wall_us + days * CLOCK_DAY_US);
}

static inline void clock_tick(struct clock *clock, struct dice *dice)
{
	uint32_t kind = dice_below(dice, 100);
	if (kind < 70)
		clock_advance(clock, dice_range(dice, 1, 400));
	else if (kind < 73)
		clock_set(clock, clock->peak_us - dice_below(dice, CLOCK_BACK_US));
	if (dice_chance(dice, clock->leaps) && dice_chance(dice, 100))
		clock_advance(clock, INT64_C(1000000) * dice_range(dice, 1, 400));
	if (dice_chance(dice, clock->long_leaps))
		clock_advance(clock, INT64_C(3600000000) * dice_range(dice, 1, 15));
	if (clock->day_leaps > 0 && dice_below(dice, 100000) < clock->day_leaps)
		clock_leap_days(clock, dice);
	if (clock->mistake_us != 0 && dice_chance(dice, 3))
		clock_be_wrong(clock, clock->wrong_us != 0 ? 0 : clock->mistake_us);
}

#endif
