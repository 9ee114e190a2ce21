/* world.c -- one run: random steps of everybody, then a calm end in which all must be settled.
 *
 * A step is one thing that happens: bytes arrive, a group is flushed, a turn of the loop ends, the
 * power goes.  What the real loop does in one turn is spread over several steps here, in any order
 * that the contracts of env.h, net.h and store.h allow.
 *
 * To add a fault: an action here, with its weight.
 */
#include "tests/sim/world.h"

#include <inttypes.h>

#include "tests/sim/fail.h"

#define SETTLE_ROUND_US 50000 /* deadlines pass within some hundred rounds */
/* A frame of repeats and pages by turns takes a round for each command. */
#define SETTLE_ROUNDS 50000u

/* --- actions --- */

/* One of the lines that `wanted` picks, or NULL. */
static struct line *any_line(struct world *world, bool (*wanted)(const struct line *line))
{
	struct line *line, *chosen = NULL;
	uint32_t count = 0;
	for (line = world->lines; line != NULL; line = line->next)
		if (wanted(line) && dice_below(&world->dice, ++count) == 0)
			chosen = line;
	return chosen;
}

static bool knocks(const struct line *line)
{
	return !line->accepted && !line->server_gone;
}

static bool brings(const struct line *line)
{
	return line->session != NULL && !line->paused &&
	       (line->offer || bytes_size(&line->to_server) > 0);
}

static bool answers(const struct line *line)
{
	return line->client != NULL &&
	       (bytes_size(&line->to_client) > 0 || line->broken || line->server_gone);
}

static bool ends(const struct line *line)
{
	return !line->server_gone && (line->broken || line->closing || line->client == NULL);
}

static bool held_by_client(const struct line *line)
{
	return line->client != NULL;
}

static bool carries(const struct line *line)
{
	return bytes_size(&line->to_server) > 0;
}

static void act_client(struct world *world)
{
	uint32_t at = dice_below(&world->dice, world->knobs.clients);
	client_act(world, &world->clients[at], false);
}

static void act_accept(struct world *world)
{
	struct line *line = any_line(world, knocks);
	if (line != NULL)
		line_accept(line);
}

static void act_deliver(struct world *world)
{
	struct line *line = any_line(world, brings);
	if (line != NULL)
		line_deliver(line, false);
}

static void act_receive(struct world *world)
{
	struct line *line = any_line(world, answers);
	if (line != NULL)
		line_receive(line, false);
}

static void act_end(struct world *world)
{
	struct line *line = any_line(world, ends);
	if (line != NULL)
		line_end(line, false);
}

static void act_cut(struct world *world)
{
	struct line *line = any_line(world, held_by_client);
	if (line == NULL)
		return;
	world->tally.cuts++;
	if (dice_chance(&world->dice, 500)) {
		line_break(line);
		return;
	}
	struct client *client = line->client;
	client_lost(world, client);
	line_let_go(line);
	if (dice_chance(&world->dice, 500))
		client_act(world, client, false); /* back before the server knows */
}

static void act_spoil(struct world *world)
{
	struct line *line = any_line(world, carries);
	if (line == NULL)
		return;
	world->tally.spoils++;
	line_spoil(line);
}

static void act_turn(struct world *world)
{
	machine_turn(&world->machine);
}

static void act_wake(struct world *world)
{
	machine_wake(&world->machine);
}

static void act_flush(struct world *world)
{
	machine_flush(&world->machine);
}

static void act_log(struct world *world)
{
	machine_log(&world->machine);
}

static void act_job(struct world *world)
{
	pool_step(&world->machine.pool, &world->dice);
}

static void act_check(struct world *world)
{
	machine_check(&world->machine);
}

/* How much of the group under way reaches the disk: nothing, a torn part, or all of it. */
static size_t draw_torn(struct world *world)
{
	uint32_t kind = dice_below(&world->dice, 10);
	size_t size = world->machine.under_way;
	if (kind < 3 || size == 0)
		return 0;
	if (kind < 6)
		return SIZE_MAX;
	return dice_below(&world->dice, (uint32_t)size + 64);
}

static void act_crash(struct world *world)
{
	world->tally.crashes++;
	line_close_all(world);
	machine_crash(&world->machine, draw_torn(world));
	machine_open(&world->machine, &line_out);
}

/* One round in which everything that can happen does. */
static void settle_round(struct world *world)
{
	struct machine *machine = &world->machine;
	for (struct line *line = world->lines; line != NULL; line = line->next) {
		line_expire(line);
		line_accept(line);
		line_deliver(line, true);
		line_receive(line, true);
		line_end(line, true);
	}
	pool_step(&machine->pool, &world->dice);
	machine_turn(machine);
	machine_flush(machine);
	machine_log(machine);
	machine_wake(machine);
	machine_turn(machine);
	line_sweep(world);
	clock_advance(&world->clock, SETTLE_ROUND_US);
	world->step++;
}

/* TERM: every session finishes its frame, answers and goes. */
static void act_stop(struct world *world)
{
	struct machine *machine = &world->machine;
	uint32_t rounds = 0;
	world->tally.stops++;
	core_drain(&machine->core);
	while (machine->clients > 0 || !commit_idle(machine->core.commit)) {
		settle_round(world);
		if (++rounds > SETTLE_ROUNDS)
			fail_now("the drain does not end: %u sessions are left", machine->clients);
	}
	line_close_all(world);
	machine_stop(machine);
	machine_open(machine, &line_out);
}

static const struct action {
	void (*act)(struct world *world);
	uint32_t weight;
} actions[] = {
    {act_client, 2000}, {act_accept, 600}, {act_deliver, 3000}, {act_receive, 2000}, {act_end, 300},
    {act_turn, 2000},   {act_wake, 1000},  {act_flush, 1000},   {act_log, 300},      {act_job, 600},
    {act_cut, 100},     {act_spoil, 8},    {act_check, 10},     {act_crash, 30},     {act_stop, 4},
};
#define ACTIONS (sizeof actions / sizeof actions[0])

/* --- a run --- */

/* The programme's day: ends of months and of years, leap days, the first days there are. */
static int32_t draw_today(struct dice *dice)
{
	static const int32_t days[] = {10408, 10407, 20454, 11016, 11017, 10956,
				       0,     5,     400,   47480, 13879, 19781};
	uint32_t kind = dice_below(dice, 20);
	return kind < sizeof days / sizeof days[0] ? days[kind]
						   : (int32_t)dice_range(dice, 1000, 47000);
}

static void draw_knobs(struct world *world)
{
	struct dice *dice = &world->dice;
	struct knobs *knobs = &world->knobs;
	knobs->clients = dice_range(dice, 1, WORLD_CLIENTS);
	knobs->max_clients = dice_chance(dice, 100) ? knobs->clients / 2 : 100;
	knobs->customers = dice_range(dice, 1, 12);
	knobs->batch = dice_chance(dice, 500) ? 4 : 40;
	knobs->giant = dice_chance(dice, 50) ? 60 : 0;
	knobs->depth = dice_range(dice, 1, CLIENT_FLIGHTS);
	knobs->memory_fails = dice_chance(dice, 100) ? 300 : 0;
	knobs->huge = dice_chance(dice, 200) ? 20 : 0;
	world->clock.leaps = dice_chance(dice, 300) ? 100 : 0;
	world->clock.long_leaps = dice_chance(dice, 100) ? 2 : 0;
	if (knobs->max_clients == 0)
		knobs->max_clients = 1;
	for (uint32_t i = 0; i < knobs->clients; i++) {
		struct client *client = &world->clients[i];
		client->index = i;
		client->slot = i / 2;
		bool anonymous = dice_chance(dice, 50);
		for (size_t b = 0; b < sizeof client->instance.bytes && !anonymous; b++)
			client->instance.bytes[b] = (uint8_t)(1 + i % 2 + b);
	}
}

/* Each run has its own temper: some flush rarely, some cut often, some never crash. */
static uint32_t draw_weights(struct world *world, uint32_t weights[ACTIONS])
{
	uint32_t total = 0;
	for (size_t i = 0; i < ACTIONS; i++) {
		uint32_t low = actions[i].weight < 200 ? 0 : 1; /* faults may be left out */
		weights[i] = actions[i].weight * dice_range(&world->dice, low, 8) / 4;
		total += weights[i];
	}
	return total;
}

static void step(struct world *world, const uint32_t weights[ACTIONS], uint32_t total)
{
	uint32_t at = dice_below(&world->dice, total), i = 0;
	while (at >= weights[i])
		at -= weights[i++];
	clock_tick(&world->clock, &world->dice);
	for (struct line *line = world->lines; line != NULL; line = line->next)
		line_expire(line);
	actions[i].act(world);
	line_sweep(world);
	world->step++;
}

static bool quiet(const struct world *world)
{
	for (uint32_t i = 0; i < world->knobs.clients; i++)
		if (!client_quiet(&world->clients[i]))
			return false;
	return commit_idle(world->machine.core.commit);
}

static void explain_unrest(const struct world *world)
{
	for (uint32_t i = 0; i < world->knobs.clients; i++) {
		const struct client *client = &world->clients[i];
		if (!client_quiet(client))
			fail_now("nothing moves: client %u waits for %u frames and has %u writes "
				 "to send again",
				 i, client->flight_count, client->retry_count);
	}
	fail_now("nothing moves: the log does not become durable");
}

/* No more faults: every frame is answered, every write's fate is learnt. */
static void settle(struct world *world)
{
	world->machine.running = false; /* memory suffices from here on */
	world->knobs.max_clients = WORLD_CLIENTS * 4;
	for (uint32_t i = 0; i < world->knobs.clients; i++)
		client_resolve(world, &world->clients[i]);
	for (uint32_t rounds = 0; !quiet(world); rounds++) {
		for (uint32_t i = 0; i < world->knobs.clients; i++)
			client_act(world, &world->clients[i], true);
		settle_round(world);
		if (rounds > SETTLE_ROUNDS)
			explain_unrest(world);
	}
}

/* Every acknowledged write has its event, every refused one has none. */
static void check_fates(const struct world *world)
{
	for (uint32_t i = 0; i < world->intents.count; i++) {
		const struct intent *intent = world->intents.all[i];
		if (intent->state == INTENT_OK && command_key(&intent->command) != NULL &&
		    intent->event == 0)
			fail_now("acknowledged, but not in the log: %s", intents_describe(intent));
		if (intent->state == INTENT_REFUSED && intent->event != 0)
			fail_now("refused, but event %" PRIu64 " applied it: %s", intent->event,
				 intents_describe(intent));
	}
}

static void count_parts(const struct model *model, struct tally *tally)
{
	for (uint64_t number = 1; number <= model->last; number++) {
		uint32_t parts = model_fact(model, number)->event.parts;
		tally->orders += (parts & PART_order) != 0;
		tally->upgrades += (parts & PART_tier) != 0;
		tally->moves += (parts & PART_stage) != 0;
	}
}

static void world_free(struct world *world)
{
	count_parts(&world->model, &world->tally);
	world->tally.jobs = world->machine.pool.total;
	world->tally.events = world->model.last;
	world->tally.fenced = world->machine.fenced;
	for (uint32_t i = 0; i < world->knobs.clients; i++)
		client_free(&world->clients[i]);
	line_close_all(world);
	machine_crash(&world->machine, 0);
	machine_free(&world->machine);
	line_free_all(world);
	model_clear(&world->model);
	intents_clear(&world->intents);
	questions_clear(&world->questions);
}

void world_run(struct world *world, uint64_t seed, uint64_t steps)
{
	uint32_t weights[ACTIONS];
	*world = (struct world){.seed = seed, .dice = {seed}};
	fail_watch(&world->seed, &world->step);
	world->clock.wall_us = world->clock.high_us = CLOCK_START_US;
	draw_knobs(world);
	uint32_t total = draw_weights(world, weights);
	world->model.intents = &world->intents;
	world->model.today = draw_today(&world->dice);
	world->machine.clock = &world->clock;
	world->machine.dice = &world->dice;
	world->machine.model = &world->model;
	world->machine.memory_fails = world->knobs.memory_fails;
	machine_make(&world->machine);
	machine_open(&world->machine, &line_out);
	while (world->step < steps)
		step(world, weights, total);
	settle(world);
	act_stop(world);
	check_fates(world);
	world_free(world);
}
