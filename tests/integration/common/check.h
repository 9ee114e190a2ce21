/* check.h -- one line per case, and a sum at the end.
 *
 *   ok - bad magic is answered with BAD_MAGIC
 *   not ok - a quiet row answers at once: no answer within 2000 ms
 *
 * Lines are written at once, so that a run that is cut short still tells how far it came.
 */
#ifndef CRMDB_TESTS_CHECK_H
#define CRMDB_TESTS_CHECK_H
#include <stdbool.h>

/* Print and count one case; the format makes its name.  Returns ok. */
bool check(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Print and count a failed case: name, and what was seen instead. */
void check_fail(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Print the sum as a comment.  Exit status: 0 when something passed and nothing failed. */
int check_finish(void);

#endif
