/* care.c -- recording a greeting, once a year for each occasion. */
#include "server/engine/care.h"
#include "server/engine/rules/rules.h"

#include "protocol/common/date.h"

#define YEAR_MIN 1970
#define YEAR_MAX 2099

static bool valid(struct decision *decision, const struct msg_customer_care *m)
{
	if (choice_name(CHOICE_care, m->kind) != NULL &&
	    (m->channel == 0 || choice_name(CHOICE_channel, m->channel) != NULL) &&
	    (m->kind == CARE_holiday) == (m->holiday.size > 0) &&
	    (m->year == 0 || (m->year >= YEAR_MIN && m->year <= YEAR_MAX)))
		return true;
	outcome_refuse(decision, ERROR_CARE_INVALID, m->kind, m->channel);
	return false;
}

static struct care_kind kind_of(const struct engine *engine, const struct msg_customer_care *m)
{
	uint32_t code =
	    m->kind == CARE_holiday ? words_find(&engine->words, PERSON_holidays, m->holiday) : 0;
	return (struct care_kind){m->kind, code};
}

void customer_care_decide(const struct engine *engine, const struct request *request,
			  struct decision *decision)
{
	const struct msg_customer_care *m = &request->command->as.customer_care;
	if (!outcome_named(decision, m->customer) || !valid(decision, m))
		return;
	uint32_t row = outcome_known(engine, decision, m->customer);
	if (row == EVENT_ROW_UNKNOWN)
		return;
	struct care_kind kind = kind_of(engine, m);
	if (!care_applies(engine, row, kind)) {
		outcome_refuse(decision, ERROR_CARE_NO_DAY, (int64_t)m->customer, m->kind);
		return;
	}
	uint32_t year =
	    m->year != 0 ? m->year : (uint32_t)care_year(engine, row, kind, engine->today);
	uint32_t done = care_done(engine, row, kind);
	if (done >= year) {
		outcome_refuse(decision, ERROR_CARE_DONE, (int64_t)m->customer, done);
		outcome_saw_day(engine, decision);
		return;
	}
	outcome_event(engine, request, decision, EVENT_customer_greeted, row);
	decision->event.customer = m->customer;
	decision->event.parts = PART_care;
	decision->event.care = (struct part_care){.kind = m->kind,
						  .holiday = kind.holiday,
						  .name = m->holiday,
						  .channel = m->channel,
						  .year = year,
						  .before = done};
}
