/* failure.h -- one sentence about what went wrong, wrapped with context on the way up.
 *
 *   return failure_set(failure, EXIT_DAMAGE, "block %" PRIu64 " does not match its checksum", n);
 *   ...
 *   return failure_wrap(failure, "%s", path);    ->  "log/000001.mdb: block 17 does not match ..."
 *
 * Caller-owned; any thread, one at a time.
 */
#ifndef CRMDB_BASE_FAILURE_H
#define CRMDB_BASE_FAILURE_H
#include <stdbool.h>

/* Exit status of the server's process. */
enum exit_code {
	EXIT_FINE = 0,
	EXIT_USAGE = 2,     /* flags, environment, a start that contradicts genesis */
	EXIT_DIRECTORY = 3, /* data directory: missing right, locked by another server, not ours */
	EXIT_DAMAGE = 4,    /* stored data is damaged: nothing was changed */
	EXIT_LISTEN = 5,    /* address in use or not ours */
	EXIT_STORAGE = 6,   /* a write or flush failed: stopped at once (I4) */
	EXIT_MEMORY = 7,    /* not enough memory to hold the state */
};

struct failure {
	enum exit_code code;
	char text[512]; /* a sentence without a full stop; what, where, what to do */
};

/* Both return false, so that a caller can `return failure_set(...)`. */
bool failure_set(struct failure *failure, enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool failure_wrap(struct failure *failure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
