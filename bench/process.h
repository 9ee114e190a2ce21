/* process.h -- a crmdb-server of the benchmark's own, from start to stop. */
#ifndef CRMDB_BENCH_PROCESS_H
#define CRMDB_BENCH_PROCESS_H
#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#define PROCESS_URI_BYTES 192u
#define PROCESS_PROBLEM_BYTES 512u

struct process {
	pid_t pid;
	char log[PATH_MAX]; /* file with what the server says */
	char uri[PROCESS_URI_BYTES];
	char problem[PROCESS_PROBLEM_BYTES]; /* a sentence, when something failed */
};

/* Start `program` on the data directory `data`, listening on a Unix socket in the directory
 * `folder`, or with `tcp` on a free loopback port, and wait until it says that it listens (it may
 * have to replay its log first).  False: process->problem says why and nothing runs. */
bool process_start(struct process *process, const char *program, const char *data,
		   const char *folder, bool tcp);

/* Ask it to stop (TERM), wait, and make sure (KILL after 30 s).  False: it did not end with
 * status 0; process->problem says how it ended. */
bool process_stop(struct process *process);

#endif
