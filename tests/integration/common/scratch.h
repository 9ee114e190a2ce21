/* scratch.h -- a directory of one's own, and the clock a test waits by.
 *
 * Functions end the test program with a sentence when the machine refuses what any test needs.
 */
#ifndef CRMDB_TESTS_SCRATCH_H
#define CRMDB_TESTS_SCRATCH_H
#include <stddef.h>
#include <stdint.h>

#define SCRATCH_PATH 512u

/* Make a new directory under TMPDIR (default /tmp) into path[SCRATCH_PATH]; the name is short, for
 * socket paths are.  Once a program.  It is removed with all in it when the program ends, unless
 * CRMDB_KEEP is set: then its path is printed. */
void scratch_new(char *path);
/* Print a formatted path into path[SCRATCH_PATH]. */
void scratch_path(char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* End the program: "what: strerror". */
_Noreturn void scratch_die(const char *what);

int64_t scratch_now_us(void); /* monotonic */
void scratch_sleep_us(int64_t us);

/* A number from 0 to below - 1, from a small seeded generator (splitmix64), for one thread. */
uint64_t scratch_below(uint64_t *state, uint64_t below);

#endif
