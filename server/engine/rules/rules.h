/* rules.h -- the rules of rules.def, and what they share; included only inside server/engine.
 *
 * A rule reads the state and fills in the decision; it changes nothing.  The first broken rule
 * wins, in the order of protocol/errors.def.  One thread.
 */
#ifndef CRMDB_ENGINE_RULES_RULES_H
#define CRMDB_ENGINE_RULES_RULES_H
#include "server/engine/state.h"

#define RULE(name)                                                                                 \
	void name##_decide(const struct engine *engine, const struct request *request,             \
			   struct decision *decision);
#define CUSTOMER_RULE(name) RULE(name)
#define SETS_RULE(name) RULE(name)
#include "server/engine/rules/rules.def"

/* decide.c: the customer a command names; 0: none. */
uint64_t command_customer(const struct command *command);

/* once.c: the rules about a write's key.  False: decided (refused, or a repeat).  True: the key is
 * free; the event's key, content and flags are set. */
bool once_admits(const struct engine *engine, const struct request *request,
		 struct decision *decision);

/* outcome.c: the forms a decision can take. */

/* The time a write would be recorded at, us: the server's clock, which never goes back. */
int64_t outcome_time(const struct engine *engine, const struct request *request);

void outcome_refuse(struct decision *decision, enum error error, int64_t a, int64_t b);

/* A complete answer to a read, whose body the rule fills in. */
void outcome_answer(struct decision *decision);

/* An event of `type`, whose customer and parts the rule fills in; `row` as in struct event. */
void outcome_event(const struct engine *engine, const struct request *request,
		   struct decision *decision, enum event_type type, uint32_t row);

/* Customers a page may have; 0: refused. */
uint32_t outcome_page_limit(struct decision *decision, uint32_t limit);

/* A set of numbers below `count`, a bit each; OUTCOME_ALL becomes all of them.  False: refused,
 * with `error`. */
#define OUTCOME_ALL 0xffffu
bool outcome_bind_set(struct decision *decision, uint16_t *set, uint32_t count, enum error error);

/* What is told depends on the programme's day (I3). */
void outcome_saw_day(const struct engine *engine, struct decision *decision);
/* ... on which added fields and saved segments there are. */
void outcome_saw_names(const struct engine *engine, struct decision *decision);

/* The row of `customer`, with decision->saw set to its last event (I3), or EVENT_ROW_UNKNOWN. */
uint32_t outcome_row(const struct engine *engine, struct decision *decision, uint64_t customer);

/* False: id 0, and the decision says so. */
bool outcome_named(struct decision *decision, uint64_t customer);

/* True: the customer of `row` is erased for ever, and the decision says so. */
bool outcome_erased(const struct engine *engine, struct decision *decision, uint32_t row);

/* As outcome_row; EVENT_ROW_UNKNOWN: the decision says that there is no such customer, or not any
 * more. */
uint32_t outcome_known(const struct engine *engine, struct decision *decision, uint64_t customer);

#endif
