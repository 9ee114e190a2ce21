/* draw_days.c -- to which day to advance: where nothing turns, where one day does, where many do;
 * and which days to ask about.
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

/* Today, a few days before, or one that is nowhere. */
static int64_t past_day(struct world *world, struct dice *dice)
{
	if (dice_below(dice, 12) == 0)
		return odd_day(world, dice);
	return world->model.today - (int64_t)dice_range(dice, 0, 8);
}

static void draw_trend(struct world *world, struct dice *dice, struct msg_trend *m)
{
	*m = (struct msg_trend){.given = 6, .first = INT64_MIN, .last = INT64_MAX};
	if (dice_below(dice, 8) > 0)
		m->first = past_day(world, dice);
	if (dice_below(dice, 3) == 0)
		m->last = past_day(world, dice);
	m->tiers = dice_below(dice, 2) == 0 ? 0xffff : (uint16_t)dice_below(dice, 40);
	m->stages = dice_below(dice, 2) == 0 ? 0xffff : (uint16_t)dice_below(dice, 140);
	if (dice_below(dice, 2) == 0)
		m->limit = dice_below(dice, 20) == 0 ? 501 : 1 + dice_below(dice, 5);
}

void draw_day_question(struct world *world, struct command *command)
{
	struct dice *dice = &world->dice;
	command->opcode = dice_below(dice, 2) == 0 ? OP_trend : OP_matrix_on;
	if (command->opcode == OP_trend)
		draw_trend(world, dice, &command->as.trend);
	else
		command->as.matrix_on.day = past_day(world, dice);
}
