/* outcome.c -- the forms a decision can take, each filled in at one place.
 *
 * A struct decision is some 700 bytes, a decision a few dozen: nothing is cleared as a whole.
 */
#include "protocol/limits.h"
#include "server/engine/rules/rules.h"

int64_t outcome_time(const struct engine *engine, const struct request *request)
{
	return request->now_us > engine->time_us ? request->now_us : engine->time_us;
}

static void close_answer(struct decision *decision, enum error error)
{
	decision->answer.status = (uint16_t)error;
	decision->answer.flags = 0;
	decision->answer.sequence = 0;
	decision->answer.words = (struct error_words){{0}, {0}};
}

void outcome_refuse(struct decision *decision, enum error error, int64_t a, int64_t b)
{
	ENSURE(error != ERROR_OK);
	decision->verdict = VERDICT_REFUSED;
	close_answer(decision, error);
	decision->answer.detail = (struct error_detail){a, b};
}

void outcome_answer(struct decision *decision)
{
	decision->verdict = VERDICT_ANSWER;
	close_answer(decision, ERROR_OK);
	decision->answer.detail = (struct error_detail){0, 0};
}

void outcome_event(const struct engine *engine, const struct request *request,
		   struct decision *decision, enum event_type type, uint32_t row)
{
	struct event *event = &decision->event;
	event->number = engine->applied + 1;
	event->time_us = outcome_time(engine, request);
	event->type = (uint8_t)type;
	event->parts = 0;
	event->row = row;
	event->actor = request->actor;
	event->previous = row == EVENT_ROW_UNKNOWN ? 0 : rows_hot(&engine->rows, row)->last_event;
	decision->verdict = VERDICT_EVENT;
	decision->saw = event->number;
}

uint32_t outcome_page_limit(struct decision *decision, uint32_t limit)
{
	if (limit <= LIMIT_MEMBERS_PAGE)
		return limit == 0 ? LIMIT_MEMBERS_PAGE_DEFAULT : limit;
	outcome_refuse(decision, ERROR_LIMIT_TOO_HIGH, limit, LIMIT_MEMBERS_PAGE);
	return 0;
}

bool outcome_bind_set(struct decision *decision, uint16_t *set, uint32_t count, enum error error)
{
	uint32_t known = (1u << count) - 1;
	if (*set == OUTCOME_ALL)
		*set = (uint16_t)known;
	if ((*set & ~known) == 0)
		return true;
	uint32_t first = (uint32_t)__builtin_ctz(*set & ~known);
	outcome_refuse(decision, error, first, count);
	return false;
}

void outcome_saw_day(const struct engine *engine, struct decision *decision)
{
	if (decision->saw < engine->day_event)
		decision->saw = engine->day_event;
}

void outcome_saw_names(const struct engine *engine, struct decision *decision)
{
	if (decision->saw < engine->added.last)
		decision->saw = engine->added.last;
	if (decision->saw < engine->segments.last)
		decision->saw = engine->segments.last;
}

uint32_t outcome_row(const struct engine *engine, struct decision *decision, uint64_t customer)
{
	uint32_t row = ids_find(&engine->ids, customer);
	if (row != EVENT_ROW_UNKNOWN)
		decision->saw = rows_hot(&engine->rows, row)->last_event; /* I3 */
	return row;
}

bool outcome_named(struct decision *decision, uint64_t customer)
{
	if (customer == 0)
		outcome_refuse(decision, ERROR_ID_ZERO, 0, 0);
	return customer != 0;
}

bool outcome_erased(const struct engine *engine, struct decision *decision, uint32_t row)
{
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	if (hot->erased == 0)
		return false;
	outcome_refuse(decision, ERROR_ERASED, (int64_t)rows_id(&engine->rows, row),
		       (int64_t)hot->last_event); /* nothing happens to it after */
	return true;
}

uint32_t outcome_known(const struct engine *engine, struct decision *decision, uint64_t customer)
{
	uint32_t row = outcome_row(engine, decision, customer);
	if (row == EVENT_ROW_UNKNOWN)
		outcome_refuse(decision, ERROR_NOT_FOUND, (int64_t)customer, 0);
	else if (outcome_erased(engine, decision, row))
		return EVENT_ROW_UNKNOWN;
	return row;
}
