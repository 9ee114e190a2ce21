/* draw_orders.c -- orders that stand on every edge the rules have.
 *
 * Days: today, tomorrow and beyond, the last day of a stage and the first of the next, ends of the
 * months at both ends of both windows.  Amounts: what is missing to a tier, and one off.
 */
#include <stdio.h>
#include <string.h>

#include "protocol/key.h"
#include "protocol/limits.h"
#include "tests/sim/draw_private.h"

#define ID_BYTES 80u

/* --- days --- */

static int64_t near_today(const struct world *world, struct dice *dice)
{
	static const int16_t ages[] = {0,   0,   1,   29,  30,  31,  60,  89,  90,  91,  120,
				       179, 180, 181, 182, 210, 211, 270, 271, 272, 361, 362};
	return world->model.today - ages[dice_below(dice, sizeof ages / sizeof ages[0])];
}

/* The first or last day of a month where a window begins or ends. */
static int64_t month_edge(const struct world *world, struct dice *dice)
{
	static const int8_t ages[] = {0, 1, 10, 11, 12, 13, 22, 23, 24, 25, 36};
	int32_t age = ages[dice_below(dice, sizeof ages / sizeof ages[0])];
	int32_t month = standing_month(world->model.today) - age;
	if (month < 0)
		return 0;
	return standing_month_start(month) - (int64_t)dice_below(dice, 2);
}

static int64_t odd_day(const struct world *world, struct dice *dice)
{
	const int64_t days[] = {world->model.today + 1,
				world->model.today + 2,
				-1,
				-1000,
				INT64_MIN + 1,
				INT64_MAX,
				0,
				65535,
				world->model.today + INT64_C(4294967296)};
	return days[dice_below(dice, sizeof days / sizeof days[0])];
}

static int64_t draw_day(struct world *world)
{
	struct dice *dice = &world->dice;
	uint32_t kind = dice_below(dice, 100);
	if (kind < 15 || dice_chance(dice, world->knobs.crowded))
		return ORDER_DAY_TODAY;
	if (kind < 55)
		return near_today(world, dice);
	if (kind < 75)
		return month_edge(world, dice);
	if (kind < 80)
		return odd_day(world, dice);
	if (kind < 82)
		return world->model.today + 1;
	return world->model.today - (int64_t)dice_below(dice, 800);
}

/* --- amounts --- */

/* What would lift the customer to a tier, or let it keep one, or one minor unit off. */
static int64_t missing(const struct world *world, struct dice *dice, uint64_t customer)
{
	struct person_state person = model_person(&world->model, customer, UINT64_MAX);
	int64_t entry = standing_entry(dice_range(dice, 1, STANDING_TIERS - 1));
	if (dice_chance(dice, 400))
		entry = standing_entry(person.standing.tier) / 10 * 7;
	int64_t amount = entry - person.standing.spend12 + (int64_t)dice_below(dice, 3) - 1;
	return amount < 0 ? 0 : amount;
}

static int64_t huge(const struct world *world, struct dice *dice, uint64_t customer)
{
	struct person_state person = model_person(&world->model, customer, UINT64_MAX);
	int64_t most = INT64_MAX - person.standing.spend;
	const int64_t amounts[] = {most, most == INT64_MAX ? most : most + 1, INT64_MAX,
				   INT64_MAX / 2};
	return amounts[dice_below(dice, sizeof amounts / sizeof amounts[0])];
}

static int64_t draw_amount(struct world *world, uint64_t customer)
{
	struct dice *dice = &world->dice;
	uint32_t kind = dice_below(dice, 100);
	if (dice_chance(dice, world->knobs.huge))
		return huge(world, dice, customer);
	if (kind == 0)
		return dice_chance(dice, 500) ? -1 : INT64_MIN;
	if (kind < 6)
		return 0;
	if (kind < 20)
		return missing(world, dice, customer);
	return dice_range(dice, 1, kind < 60 ? 3000 : 30000);
}

/* --- ids --- */

/* Bytes that are no text, texts of 64 bytes and of more, none at all. */
static uint32_t odd_id(struct dice *dice, char id[ID_BYTES])
{
	static const char *const ids[] = {"", "\xff", "ok\xc3", "\xed\xa0\x80", "\xe8\xae\xa2"};
	uint32_t kind = dice_below(dice, 10);
	if (kind < sizeof ids / sizeof ids[0]) {
		memcpy(id, ids[kind], strlen(ids[kind]));
		return (uint32_t)strlen(ids[kind]);
	}
	uint32_t size = kind == 5 ? 64 : kind == 6 ? 65 : dice_range(dice, 60, ID_BYTES);
	memset(id, (int)('a' + dice_below(dice, 4)), size);
	return size;
}

static uint32_t draw_id(struct world *world, char id[ID_BYTES])
{
	struct dice *dice = &world->dice;
	uint32_t number = world->intents.count;
	if (dice_chance(dice, 20))
		return odd_id(dice, id);
	if (dice_chance(dice, 120))
		number = dice_below(dice, number + 1);
	return (uint32_t)snprintf(id, ID_BYTES, "%s%u", number % 7 == 0 ? "\xe5\x8f\xb7" : "no ",
				  number);
}

static bool asked_before(const struct world *world, const struct command *command)
{
	uint64_t content = command_content(command);
	const struct intent *older = intents_find(&world->intents, &command->as.order.key);
	while (older != NULL && older->content != content)
		older = older->same_key;
	return older != NULL;
}

/* The id lives until the next call. */
void draw_order(struct world *world, struct command *command)
{
	static char id[ID_BYTES];
	struct dice *dice = &world->dice;
	struct msg_order *m = &command->as.order;
	command->opcode = OP_order;
	m->customer = dice_chance(dice, 250 + world->knobs.crowded)
			  ? DRAW_STRANGER + dice_below(dice, world->knobs.strangers)
			  : draw_customer(world);
	m->order = (struct wire_text){id, draw_id(world, id)};
	m->key = key_from_ref(OP_order, id, m->order.size);
	m->day = draw_day(world);
	m->amount = draw_amount(world, m->customer);
	m->items = dice_below(dice, 5);
	m->no_points = dice_chance(dice, 100) ? (uint8_t)dice_range(dice, 1, 2) : 0;
	if (dice_chance(dice, 15))
		m->key = draw_key(world, dice_chance(dice, 500) ? OP_order : OP_points_earn);
	while (asked_before(world, command))
		m->items++; /* the same again is drawn as a repeat of its intent */
}
