/* model_days.h -- days in the model: who may turn them, and what each changes of a customer.
 *
 *   D1  Days begin one by one, each when nobody is left whom the one before changes.
 *   D2  A day begins because the clock said so, by a step it is believed, or because an advance
 *       that was sent asks for it.
 *   D3  A day changes a customer in one event or none, by what the rules say of that day, before
 *       anything else of that customer is recorded.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_DAYS_H
#define CRMDB_TESTS_SIM_MODEL_DAYS_H
#include "tests/sim/model.h"

/* What a day changes. */
struct flip {
	bool tier, stage;
	uint8_t tier_to, stage_to, cause;
	int32_t until;
	int64_t metric;
};

/* True: the day of this person's state has yet to change it: *flip. */
bool model_flip(const struct model *model, const struct person_state *person, struct flip *flip);
/* Is it a change of tier or stage?  (A tier that is kept stays where it is.) */
bool model_flip_moves(const struct person_state *person, const struct flip *flip);

/* Fails the run when the state `at` has customers whom the day has yet to change. */
void model_all_turned(const struct model *model, uint64_t at);

/* The server looks at its clock, when it starts or at the end of a turn; an advance is sent. */
void model_look(struct model *model, int64_t wall_us, bool start);
void model_ask_day(struct model *model, int64_t day);

/* Fails the run unless the event may begin its day (D1, D2). */
void model_begin_day(struct model *model, const struct event *event);
/* Fails the run unless the event is what the day changes (D3); else where it leaves the customer.
 */
struct standing model_turn(const struct model *model, const struct event *event,
			   const struct person_state *before);

#endif
