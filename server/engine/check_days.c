/* check_days.c -- proves the calendar queue against the rows.
 *
 *   C12  No row changes before its due day, and the oldest month noted is that of its cells.  An
 *        erased row has no due day: its windows stand still.
 *   C13  Each row with a due day has an entry under it; no day before today has entries.
 */
#include <inttypes.h>

#include "server/engine/check.h"
#include "server/engine/days.h"
#include "server/engine/settle.h"

static bool check_row(const struct engine *engine, uint32_t row, struct failure *failure)
{
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	if (hot->erased != 0)
		return hot->due == ROWS_NO_DAY ||
		       DAMAGED(failure, "customer %" PRIu64 " is erased, but due on day %u",
			       rows_id(&engine->rows, row), hot->due);
	if (days_is_due(engine, row))
		return true;
	struct months_sum sum = months_window(&engine->months, hot->months, engine->month);
	if ((hot->due <= days_next(engine, row) || engine_is_building(engine)) &&
	    hot->oldest == sum.oldest) /* C12 */
		return true;
	return DAMAGED(failure,
		       "customer %" PRIu64 ": due on day %u, but day %u changes it; the oldest "
		       "month is %u, noted as %u",
		       rows_id(&engine->rows, row), hot->due, days_next(engine, row), sum.oldest,
		       hot->oldest);
}

struct tally {
	const struct engine *engine;
	uint8_t *found; /* of each row: 1 */
	uint32_t day, strays;
};

static void visit(void *context, uint32_t row)
{
	struct tally *tally = context;
	if (row >= tally->engine->rows.count)
		tally->strays++;
	else if (rows_hot(&tally->engine->rows, row)->due == tally->day)
		tally->found[row] = 1;
}

static bool check_entries(const struct engine *engine, uint8_t *found, struct failure *failure)
{
	struct tally tally = {engine, found, 0, 0};
	for (; tally.day < DAY_QUEUE_DAYS; tally.day++) {
		uint32_t count = day_queue_count(&engine->queue, tally.day);
		if (count > 0 && tally.day < (uint32_t)engine->today) /* C13 */
			return DAMAGED(failure,
				       "day %" PRIu32 " has passed and has %" PRIu32
				       " entries in the calendar queue",
				       tally.day, count);
		day_queue_each(&engine->queue, tally.day, visit, &tally);
	}
	if (tally.strays > 0)
		return DAMAGED(failure, "the calendar queue names a row that is none");
	for (uint32_t row = 0; row < engine->rows.count; row++)
		if (rows_hot(&engine->rows, row)->due != ROWS_NO_DAY && found[row] == 0) /* C13 */
			return DAMAGED(failure,
				       "customer %" PRIu64 " is not in the calendar queue of day "
				       "%u",
				       rows_id(&engine->rows, row),
				       rows_hot(&engine->rows, row)->due);
	return true;
}

bool check_days(const struct engine *engine, struct failure *failure)
{
	const struct memory *memory = &engine->memory;
	size_t size = (size_t)engine->rows.count + 1;
	for (uint32_t row = 0; row < engine->rows.count; row++)
		if (!check_row(engine, row, failure))
			return false;
	if (!engine->queued)
		return true;
	uint8_t *found = memory->allocate(memory->context, size);
	if (found == NULL) /* a check that cannot run has failed */
		return DAMAGED(failure, "no memory to check the calendar queue");
	bool fine = check_entries(engine, found, failure);
	memory->release(memory->context, found, size);
	return fine;
}
