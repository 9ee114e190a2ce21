/* tasks_index.c -- see tasks.h.
 *
 * Looks inside the engine for its index and columns, so that the moves are those that orders would
 * cause: mostly into another cell, at a greater spend.  Everything is moved back after its time
 * was taken: the engine stays whole.
 */
#include <stdlib.h>

#include "bench/engine/tasks.h"
#include "bench/timing.h"
#include "bench/zipf.h"
#include "server/base/ensure.h"
#include "server/engine/purchases.h"
#include "server/engine/state.h"

#define MOVES 1000000u
#define COUNTS 100000u

struct move {
	struct spend_key from, to;
};

/* Where an order of today, of this amount, would move the customer in the row. */
static struct move move_of(const struct rig *rig, uint32_t row, int64_t amount)
{
	const struct engine *engine = rig->engine;
	struct purchases purchases = purchases_read(&engine->rows, row);
	struct census_place place = census_place(&engine->rows, row);
	uint64_t id = rows_id(&engine->rows, row);
	struct move move = {.from = {place.tier, place.stage, place.spend, id}};
	purchases_add(&purchases, engine->today, amount, engine->today);
	uint32_t tier = programme_tier(&engine->programme, purchases.spend12);
	move.to = (struct spend_key){
	    tier > place.tier ? (uint8_t)tier : place.tier,
	    (uint8_t)purchases_stage(&purchases, &engine->programme, engine->today),
	    purchases.spend, id};
	return move;
}

/* Windows as execute.c has them: bring both ends of 16 moves nearer, then move. */
static bool moves_run(struct spend_index *index, const struct move *moves, uint32_t count,
		      bool back)
{
	struct spend_key keys[2 * ENGINE_WINDOW];
	for (uint32_t at = 0; at < count; at += ENGINE_WINDOW) {
		uint32_t size = count - at < ENGINE_WINDOW ? count - at : ENGINE_WINDOW;
		for (uint32_t i = 0; i < size; i++) {
			keys[2 * i] = moves[at + i].from;
			keys[2 * i + 1] = moves[at + i].to;
		}
		spend_index_prefetch(index, keys, 2 * size);
		for (uint32_t i = 0; i < size; i++) {
			if (!spend_index_reserve(index, 1))
				return false;
			spend_index_move(index, &keys[2 * i + back], &keys[2 * i + !back]);
		}
	}
	return true;
}

double task_index_move(struct rig *rig)
{
	uint32_t count = rig->rows < MOVES ? (uint32_t)rig->rows : MOVES;
	uint64_t start = random_below(&rig->random, rig->rows);
	struct spend_index *index = rig->engine->census.index;
	struct move *moves = malloc(count * sizeof *moves);
	if (moves == NULL)
		return -1;
	for (uint32_t i = 0; i < count; i++) { /* each row once, in no order */
		uint64_t row = zipf_scatter((start + i) % rig->rows, rig->rows);
		uint64_t draw = random_below(&rig->random, POPULATION_AMOUNTS);
		moves[i] = move_of(rig, (uint32_t)row, rig->amounts[draw]);
	}
	uint64_t from_ns = timing_spent_ns();
	bool fine = moves_run(index, moves, count, false);
	double spent_ns = (double)(timing_spent_ns() - from_ns);
	fine = fine && moves_run(index, moves, count, true);
	free(moves);
	return fine ? spent_ns / count : -1;
}

/* The cell of a customer drawn at random, and a range that begins at his spend. */
static struct spend_query query_draw(struct rig *rig)
{
	const struct rows *rows = &rig->engine->rows;
	uint32_t row = (uint32_t)random_below(&rig->random, rig->rows);
	uint32_t other = (uint32_t)random_below(&rig->random, rig->rows);
	int64_t from = *rows_spend(rows, row);
	return (struct spend_query){(uint16_t)(1u << *rows_tier(rows, row)),
				    (uint8_t)(1u << *rows_stage(rows, row)), from,
				    from + *rows_spend(rows, other)};
}

double task_index_count(struct rig *rig)
{
	struct spend_query *queries = malloc(COUNTS * sizeof *queries);
	uint64_t sum = 0;
	if (queries == NULL)
		return -1;
	for (uint32_t i = 0; i < COUNTS; i++)
		queries[i] = query_draw(rig);
	uint64_t from_ns = timing_spent_ns();
	for (uint32_t i = 0; i < COUNTS; i++)
		sum += spend_index_count(rig->engine->census.index, &queries[i]);
	double spent_ns = (double)(timing_spent_ns() - from_ns);
	ENSURE(sum >= COUNTS); /* each range has at least the customer it begins at */
	free(queries);
	return spent_ns / COUNTS;
}
