/* days.h -- what a day changes of a customer without any request, and when.
 *
 *   day event --> today = D --> rows whose day is D, from the calendar queue, one by one:
 *                                 keep-test | month roll | stage
 *                                    |            |         |
 *                                    +-- event ---|---------+      tier, stage: facts, told by
 * events
 *                                                 +-- columns      windows: rolled without an event
 *
 * The logical state is the effective one: a row whose day has come and was not looked at yet has
 * old windows in its columns, and everything that reads it works them out (days_window).
 *
 *   D1  No day before rows_hot.due changes anything of the row.
 *   D2  While it is built, the calendar queue has an entry of each row under its due day.
 *   D3  A row is brought to its day before a command on its customer is decided (engine_age_first)
 *       or an event on it applied (days_roll), and all are before a question about sets.
 */
#ifndef CRMDB_ENGINE_DAYS_H
#define CRMDB_ENGINE_DAYS_H
#include "server/engine/state.h"
#include "server/engine/turn.h"

/* Has the row's day come? */
static inline bool days_is_due(const struct engine *engine, uint32_t row)
{
	return rows_hot(&engine->rows, row)->due <= engine->today;
}

/* The row's 12 months as of today, wherever its columns stand. */
struct months_sum days_window(const struct engine *engine, uint32_t row);

/* Bring the windows of a row that is due to today.  Its due day stays. */
void days_roll(struct engine *engine, uint32_t row);

/* After a change of the row, whose windows are of today: note its next day (D1, D2).  `settled`:
 * what today changes of it is done.  Needs room for one entry.  Cannot fail. */
void days_note(struct engine *engine, uint32_t row, bool settled);

/* The row's next day is no later than these flips let it be: what else changes it was noted before
 * (D1), and costs as much as there are segments.  Needs room for one entry.  Cannot fail. */
struct flips;
void days_note_flips(struct engine *engine, uint32_t row, const struct flips *flips);

/* The day after today that changes something of the row next, given windows of today;
 * ROWS_NO_DAY: none.  No day changes an erased row. */
uint16_t days_next(const struct engine *engine, uint32_t row);

/* Build the calendar queue: rows that are due are brought to today, or queued for it when that
 * takes an event.  False: out of memory. */
bool days_build(struct engine *engine);

#endif
