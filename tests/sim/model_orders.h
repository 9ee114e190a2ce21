/* model_orders.h -- orders in the model: which are refused, and what the others make of a customer.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_ORDERS_H
#define CRMDB_TESTS_SIM_MODEL_ORDERS_H
#include "tests/sim/model.h"

/* The first rule of protocol/errors.def that this order breaks where its customer stands so, its
 * key's own rules apart; ERROR_OK: none. */
enum error model_order_fault(const struct model *model, const struct msg_order *order,
			     const struct standing *before, struct error_detail *detail);

/* Where the person stands after its last event, an order, from all orders there are. */
struct standing model_after_order(const struct model *model, const struct person *person,
				  const struct standing *before);

/* O3: is the event, but for its head, what this order does to a customer who stood so? */
bool model_order_follows(const struct model *model, const struct event *event,
			 const struct msg_order *order, const struct standing *before);

#endif
