/* knobs.c -- see knobs.h.
 *
 * Half of the databases have a day set by hand, which only advances turn; the others follow the
 * clock, in zones whose clocks change.  Some runs live through years, some have a clock that is
 * wrong for a while, some have a crowd, so that a day turns in several slices.
 */
#include "tests/sim/knobs.h"

#define YEAR_US (365 * CLOCK_DAY_US)

/* The programme's day: ends of months and of years, leap days, the first days there are. */
static int32_t draw_first_day(struct dice *dice)
{
	static const int32_t days[] = {10408, 10407, 20454, 11016, 11017, 10956,
				       0,     5,     400,   47480, 13879, 19781};
	uint32_t kind = dice_below(dice, 20);
	return kind < sizeof days / sizeof days[0] ? days[kind]
						   : (int32_t)dice_range(dice, 1000, 47000);
}

/* The default ones, or others; in a crowd those of whom a day changes many at once. */
static void draw_rules(struct standing_rules *rules, struct dice *dice, bool usual, bool crowd)
{
	static const int32_t months[] = {12, 12, 1, 1, 2, 3}, grace[] = {0, 0, 1, 10, 45, 90};
	static const uint32_t falls[] = {1, 1, 1, 2, 2, 0};
	*rules = (struct standing_rules){12, 0, 1, 30, 90, 180, 180};
	if (usual)
		return;
	rules->keep_months = months[dice_below(dice, 6)];
	rules->grace_days = grace[dice_below(dice, 6)];
	rules->fall = falls[dice_below(dice, 6)];
	if (!crowd && dice_chance(dice, 600))
		return;
	rules->new_days = (int32_t)dice_below(dice, 5);
	rules->at_risk_days = (int32_t)dice_range(dice, 1, 12);
	rules->churned_days = (int32_t)dice_range(dice, 2, 30);
	rules->won_back_days = (int32_t)dice_range(dice, 2, 40);
}

/* Wrong by so much, for a while, now and then. */
static int64_t draw_mistake(struct dice *dice)
{
	static const int64_t mistakes[] = {-CLOCK_DAY_US / 24, -CLOCK_DAY_US, 4 * CLOCK_DAY_US,
					   32 * CLOCK_DAY_US, 10 * YEAR_US};
	return mistakes[dice_below(dice, sizeof mistakes / sizeof mistakes[0])];
}

static void draw_days(struct world *world)
{
	static const uint32_t leaps[] = {0, 100, 500, 3000}, advances[] = {0, 10, 40};
	struct dice *dice = &world->dice;
	struct model *model = &world->model;
	struct clock *clock = &world->clock;
	bool years = dice_chance(dice, 100);
	bool crowd = world->knobs.crowded > 0;
	draw_rules(&model->rules, dice, !years && !crowd && dice_chance(dice, 300), crowd);
	model->by_hand = dice_chance(dice, 500);
	world->knobs.advances = advances[dice_below(dice, 3)];
	clock->back_us = model->back_us = CLOCK_BACK_US;
	if (model->by_hand) {
		model->first_day = model->today = draw_first_day(dice);
		if (years || crowd)
			world->knobs.advances = crowd ? 5 : 150;
		return;
	}
	model_calendar_draw(&model->calendar, dice, clock->wall_us);
	clock->day_leaps = years ? 20000 : crowd ? 500 : leaps[dice_below(dice, 4)];
	if (!dice_chance(dice, 300))
		return;
	clock->mistake_us = draw_mistake(dice);
	clock->back_us += clock->mistake_us < 0 ? -clock->mistake_us : clock->mistake_us;
	model->back_us = clock->back_us;
}

static void draw_clients(struct world *world)
{
	struct dice *dice = &world->dice;
	for (uint32_t i = 0; i < world->knobs.clients; i++) {
		struct client *client = &world->clients[i];
		client->index = i;
		client->slot = i / 2;
		bool anonymous = dice_chance(dice, 50);
		for (size_t b = 0; b < sizeof client->instance.bytes && !anonymous; b++)
			client->instance.bytes[b] = (uint8_t)(1 + i % 2 + b);
	}
}

void knobs_draw(struct world *world)
{
	struct dice *dice = &world->dice;
	struct knobs *knobs = &world->knobs;
	static const int64_t within[] = {0, 300000, 3000000, 60000000};
	bool crowd = dice_chance(dice, 50);
	knobs->clients = dice_range(dice, 1, WORLD_CLIENTS);
	knobs->max_clients = dice_chance(dice, 100) ? knobs->clients / 2 : 100;
	knobs->customers = dice_range(dice, 1, 12);
	knobs->strangers = crowd ? 900 : 60;
	knobs->crowded = crowd ? 700 : 0;
	knobs->care = crowd ? 5 : dice_chance(dice, 300) ? 0 : dice_range(dice, 100, 500);
	knobs->people = crowd ? 10 : dice_chance(dice, 200) ? 0 : dice_range(dice, 50, 500);
	knobs->erase = dice_chance(dice, 300) ? 0 : dice_range(dice, 10, 150);
	knobs->segments = dice_chance(dice, 400) ? 0 : dice_range(dice, 5, 150);
	knobs->batch = dice_chance(dice, 500) ? 4 : 40;
	knobs->giant = crowd || dice_chance(dice, 50) ? 60 : 0;
	knobs->depth = dice_range(dice, 1, CLIENT_FLIGHTS);
	knobs->memory_fails = dice_chance(dice, 100) ? 300 : 0;
	knobs->huge = dice_chance(dice, 200) ? 20 : 0;
	knobs->fields =
	    knobs->customers % 3 == 0 ? 30 : 0; /* no dice: other runs stay as they were */
	world->clock.leaps = dice_chance(dice, 300) ? 100 : 0;
	world->clock.long_leaps = dice_chance(dice, 100) ? 2 : 0;
	if (knobs->max_clients == 0)
		knobs->max_clients = 1;
	world->machine.start_fails = dice_chance(dice, 500) ? 0 : 200;
	world->machine.erase_within_us = within[dice_below(dice, 4)];
	draw_clients(world);
	draw_days(world);
}
