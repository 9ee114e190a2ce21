/* customer.c -- making a customer, and reading one from the columns. */
#include "server/engine/rules/rules.h"

void customer_create_decide(const struct engine *engine, const struct request *request,
			    struct decision *decision)
{
	uint64_t customer = request->command->as.customer_create.customer;
	if (!outcome_named(decision, customer))
		return;
	uint32_t row = outcome_row(engine, decision, customer);
	if (row != EVENT_ROW_UNKNOWN) {
		uint64_t since = rows_hot(&engine->rows, row)->created_event;
		outcome_refuse(decision, ERROR_EXISTS, (int64_t)customer, (int64_t)since);
		return;
	}
	outcome_event(engine, request, decision, EVENT_customer_created, EVENT_ROW_UNKNOWN);
	decision->event.customer = customer;
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
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	outcome_answer(decision);
	decision->answer.as.customer_get = (struct ans_customer_get){
	    .customer = customer,
	    .points = *rows_points(&engine->rows, row),
	    .created_us = hot->created_us,
	    .event = hot->last_event,
	    .events = hot->events,
	};
}
