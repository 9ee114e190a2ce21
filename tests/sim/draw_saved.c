/* draw_saved.c -- saved segments: to save and drop them, to list them, to ask who is in one.
 *
 * Few names, so that they are taken, unknown, and used by one another.
 */
#include "tests/sim/draw_private.h"
#include "tests/support/program.h"

static const char *const names[] = {"s0", "s1", "s2", "s3", "s4", "s5", "tier", "No", "count"};

static struct wire_text draw_name(struct world *world, uint32_t most)
{
	const char *name = names[dice_below(&world->dice, most)];
	return (struct wire_text){name, (uint32_t)strlen(name)};
}

struct wire_text draw_saved_name(struct world *world)
{
	return draw_name(world, 6);
}

static void draw_save(struct world *world, struct command *command)
{
	struct msg_segment_save *m = &command->as.segment_save;
	command->opcode = OP_segment_save;
	m->key = draw_key(world, OP_segment_save);
	m->name = draw_name(world, dice_chance(&world->dice, 100) ? 9 : 6);
	m->predicate = draw_condition(world, dice_below(&world->dice, 3));
}

static void draw_drop(struct world *world, struct command *command)
{
	command->opcode = OP_segment_drop;
	command->as.segment_drop.key = draw_key(world, OP_segment_drop);
	command->as.segment_drop.name = draw_saved_name(world);
}

void draw_saved(struct world *world, struct command *command)
{
	uint32_t kind = dice_below(&world->dice, 20);
	if (kind < 6) {
		draw_save(world, command);
	} else if (kind < 9) {
		draw_drop(world, command);
	} else if (kind < 14) {
		command->opcode = OP_segment_test;
		command->as.segment_test.customer = draw_customer(world);
		command->as.segment_test.name = draw_saved_name(world);
	} else if (kind < 16) {
		command->opcode = OP_segment_list;
		command->as.segment_list.from =
		    (uint8_t)(dice_chance(&world->dice, 200) ? dice_below(&world->dice, 64) : 0);
	} else {
		draw_query(world, command);
	}
}
