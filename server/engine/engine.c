/* engine.c -- the life of an engine, its room, and what it says about itself.
 *
 * The three steps of a command are decide.c, engine_reserve here, and apply.c.  Prefetching: the
 * caller walks a window of commands, first engine_prefetch_slots for each, then
 * engine_prefetch_row, then decides them; at ten million customers that hides four cache misses.
 *
 *   E1  Nothing is written outside the struct and the blocks that hang on it.
 *   E2  After engine_reserve(n), n applications need no memory.
 */
#include "server/engine/engine.h"

#include "server/engine/rules/rules.h"
#include "server/engine/state.h"

struct engine *engine_new(const struct memory *memory)
{
	struct engine *engine = memory->allocate(memory->context, sizeof *engine);
	if (engine == NULL)
		return NULL;
	engine->memory = *memory;
	rows_open(&engine->rows, &engine->memory);
	ids_open(&engine->ids, &engine->memory);
	keys_open(&engine->keys, &engine->memory);
	return engine;
}

void engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	rows_close(&engine->rows);
	ids_close(&engine->ids);
	keys_close(&engine->keys);
	struct memory memory = engine->memory;
	memory.release(memory.context, engine, sizeof *engine);
}

enum error engine_reserve(struct engine *engine, size_t events)
{
	bool room = rows_reserve(&engine->rows, events) && ids_reserve(&engine->ids, events) &&
		    keys_reserve(&engine->keys, events); /* E2 */
	return room ? ERROR_OK : ERROR_OUT_OF_MEMORY;
}

const struct part_genesis *engine_genesis(const struct engine *engine)
{
	return engine->applied == 0 ? NULL : &engine->genesis;
}

uint64_t engine_applied(const struct engine *engine)
{
	return engine->applied;
}

void engine_stats(const struct engine *engine, struct engine_stats *out)
{
	engine_sum points = engine->totals.balance;
	out->applied = engine->applied;
	out->time_us = engine->time_us;
	out->customers = engine->rows.count;
	out->keys = engine->keys.table.entries;
	out->points = points > INT64_MAX ? INT64_MAX : (int64_t)points;
}

#define CUSTOMER_RULE(name)                                                                        \
	case OP_##name:                                                                            \
		return command->as.name.customer;

/* The customer a command names; 0: none. */
static uint64_t customer_of(const struct command *command)
{
	switch (command->opcode) {
#include "server/engine/rules/rules.def"
	default:
		return 0;
	}
}

void engine_prefetch_slots(const struct engine *engine, const struct command *command)
{
	const struct wire_id *key = command_key(command);
	if (key != NULL)
		keys_prefetch(&engine->keys, key);
	uint64_t customer = customer_of(command);
	if (customer != 0)
		ids_prefetch(&engine->ids, customer);
}

void engine_prefetch_row(const struct engine *engine, const struct command *command)
{
	uint32_t row = ids_find(&engine->ids, customer_of(command));
	if (row == EVENT_ROW_UNKNOWN)
		return;
	__builtin_prefetch(rows_hot(&engine->rows, row), 1);
	__builtin_prefetch(rows_points(&engine->rows, row), 1);
}
