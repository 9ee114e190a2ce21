/* draw_queries.c -- questions with random conditions over what the model knows of customers. */
#include "tests/sim/draw_private.h"
#include "tests/support/draw_program.h"

static uint64_t roll(void *context, uint64_t sides)
{
	struct world *world = context;
	return dice_next(&world->dice) % sides;
}

/* Those that model_condition.c knows. */
static uint32_t field(void *context)
{
	return CATALOGUE_id + (uint32_t)roll(context, CATALOGUE_tier_until - CATALOGUE_id + 1);
}

static const char *const tiers[] = {"none", "bronze", "silver", "gold", "vip"};
static const char *const stages[] = {"prospect", "new",     "active",  "loyal",
				     "at_risk",  "churned", "won_back"};
static const char *const bands[] = {"potential", "low", "middle", "high"};

static void name(struct predicate_value *value, const char *text)
{
	value->kind = VALUE_TEXT;
	value->text = (struct wire_text){text, (uint32_t)strlen(text)};
}

/* What somebody has, or had. */
static int64_t somebodys(struct world *world, uint32_t place)
{
	uint64_t number = 1 + dice_next(&world->dice) % world->model.last;
	const struct standing *s = &model_fact(&world->model, number)->standing;
	switch (place) {
	case CATALOGUE_spend:
		return s->spend;
	case CATALOGUE_spend12:
		return s->spend12;
	case CATALOGUE_spend12_before:
		return s->spend12_before;
	case CATALOGUE_largest_order:
		return s->largest;
	case CATALOGUE_points:
		return s->points;
	case CATALOGUE_id:
		return (int64_t)draw_customer(world);
	case CATALOGUE_gap:
		return s->last_day - s->previous_day;
	default:
		return dice_below(&world->dice, 12);
	}
}

static bool value(void *context, uint32_t place, struct predicate_value *value)
{
	struct world *world = context;
	*value = (struct predicate_value){.kind = VALUE_DECIMAL};
	switch (catalogue_fields[place].kind) {
	case FIELD_KIND_tier:
		name(value, tiers[roll(context, STANDING_TIERS)]);
		break;
	case FIELD_KIND_choice:
		name(value, place == CATALOGUE_band ? bands[roll(context, 4)]
						    : stages[roll(context, STANDING_STAGES)]);
		break;
	case FIELD_KIND_date:
		value->kind = roll(context, 2) == 0 ? VALUE_DATE : VALUE_FROM;
		value->number = (int64_t)roll(context, 200) - 190;
		value->detail = value->kind == VALUE_FROM ? 'd' : 0;
		if (value->kind == VALUE_DATE)
			value->number += world->model.today;
		break;
	default:
		value->number = somebodys(world, place);
		if (value->number < INT64_MAX)
			value->number += (int64_t)roll(context, 3) - 1;
		if (place == CATALOGUE_id && value->number < 1)
			value->number = 1; /* below it all ends of `between` are one */
		value->detail = catalogue_fields[place].kind == FIELD_KIND_money ? 2 : 0;
	}
	return true;
}

/* Joined with a saved segment now and then. */
struct wire_text draw_condition(struct world *world, unsigned depth)
{
	static struct program program; /* the intent copies it */
	const struct draw_program draw = {world, roll, field, value};
	program_open(&program);
	draw_program(&draw, &program, depth);
	if (dice_chance(&world->dice, 2 * world->knobs.segments)) {
		program_saved(&program, draw_saved_name(world));
		program_joint(&program, roll(world, 2) == 0 ? PREDICATE_AND : PREDICATE_OR, 2);
	}
	return program_text(&program);
}

void draw_query(struct world *world, struct command *command)
{
	command->opcode = OP_query_count;
	command->as.query_count.predicate = draw_condition(world, dice_below(&world->dice, 4));
}
