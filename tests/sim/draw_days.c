/* draw_days.c -- to which day to advance: where nothing turns, where one day does, where many do.
 */
#include "tests/sim/draw_private.h"

static int64_t odd_day(struct world *world, struct dice *dice)
{
	const int64_t days[] = {world->model.today - 1,
				-1,
				INT64_MIN,
				INT64_MAX,
				MODEL_LAST_DAY + 1,
				0,
				world->model.today + INT64_C(4294967296)};
	return days[dice_below(dice, sizeof days / sizeof days[0])];
}

/* The day the clock shows, right or wrong, and one after it. */
static int64_t near_clock(struct world *world, struct dice *dice)
{
	int32_t day = model_calendar_day(&world->model.calendar, world->clock.wall_us);
	return day + (int64_t)dice_below(dice, 2);
}

void draw_advance(struct world *world, struct msg_advance *m)
{
	struct dice *dice = &world->dice;
	uint32_t kind = dice_below(dice, 100);
	int64_t today = world->model.today;
	if (kind < 8)
		m->day = odd_day(world, dice);
	else if (kind < 15)
		m->day = today;
	else if (kind < 45)
		m->day = world->model.by_hand ? today + 1 : near_clock(world, dice);
	else if (kind < 75)
		m->day = today + dice_range(dice, 1, 3);
	else if (kind < 97)
		m->day = today + dice_range(dice, 4, 40);
	else
		m->day = today + dice_range(dice, 100, 800);
}
