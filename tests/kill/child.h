/* child.h -- the server under test: started, killed, stopped, and judged by what it says of itself.
 *
 *   C1  The digest at start is that of a second process that folds the log from event 1.
 *   C2  After a clean stop it is also the one the stopped server printed.
 *   C3  The recorder saw no byte of an answer leave before its flush returned (recorder.h).
 *
 * What is wrong goes to `verdict`.
 */
#ifndef CRMDB_KILL_CHILD_H
#define CRMDB_KILL_CHILD_H
#include "tests/integration/common/server.h"
#include "tests/kill/ledger.h"

struct child {
	struct server server;
	const char *recorder;    /* path of recorder.so; NULL: without it */
	uint64_t random;         /* seed */
	struct verdict *verdict; /* borrowed */
	char preload[SCRATCH_PATH + 16], report[SCRATCH_PATH + 32], report_path[SCRATCH_PATH];
	struct server_mark started; /* what the last start found */
	struct server_mark stopped; /* of the last clean stop; zero: it was killed since */
	unsigned starts, recovery_kills, stops;
	uint64_t answers, groups; /* the recorder compared, in all */
};

/* Zero it, set recorder, random and verdict, then open. */
void child_open(struct child *child, const char *program, const char *directory);

/* Start and wait until it listens; ends the process when it does not. */
void child_start(struct child *child);
/* End it at random: by signal 9 (true), then perhaps again while it recovers, or by TERM (false).
 * `words`: what was done. */
bool child_end(struct child *child, char *words, size_t size);
/* TERM; the exit status must be 0. */
void child_stop(struct child *child);
/* C1 and C2, of the start that was last. */
void child_judge_start(struct child *child);

#endif
