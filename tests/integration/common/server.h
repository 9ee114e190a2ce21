/* server.h -- a crmdb-server as a child process: start, kill, stop, and what it said.
 *
 * The child writes its lines into a file, which the test reads; it dies with the test (parent
 * death signal), so that no run leaves a server behind.
 */
#ifndef CRMDB_TESTS_SERVER_H
#define CRMDB_TESTS_SERVER_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/integration/common/scratch.h"

#define SERVER_ARGUMENTS 16
#define SERVER_READY_MS 20000

struct server {
	char program[SCRATCH_PATH];
	char directory[SCRATCH_PATH];            /* --data */
	char socket[SCRATCH_PATH];               /* --unix */
	char uri[SCRATCH_PATH];                  /* for crm_open */
	char log[SCRATCH_PATH];                  /* what it wrote on stderr and stdout, all runs */
	bool tcp;                                /* also listen on a free port of 127.0.0.1 */
	uint16_t port;                           /* that port, once ready */
	const char *arguments[SERVER_ARGUMENTS]; /* more of them; borrowed; NULL ends */
	const char *environment[SERVER_ARGUMENTS]; /* "NAME=value"; borrowed; NULL ends */
	pid_t pid;                                 /* 0: not running */
	int64_t log_from;                          /* where this run's lines begin */
};

/* Last event and digest a line tells. */
struct server_mark {
	uint64_t last, digest;
};

/* Paths below `scratch` (borrowed until then only); `program` is the server's binary. */
void server_init(struct server *server, const char *program, const char *scratch);
/* The same, with the program in a build directory. */
void server_init_build(struct server *server, const char *build, const char *scratch);
/* `add`: "--flag", "value", or "NAME=value". */
void server_add_argument(struct server *server, const char *add);
void server_add_environment(struct server *server, const char *add);

/* Start the process; does not wait. */
void server_launch(struct server *server);
/* Wait until it listens.  False: it ended, or took longer. */
bool server_await_ready(struct server *server, int timeout_ms);
/* Both; ends the test with the server's lines when it does not come up. */
void server_start(struct server *server);

/* Signal 9, and wait. */
void server_kill(struct server *server);
/* TERM, and wait.  Exit status; 128 + signal when one killed it; -1: still running after that time
 * (then it is killed). */
int server_stop(struct server *server, int timeout_ms);

/* The first line of this run that holds `words`, into line[SCRATCH_PATH].  False: none yet. */
bool server_line(const struct server *server, const char *words, char *line);
/* "... last event N, digest HEX" of the line that holds `words`. */
bool server_mark(const struct server *server, const char *words, struct server_mark *mark);
/* Copy this run's lines to stdout as comments. */
void server_show_lines(const struct server *server);

/* Fold the log up to `until` in a process of its own. */
bool server_verify(const struct server *server, uint64_t until, struct server_mark *mark);

#endif
