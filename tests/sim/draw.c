/* draw.c -- see draw.h.
 *
 * Few customers and small balances on purpose: commands then refuse each other, wait for each
 * other and find each other's keys.
 */
#include <stdio.h>
#include <string.h>

#include "protocol/key.h"
#include "tests/sim/draw_private.h"

#define HOUR_MS (3600 * 1000)

/* --- keys --- */

static struct wire_id draw_timed(struct world *world)
{
	struct dice *dice = &world->dice;
	uint64_t now_ms = (uint64_t)world->clock.wall_us / 1000, words[2];
	uint32_t kind = dice_below(dice, 100);
	words[0] = dice_next(dice);
	words[1] = dice_next(dice);
	if (kind == 0)
		now_ms += dice_range(dice, 4 * 60 * 1000, 10 * 60 * 1000); /* too new, or nearly */
	else if (kind == 1)
		now_ms -= dice_range(dice, 23 * HOUR_MS, 26 * HOUR_MS); /* too old, or nearly */
	else if (kind < 10)
		now_ms -= dice_below(dice, 60000);
	return key_timed(now_ms, (const uint8_t *)words);
}

struct wire_id draw_key(struct world *world, uint16_t opcode)
{
	char ref[32];
	uint32_t kind = dice_below(&world->dice, 100);
	struct wire_id key;
	if (kind >= 25) {
		key = draw_timed(world);
	} else {
		int size = snprintf(ref, sizeof ref, "ref %u", world->intents.count);
		key = key_from_ref(opcode, ref, (size_t)size);
	}
	if (kind == 99)
		key.bytes[6] = (uint8_t)(key.bytes[6] & 0x0f) | 0x40; /* version 4 */
	return key;
}

/* --- fields --- */

uint64_t draw_customer(struct world *world)
{
	uint32_t kind = dice_below(&world->dice, 200);
	if (kind == 0)
		return 0;
	if (kind == 1)
		return UINT64_MAX - dice_below(&world->dice, 2);
	if (kind > 180)
		return DRAW_STRANGER + dice_below(&world->dice, world->knobs.strangers);
	return 1 + dice_below(&world->dice, world->knobs.customers + (kind < 10));
}

static int64_t draw_points(struct world *world)
{
	static const int64_t odd[] = {0, -1, INT64_MIN, INT64_MAX, INT64_MAX - 1};
	struct dice *dice = &world->dice;
	if (dice_chance(dice, 15))
		return odd[dice_below(dice, sizeof odd / sizeof odd[0])];
	return dice_range(dice, 1, 60);
}

static void draw_history(struct world *world, const struct client *client, struct msg_history *page)
{
	struct dice *dice = &world->dice;
	uint32_t kind = dice_below(dice, 10);
	page->customer = draw_customer(world);
	page->limit = kind < 4 ? dice_range(dice, 1, 5) : kind < 9 ? 0 : dice_range(dice, 150, 202);
	if (client->cursor != 0 && dice_chance(dice, 500)) {
		page->customer = client->cursor_customer;
		page->from = client->cursor;
	} else if (dice_chance(dice, 150)) {
		page->from = dice_below(dice, (uint32_t)world->model.last + 20);
	}
}

/* The whole balance, or one point off. */
static int64_t all_points(struct world *world, uint64_t customer)
{
	struct person_state person = model_person(&world->model, customer, UINT64_MAX);
	int64_t points = person.standing.points, off = (int64_t)dice_below(&world->dice, 3) - 1;
	return points == INT64_MAX ? points : points + off;
}

static void draw_points_command(struct world *world, struct command *command, uint16_t opcode)
{
	struct msg_points_earn *m = &command->as.points_earn; /* the three look alike */
	command->opcode = opcode;
	m->key = draw_key(world, opcode);
	m->customer = draw_customer(world);
	m->points = draw_points(world);
	if (opcode == OP_points_redeem && dice_chance(&world->dice, 150))
		m->points = all_points(world, m->customer);
	if (opcode == OP_points_adjust && dice_chance(&world->dice, 500) && m->points != INT64_MIN)
		m->points = -m->points;
}

/* A read of one customer, or of the server. */
static void draw_read(struct world *world, const struct client *client, struct command *command)
{
	uint32_t kind = dice_below(&world->dice, 20);
	if (kind < 10) {
		command->opcode = OP_customer_get;
		command->as.customer_get.customer = draw_customer(world);
	} else if (kind < 17) {
		command->opcode = OP_history;
		draw_history(world, client, &command->as.history);
	} else if (kind < 19) {
		command->opcode = OP_ping;
		command->as.ping.nonce = dice_next(&world->dice);
	} else {
		command->opcode = OP_info;
	}
}

/* An order's id lives until the next one is drawn. */
static struct command draw_command(struct world *world, const struct client *client)
{
	struct command command;
	uint32_t kind = dice_below(&world->dice, 100);
	memset(&command, 0, sizeof command);
	if (dice_chance(&world->dice, world->knobs.advances)) {
		command.opcode = OP_advance;
		draw_advance(world, &command.as.advance);
	} else if (world->knobs.fields > 0 && dice_chance(&world->dice, world->knobs.fields)) {
		draw_field(world, &command);
	} else if (dice_chance(&world->dice, world->knobs.segments)) {
		draw_saved(world, &command);
	} else if (dice_chance(&world->dice, world->knobs.people)) {
		draw_people(world, &command);
	} else if (kind < 7) {
		command.opcode = OP_customer_create;
		command.as.customer_create.key = draw_key(world, OP_customer_create);
		command.as.customer_create.customer = draw_customer(world);
	} else if (kind < 24) {
		draw_points_command(world, &command, OP_points_earn);
	} else if (kind < 40) {
		draw_points_command(world, &command, OP_points_redeem);
	} else if (kind < 47) {
		draw_points_command(world, &command, OP_points_adjust);
	} else if (dice_chance(&world->dice, world->knobs.care)) {
		if (dice_chance(&world->dice, 700))
			draw_care(world, &command);
		else
			draw_care_read(world, &command);
	} else if (kind < 64) {
		draw_order(world, &command);
	} else if (kind < 84) {
		draw_read(world, client, &command);
	} else {
		draw_question(world, client, &command);
	}
	return command;
}

/* --- intents --- */

/* An older write that `client` may send (again) now; NULL: the one drawn is not. */
static struct intent *draw_older(struct world *world, const struct client *client)
{
	if (world->intents.count == 0)
		return NULL;
	struct intent *intent = world->intents.all[dice_below(&world->dice, world->intents.count)];
	bool own = intent->owner == client->index && !wire_id_is_zero(client->instance);
	if (command_key(&intent->command) == NULL || intent->fault != FAULT_NONE)
		return NULL;
	if (intent->state == INTENT_OK || (own && intent->waiting == 0 && intent->listed == 0))
		return intent;
	if (intent->waiting > 0 && intent->owner != client->index &&
	    intent->state == INTENT_UNKNOWN)
		return intent; /* at once with its owner */
	return NULL;
}

/* The key of an older write for something else. */
static void reuse_key(struct world *world, struct command *command)
{
	const struct intent *older =
	    world->intents.all[dice_below(&world->dice, world->intents.count)];
	const struct wire_id *key = command_key(&older->command);
	if (key == NULL || command_key(command) == NULL)
		return;
	uint64_t content = intents_content(command);
	for (older = intents_find(&world->intents, key); older != NULL; older = older->same_key)
		if (older->content == content)
			return; /* not something else */
	if (command->opcode == OP_customer_create)
		command->as.customer_create.key = *key;
	else if (command->opcode == OP_order)
		command->as.order.key = *key;
	else if (command->opcode == OP_segment_save)
		command->as.segment_save.key = *key;
	else if (command->opcode == OP_segment_drop)
		command->as.segment_drop.key = *key;
	else
		command->as.points_earn.key = *key;
}

struct intent *draw_intent(struct world *world, struct client *client)
{
	struct dice *dice = &world->dice;
	if (dice_chance(dice, 80)) {
		struct intent *older = draw_older(world, client);
		if (older != NULL)
			return older;
	}
	struct command command = draw_command(world, client);
	if (world->intents.count > 0 && dice_chance(dice, 25))
		reuse_key(world, &command);
	struct intent *intent = intents_add(&world->intents, &command, client->index);
	if (command_key(&command) != NULL && dice_chance(dice, 10))
		intent->fault = (enum intent_fault)dice_range(dice, FAULT_OPCODE, FAULT_SHORT);
	return intent;
}

uint32_t draw_batch(struct world *world)
{
	struct dice *dice = &world->dice;
	if (dice_chance(dice, world->knobs.giant))
		return dice_range(dice, 300, 6000);
	if (dice_chance(dice, 5))
		return 300;
	if (dice_chance(dice, 400))
		return 1;
	return dice_range(dice, 1, world->knobs.batch);
}
