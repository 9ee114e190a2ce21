/* draw_sets.c -- questions about sets, with ends that are somebody's spend and cursors of all
 * sorts.
 */
#include "tests/sim/draw_private.h"

static uint16_t draw_mask(struct dice *dice, uint32_t count)
{
	uint32_t kind = dice_below(dice, 100);
	uint16_t known = (uint16_t)((1u << count) - 1);
	if (kind < 45)
		return 0xffff;
	if (kind < 65)
		return (uint16_t)(1u << dice_below(dice, count));
	if (kind < 67)
		return (uint16_t)(1u << dice_range(dice, count, 15) | (dice_next(dice) & known));
	if (kind < 69)
		return 0;
	return kind < 72 ? known : (uint16_t)(dice_next(dice) & known);
}

/* Mostly a spend that somebody has, or had. */
static int64_t draw_bound(struct world *world)
{
	static const int64_t fixed[] = {INT64_MIN, -1, 0, 1, 20000, 150000, INT64_MAX};
	struct dice *dice = &world->dice;
	uint32_t kind = dice_below(dice, 10);
	if (kind < 3)
		return fixed[dice_below(dice, sizeof fixed / sizeof fixed[0])];
	if (kind == 3)
		return dice_below(dice, 60000);
	uint64_t number = 1 + dice_next(dice) % world->model.last;
	int64_t spend = model_fact(&world->model, number)->standing.spend;
	return kind < 8 || spend == 0 || spend == INT64_MAX ? spend : spend + (kind == 8 ? 1 : -1);
}

static void draw_set(struct world *world, struct msg_segment_count *m)
{
	struct dice *dice = &world->dice;
	m->tiers = draw_mask(dice, STANDING_TIERS);
	m->stages = draw_mask(dice, STANDING_STAGES);
	m->from = INT64_MIN;
	m->to = INT64_MAX;
	if (dice_chance(dice, 350))
		return;
	m->from = draw_bound(world);
	m->to = dice_chance(dice, 200) ? m->from : draw_bound(world);
	if (m->from > m->to && !dice_chance(dice, 50)) {
		int64_t from = m->from;
		m->from = m->to;
		m->to = from;
	}
}

static uint32_t draw_limit(struct dice *dice)
{
	uint32_t kind = dice_below(dice, 100);
	if (kind < 60)
		return dice_range(dice, 1, 5);
	if (kind < 62)
		return UINT32_MAX;
	return kind < 90 ? 0 : dice_range(dice, 498, 502);
}

static void draw_page(struct world *world, const struct client *client, struct msg_segment_page *m)
{
	struct dice *dice = &world->dice;
	uint32_t kind = client->page.query == 0 ? 99 : dice_below(dice, 100);
	struct msg_segment_count set;
	if (kind < 50) {
		*m = client->page; /* go on */
		m->limit = draw_limit(dice);
		if (kind < 8) { /* from an invented place */
			m->after_spend = draw_bound(world);
			m->after_customer = draw_customer(world);
		}
		return;
	}
	draw_set(world, &set);
	*m = (struct msg_segment_page){.tiers = set.tiers,
				       .stages = set.stages,
				       .from = set.from,
				       .to = set.to,
				       .limit = draw_limit(dice)};
	m->descending = dice_chance(dice, 500) ? (uint8_t)dice_range(dice, 1, 2) : 0;
	if (kind < 60) { /* a cursor of another question, or of the other direction */
		m->query = client->page.query;
		m->after_spend = client->page.after_spend;
		m->after_customer = client->page.after_customer;
	} else if (dice_chance(dice, 20)) { /* or of none */
		m->query = (uint32_t)dice_next(dice);
	}
}

static void draw_walk(struct world *world, const struct client *client, struct msg_segment_walk *m)
{
	struct dice *dice = &world->dice;
	uint32_t kind = dice_below(dice, 10);
	m->limit = draw_limit(dice);
	m->from = kind < 5 ? client->walk : kind < 6 ? dice_below(dice, 80) : 0;
	if (kind == 6)
		m->from = UINT64_MAX - dice_below(dice, 3);
}

void draw_question(struct world *world, const struct client *client, struct command *command)
{
	uint32_t kind = dice_below(&world->dice, 24);
	if (kind >= 16) {
		draw_query(world, command);
	} else if (kind < 6) {
		command->opcode = OP_segment_count;
		draw_set(world, &command->as.segment_count);
	} else if (kind < 12) {
		command->opcode = OP_segment_page;
		draw_page(world, client, &command->as.segment_page);
	} else if (kind < 14) {
		command->opcode = OP_segment_walk;
		draw_walk(world, client, &command->as.segment_walk);
	} else if (kind < 15) {
		draw_day_question(world, command);
	} else {
		command->opcode = OP_matrix;
	}
}
