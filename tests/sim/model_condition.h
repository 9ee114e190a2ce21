/* model_condition.h -- who passes a condition, as the model has them at a number: step by step
 * (tests/support/naive.h), saved segments by the condition they were saved with.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_CONDITION_H
#define CRMDB_TESTS_SIM_MODEL_CONDITION_H
#include "tests/sim/model.h"

/* What is wrong with it at that number; ERROR_OK: nothing. */
enum error model_condition_fault(const struct model *model, struct wire_text program, uint64_t at);
/* Does the customer, as it was at number `at`?  Nobody does who is not there, or erased. */
bool model_passes(const struct model *model, uint64_t customer, struct wire_text program,
		  uint64_t at);

#endif
