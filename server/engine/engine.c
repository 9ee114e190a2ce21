/* engine.c -- the life of an engine, its room, and what it says about itself.
 *
 * The three steps of a command are decide.c, engine_reserve here, and apply.c.  Prefetching: the
 * caller walks a window of commands, first engine_prefetch_slots for each, then
 * engine_prefetch_row, then decides them; at ten million customers that hides four cache misses.
 *
 *   E1  Nothing is written outside the struct and the blocks that hang on it.
 *   E2  After engine_reserve(n), n applications need no memory; an event that adds a field, saves a
 *       segment or closes a day ends that: what comes behind it can need room for one more.
 */
#include "server/engine/engine.h"

#include "server/engine/days.h"
#include "server/engine/membership.h"
#include "server/engine/rules/rules.h"
#include "server/engine/turn.h"

struct engine *engine_new(const struct memory *memory)
{
	struct engine *engine = memory->allocate(memory->context, sizeof *engine);
	if (engine == NULL)
		return NULL;
	engine->memory = *memory;
	rows_open(&engine->rows, &engine->memory);
	ids_open(&engine->ids, &engine->memory);
	keys_open(&engine->keys, &engine->memory);
	months_open(&engine->months, &engine->memory);
	day_queue_open(&engine->queue, &engine->memory);
	sparse_open(&engine->sparse, &engine->memory);
	words_open(&engine->words, &engine->memory);
	added_open(&engine->added, &engine->memory);
	history_open(&engine->history, &engine->memory);
	segments_open(&engine->segments, &engine->memory);
	identities_open(&engine->identities, &engine->memory);
	if (census_open(&engine->census, &engine->memory))
		return engine;
	memory->release(memory->context, engine, sizeof *engine);
	return NULL;
}

void engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	rows_close(&engine->rows);
	ids_close(&engine->ids);
	keys_close(&engine->keys);
	months_close(&engine->months);
	day_queue_close(&engine->queue);
	sparse_close(&engine->sparse);
	words_close(&engine->words);
	added_close(&engine->added);
	history_close(&engine->history);
	segments_close(&engine->segments);
	identities_close(&engine->identities);
	census_close(&engine->census);
	struct memory memory = engine->memory;
	memory.release(memory.context, engine, sizeof *engine);
}

#define RESERVE_STEP 16u    /* events at a time: looking into every table costs 50 ns */
#define SPARSE_OF_EVENT 80u /* an erasure clears all: 64 holidays and a few more */

static bool reserve(struct engine *engine, size_t events)
{
	bool room = rows_reserve(&engine->rows, events) && ids_reserve(&engine->ids, events) &&
		    keys_reserve(&engine->keys, events) &&
		    months_reserve(&engine->months, events) &&
		    identities_reserve(&engine->identities, events) &&
		    sparse_reserve(&engine->sparse, events * SPARSE_OF_EVENT) &&
		    words_reserve(&engine->words, events) &&
		    added_reserve(&engine->added, engine->rows.count, events) &&
		    segments_reserve(&engine->segments);
	engine->reserved = 0;
	if (!room || engine_reserve_days(engine, events) != ERROR_OK)
		return false;
	engine->reserved = events; /* E2 */
	return true;
}

enum error engine_reserve(struct engine *engine, size_t events)
{
	bool room = engine->reserved >= events ||
		    reserve(engine, events < RESERVE_STEP ? RESERVE_STEP : events);
	return room ? ERROR_OK : ERROR_OUT_OF_MEMORY;
}

enum error engine_reserve_days(struct engine *engine, size_t events)
{
	uint64_t all = engine->reserved + events, bytes = events * EVENT_DAY_BYTES;
	bool room = history_reserve(&engine->history, events,
				    bytes < HISTORY_DAY_BYTES ? HISTORY_DAY_BYTES : bytes) &&
		    (!engine->queued || day_queue_reserve(&engine->queue, 3 * all)) &&
		    census_reserve(&engine->census, all);
	return room ? ERROR_OK : ERROR_OUT_OF_MEMORY;
}

bool engine_understands(const struct event *genesis)
{
	struct programme programme;
	return genesis->parts == (PART_genesis | PART_programme) &&
	       programme_read(&genesis->programme, &programme);
}

enum error engine_index(struct engine *engine)
{
	engine->reserved = 0; /* more tables to have room in from here on */
	bool built =
	    (engine->queued || days_build(engine)) && membership_start(engine) &&
	    (engine->census.built || census_build(&engine->census, &engine->rows, engine->applied));
	return built ? ERROR_OK : ERROR_OUT_OF_MEMORY;
}

const struct part_genesis *engine_genesis(const struct engine *engine)
{
	return engine->applied == 0 ? NULL : &engine->genesis;
}

uint64_t engine_applied(const struct engine *engine)
{
	return engine->applied;
}

int32_t engine_today(const struct engine *engine)
{
	return engine->today;
}

static int64_t saturate(engine_sum sum)
{
	return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}

void engine_stats(const struct engine *engine, struct engine_stats *out)
{
	out->applied = engine->applied;
	out->time_us = engine->time_us;
	out->customers = engine->rows.count - engine->totals.gone;
	out->profiles = engine->totals.profiles;
	out->identities = engine->identities.live;
	out->keys = engine->keys.table.entries;
	out->points = saturate(engine->totals.balance);
	out->orders = engine->totals.orders;
	out->spend = saturate(engine->totals.spend);
	out->today = engine->today;
	out->day_event = engine->day_event;
	out->day_due = day_queue_count(&engine->queue, (uint32_t)engine->today);
}

struct engine_person engine_person(const struct engine *engine, uint64_t customer)
{
	uint32_t row = ids_find(&engine->ids, customer);
	if (row == EVENT_ROW_UNKNOWN)
		return (struct engine_person){0, 0};
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	/* Nothing happens to an erased row after. */
	return (struct engine_person){hot->profile, hot->erased != 0 ? hot->last_event : 0};
}

uint64_t engine_holder(const struct engine *engine, const uint8_t *record)
{
	uint32_t row = identities_find(&engine->identities, record + 1);
	return row == EVENT_ROW_UNKNOWN ? 0 : rows_id(&engine->rows, row);
}

uint64_t engine_newest_profile(const struct engine *engine)
{
	return engine->newest_profile;
}

void engine_prefetch_slots(const struct engine *engine, const struct command *command)
{
	const struct wire_id *key = command_key(command);
	if (key != NULL)
		keys_prefetch(&engine->keys, key);
	uint64_t customer = command_customer(command);
	if (customer != 0)
		ids_prefetch(&engine->ids, customer);
}

/* The other columns an order changes. */
static void prefetch_purchases(const struct rows *rows, uint32_t row)
{
	__builtin_prefetch(rows_spend12(rows, row), 1);
	__builtin_prefetch(rows_orders(rows, row), 1);
	__builtin_prefetch(rows_orders12(rows, row), 1);
	__builtin_prefetch(rows_first_day(rows, row), 1);
	__builtin_prefetch(rows_last_day(rows, row), 1);
	__builtin_prefetch(rows_previous_day(rows, row), 1);
}

void engine_prefetch_row(const struct engine *engine, const struct command *command)
{
	uint32_t row = ids_find(&engine->ids, command_customer(command));
	if (row == EVENT_ROW_UNKNOWN)
		return;
	__builtin_prefetch(rows_hot(&engine->rows, row), 1);
	__builtin_prefetch(rows_points(&engine->rows, row), 1);
	__builtin_prefetch(rows_spend(&engine->rows, row), 1);
	__builtin_prefetch(rows_tier(&engine->rows, row), 1);
	__builtin_prefetch(rows_stage(&engine->rows, row), 1);
	if (command->opcode == OP_order || command->opcode == OP_customer_get)
		prefetch_purchases(&engine->rows, row);
}

void engine_prefetch_index(const struct engine *engine, const struct command *const *commands,
			   uint32_t count)
{
	struct spend_key keys[2 * ENGINE_WINDOW];
	uint32_t used = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (commands[i]->opcode != OP_order)
			continue;
		const struct msg_order *m = &commands[i]->as.order;
		uint32_t row = ids_find(&engine->ids, m->customer);
		struct census_place place = {0};
		if (row != EVENT_ROW_UNKNOWN) {
			place = census_place(&engine->rows, row);
			months_prefetch(&engine->months, rows_hot(&engine->rows, row)->months);
		}
		keys[used] = (struct spend_key){place.tier, place.stage, place.spend, m->customer};
		keys[used + 1] = keys[used];
		keys[used + 1].spend += m->amount > INT64_MAX - place.spend ? 0 : m->amount;
		used += 2;
	}
	if (used > 0 && engine->census.built)
		spend_index_prefetch(engine->census.index, keys, used);
}
