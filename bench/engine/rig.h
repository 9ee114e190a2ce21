/* rig.h -- an engine on its own, filled with a population, and the way commands go through it.
 *
 *   population --> orders --> [ window of 16: prefetch, decide, reserve, apply ] --> engine
 *
 * No network, no log: what is measured is the engine.  One thread.
 */
#ifndef CRMDB_BENCH_ENGINE_RIG_H
#define CRMDB_BENCH_ENGINE_RIG_H
#include "bench/population.h"
#include "server/base/memory.h"
#include "server/engine/engine.h"

#define RIG_TODAY 20635 /* 2026-07-01 */
#define RIG_ID_BYTES 24u

/* A command and the text it borrows: never moved once made. */
struct rig_command {
	struct command command;
	char id[RIG_ID_BYTES];
};

struct rig {
	struct memory_system *system;
	struct memory memory;
	struct engine *engine;
	struct population population;
	struct random random;
	int64_t amounts[POPULATION_AMOUNTS];
	uint64_t rows;             /* customer `row + 1` is in row `row` */
	uint64_t serial;           /* of the last command made: order ids and keys */
	uint8_t *room;             /* for the records of a list */
	struct question *question; /* to be judged; NULL: none was yet */
	bool dressed;              /* customers have attributes (dress.h) */
	struct decision decision;
};

/* An engine with its first event.  False: out of memory.  Closed by rig_close in both cases. */
bool rig_open(struct rig *rig, uint64_t rows, uint64_t seed);
void rig_close(struct rig *rig);

/* Make all customers and their orders, as replay does: before the index is there.  Returns the
 * nanoseconds spent in the engine; 0: out of memory. */
uint64_t rig_fill(struct rig *rig);

/* Write an order of `customer` that no other is equal to. */
void rig_order(struct rig *rig, uint64_t customer, struct population_order order,
	       struct rig_command *out);

/* Run writes in windows, as the server does.  False: out of memory. */
bool rig_write(struct rig *rig, const struct rig_command *commands, uint32_t count);

/* Ask one question after another. */
void rig_ask(struct rig *rig, const struct command *commands, uint32_t count);

/* Bytes handed out by the system to the engine. */
uint64_t rig_memory(const struct rig *rig);

#endif
