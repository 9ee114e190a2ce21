/* check_sets.c -- proves what orders made: counters against months, index and matrix against rows.
 *
 *   C6  Months of a customer fall; spend and orders are at least those of the months.
 *   C7  Windows and stage in the columns are those worked out for the state's day, unless the day
 *       has yet to look at the row; days are in order; the tier exists.
 *   C8  The totals of spend and orders are the sums of the columns.
 *   C9  Each row that is not erased has its entry in the spend index and there are no others; the
 * sums of each cell of the matrix are those of its rows.
 */
#include <inttypes.h>
#include <string.h>

#include "server/engine/check.h"
#include "server/engine/days.h"
#include "server/engine/effective.h"

static bool check_months(const struct engine *engine, uint32_t row, struct failure *failure)
{
	uint32_t at = rows_hot(&engine->rows, row)->months;
	int32_t above = INT32_MAX;
	engine_sum spend = 0;
	uint64_t orders = 0;
	for (; at != 0; at = months_at(&engine->months, at)->older) {
		const struct months_cell *cell = months_at(&engine->months, at);
		if (cell->month >= above || cell->orders == 0 || cell->spend < 0)
			return DAMAGED(failure, "customer %" PRIu64 ": month %u is out of order",
				       rows_id(&engine->rows, row), cell->month);
		above = cell->month;
		spend += cell->spend;
		orders += cell->orders;
	}
	if (spend <= *rows_spend(&engine->rows, row) && orders <= *rows_orders(&engine->rows, row))
		return true;
	return DAMAGED(failure, "customer %" PRIu64 ": the months hold more than was ever bought",
		       rows_id(&engine->rows, row));
}

static bool days_fit(const struct purchases *p)
{
	if (p->orders == 0)
		return p->first_day == ROWS_NO_DAY && p->last_day == ROWS_NO_DAY &&
		       p->previous_day == ROWS_NO_DAY && p->spend == 0;
	if (p->last_day == ROWS_NO_DAY || p->first_day > p->last_day)
		return false;
	if (p->previous_day == ROWS_NO_DAY)
		return p->first_day == p->last_day;
	return p->first_day <= p->previous_day && p->previous_day < p->last_day;
}

static bool check_effective(const struct engine *engine, uint32_t row, struct failure *failure)
{
	const struct rows *rows = &engine->rows;
	struct effective effective;
	if (rows_hot(rows, row)->erased != 0)
		return true; /* as it was then */
	effective_row(engine, row, engine->today, &effective);
	const struct purchases *p = &effective.purchases;
	bool due = days_is_due(engine, row);
	if (due && (!engine->queued || engine_is_turning(engine)))
		return days_fit(p) && *rows_tier(rows, row) < engine->programme.tier_count
			   ? true
			   : DAMAGED(failure, "customer %" PRIu64 ": tier or days cannot be",
				     rows_id(rows, row));
	if (due || p->spend12 != *rows_spend12(rows, row) ||
	    p->orders12 != *rows_orders12(rows, row))
		return DAMAGED(failure,
			       "customer %" PRIu64 ": 12 months hold %" PRId64 " of %" PRIu32
			       " orders, the columns say %" PRId64 " of %" PRIu32,
			       rows_id(rows, row), p->spend12, p->orders12,
			       *rows_spend12(rows, row), *rows_orders12(rows, row));
	if (effective.stage != *rows_stage(rows, row) ||
	    *rows_tier(rows, row) >= engine->programme.tier_count || !days_fit(p))
		return DAMAGED(failure,
			       "customer %" PRIu64 ": tier %u and stage %u do not fit %" PRIu32
			       " orders, the last on day %u",
			       rows_id(rows, row), *rows_tier(rows, row), *rows_stage(rows, row),
			       p->orders, p->last_day);
	return true;
}

bool check_purchases(const struct engine *engine, struct failure *failure)
{
	engine_sum spend = 0;
	uint64_t orders = 0;
	for (uint32_t row = 0; row < engine->rows.count; row++) {
		if (!check_months(engine, row, failure) ||  /* C6 */
		    !check_effective(engine, row, failure)) /* C7 */
			return false;
		spend += *rows_spend(&engine->rows, row);
		orders += *rows_orders(&engine->rows, row);
	}
	if (spend == engine->totals.spend && orders == engine->totals.orders) /* C8 */
		return true;
	return DAMAGED(failure, "the totals of spend and orders are not the sums of the rows");
}

/* The cells as the rows say they are. */
struct tally {
	uint64_t customers;
	engine_sum spend, points;
};

static bool check_entry(const struct engine *engine, uint32_t row, struct tally *tally,
			struct failure *failure)
{
	struct census_place place = census_place(&engine->rows, row);
	struct spend_key key = {place.tier, place.stage, place.spend, rows_id(&engine->rows, row)};
	tally += place.tier * SPEND_STAGES + place.stage;
	tally->customers++;
	tally->spend += place.spend;
	tally->points += place.points;
	return spend_index_has(engine->census.index, &key) ||
	       DAMAGED(failure, "customer %" PRIu64 " is not in the spend index", key.id);
}

bool check_census(const struct engine *engine, struct failure *failure)
{
	const struct census *census = &engine->census;
	struct tally tallies[SPEND_CELLS];
	memset(tallies, 0, sizeof tallies);
	if (!census->built)
		return true;
	for (uint32_t row = 0; row < engine->rows.count; row++)
		if (rows_hot(&engine->rows, row)->erased == 0 &&
		    !check_entry(engine, row, tallies, failure))
			return false;
	for (uint32_t i = 0; i < SPEND_CELLS; i++) {
		uint8_t tier = (uint8_t)(i / SPEND_STAGES), stage = (uint8_t)(i % SPEND_STAGES);
		uint64_t counted = spend_index_cell_count(census->index, tier, stage);
		if (counted != tallies[i].customers || census->cells[i].spend != tallies[i].spend ||
		    census->cells[i].points != tallies[i].points)
			return DAMAGED(failure,
				       "matrix, tier %u and stage %u: %" PRIu64
				       " customers are counted, or sums kept, that %" PRIu64
				       " rows do not have",
				       tier, stage, counted, tallies[i].customers);
	}
	return spend_index_check(census->index, failure); /* C9 */
}
