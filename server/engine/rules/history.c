/* history.c -- where a page of a customer's history starts; app fetches the events from there.
 *
 * The place is fixed here, at the command's turn; later events do not show.  Whether `from` is the
 * customer's own event is seen only when it is fetched.
 */
#include "server/engine/rules/rules.h"

#include "protocol/limits.h"

void history_decide(const struct engine *engine, const struct request *request,
		    struct decision *decision)
{
	const struct msg_history *m = &request->command->as.history;
	if (!outcome_named(decision, m->customer))
		return;
	uint32_t row = outcome_known(engine, decision, m->customer);
	if (row == EVENT_ROW_UNKNOWN)
		return;
	if (m->limit > LIMIT_HISTORY_PAGE) {
		outcome_refuse(decision, ERROR_LIMIT_TOO_HIGH, m->limit, LIMIT_HISTORY_PAGE);
		return;
	}
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	if (m->from != 0 && (m->from > hot->last_event || m->from < hot->created_event)) {
		outcome_refuse(decision, ERROR_CURSOR_INVALID, (int64_t)m->from,
			       (int64_t)m->customer);
		return;
	}
	decision->verdict = VERDICT_HISTORY;
	decision->past = m->from == 0 ? hot->last_event : m->from;
	decision->limit = m->limit == 0 ? LIMIT_HISTORY_PAGE_DEFAULT : m->limit;
}
