/* model_orders.h -- orders in the model: which are refused, and what the others make of a customer.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_ORDERS_H
#define CRMDB_TESTS_SIM_MODEL_ORDERS_H
#include "tests/sim/model.h"

/* The first events of a person, orders and others. */
struct model_orders {
	const struct person *person;
	uint32_t count;
};

/* Fill in what the windows of 12 months that end with `month`, and before, hold of them. */
void model_windows(const struct model *model, const struct model_orders *orders, int32_t month,
		   struct standing *standing);

/* The business day of an order placed at this time as the newest event: the programme's, or the
 * clock's where that is ahead and counts. */
int32_t model_now_day(const struct model *model, int64_t time_us);
/* The latest business day then: there are shops where it is tomorrow. */
int32_t model_latest_day(int32_t now);

/* The first rule of protocol/errors.def that this order breaks where its customer stands so, with
 * orders of up to day `latest` allowed, its key's own rules apart; ERROR_OK: none. */
enum error model_order_fault(int32_t latest, const struct msg_order *order,
			     const struct standing *before, struct error_detail *detail);

/* Where the person stands after its last event, an order, from all orders there are. */
struct standing model_after_order(const struct model *model, const struct person *person,
				  const struct standing *before);

/* O3: is the event, but for its head, what this order does to a customer who stood so? */
bool model_order_follows(const struct model *model, const struct event *event,
			 const struct msg_order *order, const struct standing *before);

#endif
