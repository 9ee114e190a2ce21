/* ensure.h -- assertions that stay on.
 *
 * ENSURE states what must hold for the next line to be right: arguments and invariants at entry,
 * records before they are written and after they are read.  A failed one prints file, line and
 * condition and ends the process: memory that broke a rule must not answer.
 * Never ENSURE anything about input from outside; that gets an error.
 */
#ifndef CRMDB_BASE_ENSURE_H
#define CRMDB_BASE_ENSURE_H

_Noreturn void ensure_failed(const char *file, int line, const char *condition);

#define ENSURE(condition) ((condition) ? (void)0 : ensure_failed(__FILE__, __LINE__, #condition))

#endif
