/* judge.h -- is this the answer the model gives?  Every answer a client gets comes by here.
 *
 *   J1  An answer is what the state at its sequence number says, body and detail included.
 *   J2  A key gives the same answer for ever; all but the first time it is marked REPEATED.
 *   J3  A definite refusal is never applied, neither before nor later (the later is O2's).
 *   J4  An answer's number never passes what the store has been given.
 */
#ifndef CRMDB_TESTS_SIM_JUDGE_H
#define CRMDB_TESTS_SIM_JUDGE_H
#include "tests/sim/model.h"
#include "tests/sim/questions.h"

struct judge {
	const struct model *model;
	struct question_names *questions;
	int64_t high_us;   /* highest wall clock so far */
	int64_t back_us;   /* how far it may have fallen since */
	bool memory_fails; /* the engine's memory runs out now and then */
};

/* Fails the run unless `answer`, which has just arrived, is right; else notes it in the intent. */
void judge_answer(const struct judge *judge, struct intent *intent, const struct answer *answer);

#endif
