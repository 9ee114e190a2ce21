/* census.c -- see census.h.
 *
 *   S1  Each row that is not erased has one entry in the index, at its tier, stage and spend.
 *   S2  The sums of a cell are those of its rows.
 */
#include "server/engine/census.h"

#include <string.h>

#include "protocol/grades.h"
#include "protocol/limits.h"
#include "server/base/ensure.h"
#include "server/base/mutant.h"

static_assert(SPEND_TIERS == LIMIT_TIERS && SPEND_STAGES == STAGE_COUNT, "one cell each");

bool census_open(struct census *census, const struct memory *memory)
{
	memset(census, 0, sizeof *census);
	census->index = spend_index_open(memory);
	return census->index != NULL;
}

void census_close(struct census *census)
{
	spend_index_close(census->index);
}

bool census_reserve(struct census *census, uint64_t changes)
{
	return !census->built ||
	       (changes <= UINT32_MAX && spend_index_reserve(census->index, (uint32_t)changes));
}

struct census_place census_place(const struct rows *rows, uint32_t row)
{
	return (struct census_place){*rows_spend(rows, row), *rows_points(rows, row),
				     *rows_tier(rows, row), *rows_stage(rows, row)};
}

static void key_of_row(void *context, uint64_t at, struct spend_key *out)
{
	const struct rows *rows = context;
	uint32_t row = (uint32_t)at;
	*out = (struct spend_key){*rows_tier(rows, row), *rows_stage(rows, row),
				  *rows_spend(rows, row), rows_id(rows, row)};
}

bool census_build(struct census *census, const struct rows *rows, uint64_t applied)
{
	struct spend_source source = {key_of_row, (void *)(uintptr_t)rows, rows->count};
	ENSURE(!census->built);
	if (!spend_index_build(census->index, &source))
		return false;
	for (uint32_t cell = 0; cell < SPEND_CELLS; cell++)
		census->cells[cell].moved = census->cells[cell].touched = applied;
	for (uint32_t row = 0; row < rows->count; row++) {
		struct spend_key key;
		if (rows_hot(rows, row)->erased != 0) {
			key_of_row(source.context, row, &key);
			spend_index_remove(census->index, &key);
			continue;
		}
		struct census_cell *cell =
		    census_cell(census, *rows_tier(rows, row), *rows_stage(rows, row));
		cell->spend += *rows_spend(rows, row);
		cell->points += *rows_points(rows, row);
	}
	census->built = true;
	return true;
}

static struct spend_key key_of(uint64_t id, const struct census_place *place)
{
	return (struct spend_key){place->tier, place->stage, place->spend, id};
}

static void sum_add(struct census *census, const struct census_place *place, int sign,
		    uint64_t number)
{
	struct census_cell *cell = census_cell(census, place->tier, place->stage);
	cell->spend += sign * (engine_sum)place->spend; /* S2 */
	cell->points += sign * (engine_sum)place->points;
	cell->touched = number;
}

void census_enter(struct census *census, uint64_t id, const struct census_place *to,
		  uint64_t number)
{
	struct spend_key key = key_of(id, to);
	if (!census->built)
		return;
	spend_index_add(census->index, &key); /* S1 */
	sum_add(census, to, 1, number);
	census_cell(census, to->tier, to->stage)->moved = number;
}

void census_leave(struct census *census, uint64_t id, const struct census_place *from,
		  uint64_t number)
{
	struct spend_key key = key_of(id, from);
	if (!census->built)
		return;
	spend_index_remove(census->index, &key); /* S1 */
	sum_add(census, from, -1, number);
	census_cell(census, from->tier, from->stage)->moved = number;
}

void census_follow(struct census *census, const struct census_step *step)
{
	const struct census_place *from = &step->from, *to = &step->to;
	if (!census->built)
		return;
	if (!MUTANT(stale_matrix) || from->tier == to->tier) {
		sum_add(census, from, -1, step->number);
		sum_add(census, to, 1, step->number);
	}
	if (from->spend == to->spend && from->tier == to->tier && from->stage == to->stage)
		return;
	struct spend_key old = key_of(step->id, from), new = key_of(step->id, to);
	spend_index_move(census->index, &old, &new); /* S1 */
	census_cell(census, from->tier, from->stage)->moved = step->number;
	census_cell(census, to->tier, to->stage)->moved = step->number;
}

uint64_t census_moved(const struct census *census, const struct spend_query *query)
{
	uint64_t moved = 0;
	for (uint32_t tiers = query->tiers; tiers != 0; tiers &= tiers - 1) {
		uint32_t first = (uint32_t)__builtin_ctz(tiers) * SPEND_STAGES;
		for (uint32_t stages = query->stages; stages != 0; stages &= stages - 1) {
			uint32_t cell = first + (uint32_t)__builtin_ctz(stages);
			if (census->cells[cell].moved > moved)
				moved = census->cells[cell].moved;
		}
	}
	return moved;
}

uint64_t census_touched(const struct census *census)
{
	uint64_t touched = 0;
	for (uint32_t cell = 0; cell < SPEND_CELLS; cell++)
		if (census->cells[cell].touched > touched)
			touched = census->cells[cell].touched;
	return touched;
}

static int64_t cut(engine_sum sum)
{
	return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}

uint32_t census_cells(const struct census *census, uint32_t tiers, struct rec_cell out[SPEND_CELLS])
{
	uint32_t count = 0;
	for (uint8_t tier = 0; tier < tiers; tier++)
		for (uint8_t stage = 0; stage < SPEND_STAGES; stage++) {
			const struct census_cell *cell =
			    &census->cells[tier * SPEND_STAGES + stage];
			uint64_t customers = spend_index_cell_count(census->index, tier, stage);
			if (customers > 0)
				out[count++] = (struct rec_cell){.tier = tier,
								 .stage = stage,
								 .customers = customers,
								 .spend = cut(cell->spend),
								 .points = cut(cell->points)};
		}
	return count;
}
