/* check_history.c -- proves the history of days.
 *
 *   C22  The records are those that were added, of one day after the other up to yesterday's; or to
 *        today's, while the next day is about to begin.
 *   C23  Each record can be read: cells in their order, none of them empty.
 *   C24  The last record is what the rows say, as long as nothing happened since but that a day
 *        began.
 */
#include <inttypes.h>

#include "server/engine/check.h"

static bool check_cells(const struct engine *engine, const struct part_history *part,
			struct failure *failure)
{
	struct wire_reader r = history_reader(part->cells);
	struct rec_cell cell;
	int32_t before = -1;
	uint64_t customers = 0;
	bool fine = true;
	while (fine && history_read_cell(&r, &cell)) {
		int32_t place = cell.tier * (int32_t)STAGE_COUNT + cell.stage;
		fine = place > before && cell.tier < engine->programme.tier_count &&
		       cell.stage < STAGE_COUNT && cell.customers > 0;
		before = place;
		customers += cell.customers;
	}
	if (!fine || r.failed || customers > engine->rows.count) /* C23 */
		return DAMAGED(failure, "the history of day %" PRId64 " cannot be", part->day);
	return true;
}

struct tally {
	uint64_t customers;
	engine_sum spend, points;
};

/* Of all rows, not of the matrix: that is proved by itself. */
static struct tally tally_of(const struct engine *engine, const struct rec_cell *cell)
{
	struct tally tally = {0, 0, 0};
	const struct rows *rows = &engine->rows;
	for (uint32_t row = 0; row < rows->count; row++) {
		if (rows_hot(rows, row)->erased != 0 || *rows_tier(rows, row) != cell->tier ||
		    *rows_stage(rows, row) != cell->stage)
			continue;
		tally.customers++;
		tally.spend += *rows_spend(rows, row);
		tally.points += *rows_points(rows, row);
	}
	return tally;
}

static bool same(engine_sum sum, int64_t told)
{
	return sum == told || (sum > INT64_MAX && told == INT64_MAX);
}

static bool check_last(const struct engine *engine, const struct part_history *part,
		       struct failure *failure)
{
	struct wire_reader r = history_reader(part->cells);
	struct rec_cell cell;
	uint64_t customers = 0;
	while (history_read_cell(&r, &cell)) {
		struct tally tally = tally_of(engine, &cell);
		customers += cell.customers;
		if (tally.customers != cell.customers || !same(tally.spend, cell.spend) ||
		    !same(tally.points, cell.points)) /* C24 */
			return DAMAGED(
			    failure,
			    "the history of day %" PRId64 " says %" PRIu64
			    " customers of tier %u, stage %u, the rows %" PRIu64 ", or other sums",
			    part->day, cell.customers, cell.tier, cell.stage, tally.customers);
	}
	if (customers != engine->rows.count - engine->totals.gone) /* C24 */
		return DAMAGED(failure, "the history of day %" PRId64 " leaves customers out",
			       part->day);
	return true;
}

bool check_history(const struct engine *engine, struct failure *failure)
{
	const struct history *history = &engine->history;
	const struct history_day *last = history_last(history);
	uint64_t digest = 0;
	for (uint32_t i = 0; i < history->count; i++) {
		const struct history_day *day = &history->days[i];
		digest = history_digest(digest, &day->part);
		if (day->part.day - history->days[0].part.day != i) /* C22 */
			return DAMAGED(failure, "the history has day %" PRId64 " out of order",
				       day->part.day);
		if (!check_cells(engine, &day->part, failure))
			return false;
	}
	if (digest != history->digest) /* C22 */
		return DAMAGED(failure, "the history is not what was recorded");
	if (last == NULL)
		return true;
	if (last->part.day != engine->today && last->part.day != engine->today - 1) /* C22 */
		return DAMAGED(failure, "the history ends with day %" PRId64 ", today is %" PRId32,
			       last->part.day, engine->today);
	uint64_t quiet = engine->day_event == last->event + 1 ? engine->day_event : last->event;
	return engine->applied != quiet || check_last(engine, &last->part, failure);
}
