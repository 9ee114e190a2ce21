/* expect.h -- the answer the model gives to an intent, as of a number. */
#ifndef CRMDB_TESTS_SIM_EXPECT_H
#define CRMDB_TESTS_SIM_EXPECT_H
#include "protocol/limits.h"
#include "tests/sim/judge.h"

/* Room for the records of a list. */
#define EXPECT_ENTRY_BYTES LIMIT_ANSWER_BYTES

/* `expected` comes as a copy of the answer that arrived and leaves as the one that should have:
 * what cannot be known exactly (times, counters) stays when it is possible, else fails the run. */
void expect_answer(const struct judge *judge, const struct intent *intent, uint8_t *entries,
		   struct answer *expected);

#endif
