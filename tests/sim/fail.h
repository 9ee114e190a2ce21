/* fail.h -- the end of a run that went wrong: one line with the seed, the step and what differed.
 */
#ifndef CRMDB_TESTS_SIM_FAIL_H
#define CRMDB_TESTS_SIM_FAIL_H
#include <stdint.h>

/* Seed and step are read when something fails, also when the code under test aborts. */
void fail_watch(const uint64_t *seed, const uint64_t *step);

_Noreturn void fail_now(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
