/* report.h -- what is no answer goes to standard error, in words. */
#ifndef CRMDB_CLI_REPORT_H
#define CRMDB_CLI_REPORT_H
#include "client/cli/screen.h"
#include "client/cli/words.h"
#include "client/crmdb/crmdb.h"

/* "<what>: <text>". */
void report_say(const struct screen *screen, const char *what, const char *text);

/* A statement that cannot be: its line, and a mark below the place.  Returns EXIT_USAGE. */
int report_complaint(const struct screen *screen, const struct words *words,
		     const struct complaint *complaint);

/* A statement that failed.  `key`: what to repeat the command with, when no answer came; NULL: it
 * does not write, has a ref, or was answered.  Returns the exit status. */
int report_error(const struct screen *screen, const crm_error *error, const crm_key *key);

/* Likewise of a question: byte `at` of the line is what was refused. */
int report_refused(const struct screen *screen, const crm_error *error, const struct words *words,
		   size_t at);

#endif
