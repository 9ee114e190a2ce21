/* machine.c -- see machine.h. */
#include "tests/sim/machine.h"

#include <inttypes.h>
#include <string.h>

#include "protocol/frame.h"
#include "protocol/limits.h"
#include "server/app/recovery.h"
#include "server/engine/programme.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_days.h"

/* --- the world as the core sees it --- */

static int64_t now_us(void *context)
{
	const struct machine *machine = context;
	return machine->clock->wall_us;
}

static void submit_job(void *context, enum lane lane, void (*work)(void *), void (*done)(void *),
		       void *job)
{
	struct machine *machine = context;
	(void)lane;
	pool_submit(&machine->pool, &(struct pool_job){work, done, job, false});
}

static uint32_t clients(void *context)
{
	const struct machine *machine = context;
	return machine->clients;
}

static void advanced(void *context)
{
	struct machine *machine = context;
	machine->woken = true;
}

static void failed(void *context, const struct failure *failure)
{
	struct machine *machine = context;
	if (!people_memory_crashed(machine->people))
		fail_now("the store failed: %s", failure->text);
	machine->dead = true; /* the server ends at once */
}

static void *allocate(void *context, size_t size)
{
	struct machine *machine = context;
	if (machine->running && dice_chance(machine->dice, machine->memory_fails))
		return NULL;
	return machine->system.allocate(machine->system.context, size);
}

static void release(void *context, void *block, size_t size)
{
	struct machine *machine = context;
	machine->system.release(machine->system.context, block, size);
}

/* --- the log as it is handed over, and as it comes back --- */

static void submitted(void *context, const struct group *group)
{
	struct machine *machine = context;
	struct store_marks marks;
	store_marks(machine->inner, &marks);
	if (marks.durable != machine->model->last)
		fail_now("a group is submitted while the one before is under way");
	for (uint64_t number = group->first; number <= group_last(group); number++) {
		uint32_t size;
		const uint8_t *bytes = group_record(group, number, &size);
		model_add(machine->model, number, bytes, size, machine->clock->high_us);
	}
	model_end_group(machine->model, engine_digest(machine->engine));
	machine->under_way = group->size;
}

static bool compare_event(void *context, uint64_t number, const uint8_t *bytes, uint32_t size,
			  struct failure *failure)
{
	const struct model *model = context;
	(void)failure;
	if (number > model->last)
		fail_now("the log holds event %" PRIu64 ", but %" PRIu64
			 " was the last one submitted",
			 number, model->last);
	if (model_hash(bytes, size) != model_fact(model, number)->hash)
		fail_now("event %" PRIu64 " came back from the log with other bytes", number);
	return true;
}

/* S1 */
static void check_log(struct machine *machine, uint64_t durable)
{
	struct model *model = machine->model;
	struct failure failure;
	struct store_identity identity;
	store_identity(machine->inner, &identity);
	if (identity.last < durable || identity.last < model->acknowledged)
		fail_now("the log ends at event %" PRIu64 ", but %" PRIu64
			 " was durable and %" PRIu64 " acknowledged",
			 identity.last, durable, model->acknowledged);
	if (!store_replay(machine->inner, compare_event, model, &failure))
		fail_now("the log cannot be replayed: %s", failure.text);
	if (identity.last > 0 && !model_fact(model, identity.last)->group_end)
		fail_now("the log ends inside a group, at event %" PRIu64, identity.last);
	if (identity.incarnation != machine->incarnation + 1)
		fail_now("incarnation %" PRIu64 " follows %" PRIu64, identity.incarnation,
			 machine->incarnation);
	machine->incarnation = identity.incarnation;
	model_cut(model, identity.last);
}

static struct engine *fold(struct machine *machine)
{
	struct memory memory = {allocate, release, machine};
	struct engine *engine = engine_new(&memory);
	struct failure failure;
	if (engine == NULL || !recovery_replay(machine->inner, engine, 0, &failure))
		fail_now("the replay failed: %s", engine == NULL ? "no memory" : failure.text);
	if (!engine_check(engine, &failure))
		fail_now("engine_check after the replay: %s", failure.text);
	return engine;
}

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

static void make_programme(const struct standing_rules *rules, uint8_t *tiers,
			   struct part_programme *programme)
{
	programme_default(2, tiers, programme);
	programme->keep_months = (uint64_t)rules->keep_months;
	programme->grace_days = (uint64_t)rules->grace_days;
	programme->fall = rules->fall;
	programme->new_days = (uint64_t)rules->new_days;
	programme->at_risk_days = (uint64_t)rules->at_risk_days;
	programme->churned_days = (uint64_t)rules->churned_days;
	programme->won_back_days = (uint64_t)rules->won_back_days;
}

static void make_genesis(struct machine *machine)
{
	uint8_t tiers[PROGRAMME_TIERS_BYTES];
	const struct model *model = machine->model;
	struct event event = {.number = 1,
			      .time_us = machine->clock->wall_us,
			      .type = EVENT_genesis,
			      .parts = PART_genesis | PART_programme,
			      .row = EVENT_ROW_UNKNOWN};
	event.genesis.database = machine->core.identity.database;
	event.genesis.hash_seed = machine->core.identity.seed;
	event.genesis.currency = (struct wire_text){"CNY", 3};
	event.genesis.currency_digits = 2;
	event.genesis.zone = (struct wire_text){"its own", 7};
	event.genesis.zone_table = model_calendar_table(&model->calendar);
	event.genesis.clock_fixed = model->by_hand;
	event.genesis.clock_day = model->by_hand ? model->first_day : 0;
	event.genesis.tiers = text_of(programme_default_tiers());
	event.genesis.stages = text_of(grade_stages());
	make_programme(&model->rules, tiers, &event.programme);
	core_record(&machine->core, &event);
	model_look(machine->model, machine->clock->wall_us, true);
	machine_flush(machine);
	core_advanced(&machine->core);
}

/* --- life --- */

void machine_make(struct machine *machine)
{
	struct wire_id database;
	for (size_t i = 0; i < sizeof database.bytes; i++)
		database.bytes[i] = (uint8_t)dice_next(machine->dice);
	machine->disk = store_memory_disk_new(database, dice_next(machine->dice));
	machine->memory = memory_system_open(0, &machine->system);
	machine->people_disk = people_memory_disk_new();
	if (machine->disk == NULL || machine->people_disk == NULL || machine->memory == NULL)
		fail_now("the simulation is out of memory");
}

void machine_open(struct machine *machine, const struct wire_out *out)
{
	struct store_listener listener = {advanced, failed, machine};
	struct env env = {now_us, submit_job, failed, clients, machine};
	struct failure failure;
	machine->inner = store_memory_open(machine->disk, &listener);
	if (machine->inner == NULL)
		fail_now("the simulation is out of memory");
	check_log(machine, machine->durable);
	machine->engine = fold(machine);
	uint64_t applied = engine_applied(machine->engine);
	if (applied != machine->model->last)
		fail_now("the replay ends at event %" PRIu64 ", the log at %" PRIu64, applied,
			 machine->model->last);
	if (applied > 0 &&
	    engine_digest(machine->engine) != model_fact(machine->model, applied)->digest)
		fail_now("the digest at event %" PRIu64 " is not the one before the restart",
			 applied); /* S2 */
	watch_open(&machine->watch, machine->inner, submitted, machine);
	model_look(machine->model, machine->clock->wall_us, true);
	if (!core_open(&machine->core, &env, out, machine->engine, &machine->watch.store))
		fail_now("the simulation is out of memory");
	if (!recovery_compare(&machine->core.identity, machine->engine, &failure))
		fail_now("the digest of the clean stop: %s", failure.text);
	machine->half_days += engine_is_turning(machine->engine);
	if (applied == 0)
		make_genesis(machine);
	machine_people_open(machine);
	machine->running = true;
}

static void close_all(struct machine *machine)
{
	registry_free(machine->core.registry);
	machine->people = NULL;
	machine->running = machine->woken = machine->dead = false;
	machine->inner = NULL;
	core_close(&machine->core);
	engine_free(machine->engine);
	machine->engine = NULL;
}

void machine_crash(struct machine *machine, size_t torn)
{
	struct store_marks marks;
	store_marks(machine->inner, &marks);
	machine->durable = marks.durable;
	pool_abandon(&machine->pool);
	store_memory_crash(machine->inner, torn);
	close_all(machine);
}

bool machine_stop(struct machine *machine)
{
	struct failure failure;
	while (!machine->dead && pool_step(&machine->pool, machine->dice))
		continue;
	if (machine->dead || !machine_people_finish(machine))
		return false;
	if (!store_stop(machine->inner, engine_digest(machine->engine), &failure))
		fail_now("the store does not stop: %s", failure.text);
	machine->durable = engine_applied(machine->engine);
	store_free(machine->inner);
	close_all(machine);
	return true;
}

void machine_free(struct machine *machine)
{
	store_memory_disk_free(machine->disk);
	people_memory_disk_free(machine->people_disk);
	memory_system_close(machine->memory);
}

/* --- steps --- */

bool machine_turn(struct machine *machine)
{
	model_look(machine->model, machine->clock->wall_us, false);
	return core_turn_ended(&machine->core);
}

bool machine_flush(struct machine *machine)
{
	return store_memory_flush(machine->inner);
}

bool machine_log(struct machine *machine)
{
	return store_memory_log(machine->inner);
}

bool machine_wake(struct machine *machine)
{
	if (!machine->woken)
		return false;
	machine->woken = false;
	core_advanced(&machine->core);
	return true;
}

void machine_check(struct machine *machine)
{
	struct failure failure;
	bool running = machine->running;
	machine->running = false; /* a check needs memory of its own */
	if (!engine_check(machine->engine, &failure))
		fail_now("engine_check: %s", failure.text);
	machine->running = running;
}

/* S3.  The heads of answers say enough: status, flags, size, sequence. */
void machine_check_reply(struct machine *machine, const uint8_t *bytes, size_t size)
{
	struct store_marks marks;
	struct frame frame;
	struct frame_fault fault;
	store_marks(machine->inner, &marks);
	for (; size > 0; bytes += frame.size, size -= frame.size) {
		if (frame_next(bytes, size, LIMIT_REPLY_BYTES, &frame, &fault) != FRAME_READY)
			fail_now("the server sends bytes that are not whole frames");
		struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
		for (uint16_t i = 0; i < frame.count; i++) {
			uint32_t status = wire_read_u32(&r) & 0xffff;
			uint32_t body = wire_read_u32(&r);
			uint64_t sequence = wire_read_u64(&r);
			wire_take(&r, body);
			machine->fenced += frame.kind == FRAME_GOODBYE && status == ERROR_FENCED;
			if (sequence > marks.durable)
				fail_now("a reply that saw event %" PRIu64 " leaves while %" PRIu64
					 " is the last durable one",
					 sequence, marks.durable);
		}
		if (r.failed || r.at != r.end)
			fail_now("a reply frame does not hold its %u answers", frame.count);
	}
}
