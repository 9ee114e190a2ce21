/* check_segments.c -- proves who is in the saved segments against their conditions.
 *
 *   C20  Each row's bits say what the conditions do, today: but for rows that are touched, and
 *        those that a day has yet to look at.
 *   C21  A segment's customers are the rows with its bit; numbers and names are given once.
 */
#include <inttypes.h>

#include "server/engine/check.h"
#include "server/engine/days.h"
#include "server/engine/membership.h"

static bool check_row(const struct engine *engine, uint32_t row, uint64_t judged,
		      struct failure *failure)
{
	uint64_t kept = *rows_segments(&engine->rows, row) & engine->segments.live;
	bool late =
	    days_is_due(engine, row) || (rows_hot(&engine->rows, row)->marks & ROWS_TOUCHED) != 0;
	return late || kept == judged ||
	       DAMAGED(failure,
		       "customer %" PRIu64 ": is in the saved segments %" PRIx64
		       " (a bit each), but the conditions are true of it for %" PRIx64,
		       rows_id(&engine->rows, row), kept, judged);
}

static bool check_rows(const struct engine *engine, uint64_t *counts, struct failure *failure)
{
	uint32_t rows[MEMBERSHIP_BATCH];
	uint64_t masks[MEMBERSHIP_BATCH];
	for (uint32_t first = 0; first < engine->rows.count; first += MEMBERSHIP_BATCH) {
		uint32_t left = engine->rows.count - first;
		uint32_t count = left < MEMBERSHIP_BATCH ? left : MEMBERSHIP_BATCH;
		for (uint32_t i = 0; i < count; i++)
			rows[i] = first + i;
		membership_judge(engine, rows, count, engine->segments.live, masks);
		for (uint32_t i = 0; i < count; i++) {
			uint64_t kept = *rows_segments(&engine->rows, rows[i]);
			if (!check_row(engine, rows[i], masks[i], failure)) /* C20 */
				return false;
			for (uint32_t at = 0; at < LIMIT_SEGMENTS; at++)
				counts[at] += kept >> at & 1;
		}
	}
	return true;
}

bool check_segments(const struct engine *engine, struct failure *failure)
{
	const struct segments *segments = &engine->segments;
	uint64_t counts[LIMIT_SEGMENTS] = {0};
	if (segments->live == 0 || segments->build != 0)
		return true;
	if (!check_rows(engine, counts, failure))
		return false;
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++) {
		const struct segment *segment = &segments->all[i];
		bool live = segment->room != NULL;
		if (live != ((segments->live >> i & 1) != 0) ||
		    (live && (segment->customers != counts[i] ||
			      segments_named(segments, segment->name) != segment))) /* C21 */
			return DAMAGED(failure,
				       "saved segment %" PRIu32 ": %" PRIu64
				       " customers are counted, %" PRIu64 " rows have its bit",
				       i, segment->customers, counts[i]);
	}
	return true;
}
