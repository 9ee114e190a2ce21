/* customer.c -- making a customer, and reading one from the columns. */
#include "server/engine/effective.h"
#include "server/engine/rules/rules.h"

void customer_create_decide(const struct engine *engine, const struct request *request,
			    struct decision *decision)
{
	uint64_t customer = request->command->as.customer_create.customer;
	if (!outcome_named(decision, customer))
		return;
	uint32_t row = outcome_row(engine, decision, customer);
	if (row != EVENT_ROW_UNKNOWN && outcome_erased(engine, decision, row))
		return;
	if (row != EVENT_ROW_UNKNOWN) {
		uint64_t since = rows_hot(&engine->rows, row)->created_event;
		outcome_refuse(decision, ERROR_EXISTS, (int64_t)customer, (int64_t)since);
		return;
	}
	outcome_event(engine, request, decision, EVENT_customer_created, EVENT_ROW_UNKNOWN);
	decision->event.customer = customer;
}

static void fill_customer(const struct engine *engine, uint32_t row, struct decision *decision)
{
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	struct effective effective;
	effective_row(engine, row, engine->today, &effective);
	const struct purchases *p = &effective.purchases;
	outcome_answer(decision);
	decision->answer.as.customer_get = (struct ans_customer_get){
	    .customer = rows_id(&engine->rows, row),
	    .points = *rows_points(&engine->rows, row),
	    .created_us = hot->created_us,
	    .event = hot->last_event,
	    .events = hot->events,
	    .tier = *rows_tier(&engine->rows, row),
	    .tier_until = rows_day_or_none(hot->tier_until),
	    .stage = (uint8_t)effective.stage,
	    .band = (uint8_t)effective.band,
	    .spend = p->spend,
	    .spend12 = p->spend12,
	    .spend12_before = effective.spend12_before,
	    .largest = p->largest,
	    .orders = p->orders,
	    .orders12 = p->orders12,
	    .first_day = rows_day_or_none(p->first_day),
	    .last_day = rows_day_or_none(p->last_day),
	    .previous_day = rows_day_or_none(p->previous_day),
	};
}

void customer_get_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	uint64_t customer = request->command->as.customer_get.customer;
	if (!outcome_named(decision, customer))
		return;
	uint32_t row = outcome_known(engine, decision, customer);
	if (row == EVENT_ROW_UNKNOWN)
		return;
	outcome_saw_day(engine, decision);
	fill_customer(engine, row, decision);
}
