/* due.c -- whom to greet: a walk over all customers that stops at each page.
 *
 *   rows [ from ....... ROWS_LOOKED or the page is full ] --> records, next
 *
 * A question looks at a bounded number of rows, so a page may be empty and yet not be the last.
 */
#include "server/engine/care.h"
#include "server/engine/rules/rules.h"

#include "protocol/common/date.h"
#include "protocol/limits.h"

#define ROWS_LOOKED 8192u
#define ROWS_A_COMMAND 16u /* cost as much as one: 29 ns a row where everybody has a birthday */

struct search {
	struct care_kind kind;
	int32_t first, last; /* days */
	int32_t year, until; /* their years: a range of 367 days can touch three */
	uint32_t consent;    /* bit that must be set; 0: none */
};

/* The day in range this customer is to be greeted for; -1: none. */
static int32_t due_day(const struct engine *engine, uint32_t row, const struct search *search)
{
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	if (!care_applies(engine, row, search->kind) || hot->erased != 0 ||
	    (*rows_consents(&engine->rows, row) & search->consent) != search->consent)
		return -1;
	int32_t done = (int32_t)care_done(engine, row, search->kind);
	if (search->kind.kind == CARE_holiday)
		return done < search->year ? search->first : -1;
	for (int32_t year = search->year; year <= search->until; year++) {
		int32_t day = care_day(engine, row, search->kind, year);
		if (day >= search->first && day <= search->last && done < year)
			return day;
	}
	return -1;
}

/* False: refused. */
static bool valid(struct decision *decision, const struct msg_due *m)
{
	bool by = m->purpose != 0 || m->channel != 0;
	if (m->first < 0 || m->last < m->first || m->last - m->first > (int64_t)LIMIT_DUE_DAYS ||
	    m->last > DATE_DAY_MAX)
		outcome_refuse(decision, ERROR_DUE_RANGE, m->first, m->last);
	else if (by && (choice_name(CHOICE_purpose, m->purpose) == NULL ||
			choice_name(CHOICE_channel, m->channel) == NULL))
		outcome_refuse(decision, ERROR_CONSENT_INVALID, m->purpose, m->channel);
	else if (choice_name(CHOICE_care, m->kind) == NULL ||
		 (m->kind == CARE_holiday) != (m->holiday.size > 0))
		outcome_refuse(decision, ERROR_CARE_INVALID, m->kind, m->channel);
	else
		return true;
	return false;
}

static struct search search_of(const struct engine *engine, const struct msg_due *m)
{
	uint32_t code =
	    m->kind == CARE_holiday ? words_find(&engine->words, PERSON_holidays, m->holiday) : 0;
	return (struct search){{m->kind, code},
			       (int32_t)m->first,
			       (int32_t)m->last,
			       date_of_day((int32_t)m->first).year,
			       date_of_day((int32_t)m->last).year,
			       consent_bit(m->purpose, m->channel)};
}

static void add(const struct engine *engine, uint32_t row, int32_t day, struct wire_writer *w)
{
	const struct rows *rows = &engine->rows;
	struct rec_due record = {.customer = rows_id(rows, row),
				 .day = day,
				 .tier = *rows_tier(rows, row),
				 .stage = *rows_stage(rows, row),
				 .spend = *rows_spend(rows, row),
				 .preferred_channel = *rows_preferred_channel(rows, row)};
	encode_rec_due(w, &record);
}

void due_decide(const struct engine *engine, const struct request *request,
		struct decision *decision)
{
	const struct msg_due *m = &request->command->as.due;
	struct wire_writer w = {request->room, request->room + LIMIT_ANSWER_BYTES, false};
	if (!valid(decision, m))
		return;
	struct search search = search_of(engine, m);
	uint32_t limit = outcome_page_limit(decision, m->limit), count = 0;
	if (limit == 0)
		return;
	uint64_t row = m->from, rows = engine->rows.count, end = m->from + ROWS_LOOKED;
	end = end < rows && end >= m->from ? end : rows;
	for (; row < end && count < limit; row++) {
		int32_t day = due_day(engine, (uint32_t)row, &search);
		if (day < 0)
			continue;
		add(engine, (uint32_t)row, day, &w);
		count++;
	}
	ENSURE(!w.failed);
	outcome_answer(decision);
	decision->saw = engine->applied; /* of a scan: where it began */
	decision->cost = (uint32_t)((row - m->from) / ROWS_A_COMMAND) * (row > m->from);
	decision->answer.as.due = (struct ans_due){
	    {request->room, (uint32_t)(w.at - request->room), count}, row < rows ? row : 0};
}
