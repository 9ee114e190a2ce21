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

#include "server/engine/settle.h"
#include "tests/sim/fail.h"
#include "tests/sim/knobs.h"
#include "tests/sim/model_days.h"
#include "tests/sim/model_segments.h"

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

/* While the server is down, days pass: as many as a start believes, and more. */
static void sleep_days(struct world *world)
{
	static const uint8_t days[] = {1, 1, 2, 3, 7, 30, 31, 31, 32, 40};
	uint32_t kind = dice_below(&world->dice, 25);
	if (world->clock.day_leaps > 0 && kind < sizeof days / sizeof days[0])
		clock_set(&world->clock, world->clock.wall_us + days[kind] * CLOCK_DAY_US);
}

static void act_crash(struct world *world)
{
	world->tally.crashes++;
	line_close_all(world);
	machine_crash(&world->machine, draw_torn(world));
	sleep_days(world);
	machine_open(&world->machine, &line_out);
}

/* A commit of people.mdb may be what ends the server. */
static void act_job(struct world *world)
{
	pool_step(&world->machine.pool, &world->dice);
	world->tally.struck += world->machine.dead;
	if (world->machine.dead)
		act_crash(world);
}

static void act_script(struct world *world)
{
	machine_people_script(&world->machine);
}

/* A day that is half turned is seldom and short: the power goes then more often. */
static void act_turn(struct world *world)
{
	world->tally.built += engine_is_building(world->machine.engine);
	machine_turn(&world->machine);
	if (!engine_is_turning(world->machine.engine))
		return;
	world->tally.slices++;
	if (dice_chance(&world->dice, 600))
		machine_flush(&world->machine);
	if (dice_chance(&world->dice, 300))
		act_crash(world);
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
	act_job(world);
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
	if (!machine_stop(machine)) {
		world->tally.struck++;
		machine_crash(machine, 0);
	}
	sleep_days(world);
	machine_open(machine, &line_out);
}

static const struct action {
	void (*act)(struct world *world);
	uint32_t weight;
} actions[] = {
    {act_client, 2000}, {act_accept, 600}, {act_deliver, 3000}, {act_receive, 2000},
    {act_end, 300},     {act_turn, 2000},  {act_wake, 1000},    {act_flush, 1000},
    {act_log, 300},     {act_job, 600},    {act_cut, 100},      {act_script, 20},
    {act_spoil, 8},     {act_check, 10},   {act_crash, 30},     {act_stop, 4},
};
#define ACTIONS (sizeof actions / sizeof actions[0])

/* --- a run --- */

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

/* Days the clock is ahead, when that is as much as is believed; else 0. */
static int32_t days_ahead(const struct world *world, int32_t most)
{
	int32_t day = model_calendar_day(&world->model.calendar, world->clock.wall_us);
	int32_t ahead = day - engine_today(world->machine.engine);
	return world->model.by_hand || ahead < 0 || ahead > most ? 0 : ahead;
}

static bool day_has_turned(const struct world *world)
{
	return !days_are_busy(&world->machine.core.days) && days_ahead(world, 3) == 0;
}

static bool quiet(struct world *world)
{
	for (uint32_t i = 0; i < world->knobs.clients; i++)
		if (!client_quiet(&world->clients[i]))
			return false;
	return commit_idle(world->machine.core.commit) && day_has_turned(world) &&
	       machine_people_settled(&world->machine);
}

static void explain_unrest(struct world *world)
{
	for (uint32_t i = 0; i < world->knobs.clients; i++) {
		const struct client *client = &world->clients[i];
		if (!client_quiet(client))
			fail_now("nothing moves: client %u waits for %u frames and has %u writes "
				 "to send again",
				 i, client->flight_count, client->retry_count);
	}
	if (!machine_people_settled(&world->machine))
		fail_now("nothing moves: people.mdb is not settled, or not rewritten");
	fail_now("nothing moves: the log does not become durable, or day %d does not turn",
		 engine_today(world->machine.engine));
}

/* No more faults: every frame is answered, every write's fate is learnt. */
static void settle(struct world *world)
{
	machine_people_spare(&world->machine);
	world->machine.running = false; /* memory suffices from here on */
	world->knobs.max_clients = WORLD_CLIENTS * 4;
	if (world->clock.wrong_us != 0)
		clock_be_wrong(&world->clock, 0);
	world->clock.mistake_us = 0;
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

/* After a start the clock is believed by a longer step, and a day begun before goes on. */
static void turn_last_days(struct world *world)
{
	int32_t end = engine_today(world->machine.engine) + days_ahead(world, 31);
	for (uint32_t rounds = 0; !quiet(world); rounds++) {
		settle_round(world);
		if (rounds > SETTLE_ROUNDS)
			explain_unrest(world);
	}
	if (engine_today(world->machine.engine) < end)
		fail_now("day %d does not begin after a start, though the clock is near", end);
	model_all_turned(&world->model, UINT64_MAX);
	model_segments_settled(&world->model);
	machine_check(&world->machine);
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
		const struct event *event = &model_fact(model, number)->event;
		uint32_t parts = event->parts;
		uint64_t cause = (parts & PART_tier) != 0 ? event->tier.cause : 0;
		tally->orders += (parts & PART_order) != 0;
		tally->upgrades += cause == 1;
		tally->saved += cause == 2;
		tally->kept += cause == 3;
		tally->fallen += cause == 4;
		tally->segments += event->type == EVENT_segment_saved;
		tally->drops += event->type == EVENT_segment_dropped;
		tally->members += event->type == EVENT_membership;
		tally->days += event->type == EVENT_day_began;
		tally->turned += event->type == EVENT_day_turned;
		tally->moves += (parts & PART_stage) != 0;
	}
}

static void world_free(struct world *world)
{
	count_parts(&world->model, &world->tally);
	world->tally.jobs = world->machine.pool.total;
	world->tally.events = world->model.last;
	world->tally.unsettled = world->machine.unsettled;
	world->tally.fenced = world->machine.fenced;
	world->tally.half_days = world->machine.half_days;
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
	clock_set(&world->clock, CLOCK_START_US);
	knobs_draw(world);
	uint32_t total = draw_weights(world, weights);
	world->model.intents = &world->intents;
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
	turn_last_days(world);
	check_fates(world);
	world_free(world);
}
