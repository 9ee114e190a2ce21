/* process.c -- see process.h.
 *
 * The server writes to a file of its own, which is watched for the line that says it listens.  It
 * runs in a process group of its own, so that an interrupt at the terminal reaches only the
 * benchmark, which then stops it in order; should the benchmark die, the kernel sends it TERM.
 */
#include "bench/process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/timing.h"

#define READY_TEXT "listening: "
#define START_NS (120 * TIMING_SECOND_NS) /* a long log takes its time to replay */
#define STOP_NS (30 * TIMING_SECOND_NS)
#define LOOK_NS (TIMING_SECOND_NS / 100)
#define SAID_BYTES 4096u
/* The population's days are counted back from a day that stands still. */
#define DAY_FLAGS "--clock", "2026-07-01", "--currency", "CNY"

/* A loopback port nobody listens on now; 0 when there is none. */
static unsigned port_find(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof address;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	bool found = bind(fd, (struct sockaddr *)&address, size) == 0 &&
		     getsockname(fd, (struct sockaddr *)&address, &size) == 0;
	close(fd);
	return found ? ntohs(address.sin_port) : 0;
}

/* The child: never returns. */
static void child_run(const struct process *process, char *const arguments[])
{
	int log = open(process->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setpgid(0, 0);
	if (log >= 0) {
		dup2(log, STDOUT_FILENO);
		dup2(log, STDERR_FILENO);
	}
	execvp(arguments[0], arguments);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", arguments[0], strerror(errno));
	_exit(127);
}

/* The end of what the server said; "" when nothing. */
static void log_read(const struct process *process, char *text, size_t size)
{
	text[0] = '\0';
	int fd = open(process->log, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	off_t end = lseek(fd, 0, SEEK_END);
	off_t from = end > (off_t)size - 1 ? end - ((off_t)size - 1) : 0;
	ssize_t got = pread(fd, text, size - 1, from);
	text[got > 0 ? got : 0] = '\0';
	close(fd);
}

static void last_line_copy(const struct process *process, char *line, size_t size)
{
	char said[SAID_BYTES];
	log_read(process, said, sizeof said);
	size_t length = strlen(said);
	while (length > 0 && said[length - 1] == '\n')
		said[--length] = '\0';
	const char *newline = strrchr(said, '\n');
	snprintf(line, size, "%.*s", (int)size - 1, newline == NULL ? said : newline + 1);
}

static bool process_ready(struct process *process)
{
	char said[SAID_BYTES], line[PROCESS_PROBLEM_BYTES / 2];
	uint64_t until = timing_now_ns() + START_NS;
	int status;
	while (timing_now_ns() < until) {
		log_read(process, said, sizeof said);
		if (strstr(said, READY_TEXT) != NULL)
			return true;
		if (waitpid(process->pid, &status, WNOHANG) == process->pid) {
			last_line_copy(process, line, sizeof line);
			snprintf(process->problem, sizeof process->problem,
				 "the server ended at once; its last line was: %s", line);
			process->pid = 0;
			return false;
		}
		timing_sleep_until(timing_now_ns() + LOOK_NS);
	}
	process_stop(process);
	snprintf(process->problem, sizeof process->problem,
		 "the server did not listen within %u seconds; see %.300s",
		 (unsigned)(START_NS / TIMING_SECOND_NS), process->log);
	return false;
}

bool process_start(struct process *process, const char *program, const char *data,
		   const char *folder, bool tcp)
{
	char where[PATH_MAX], port[16];
	unsigned number = tcp ? port_find() : 0;
	memset(process, 0, sizeof *process);
	snprintf(process->log, sizeof process->log, "%s/server.log", folder);
	snprintf(where, sizeof where, "%s/socket", folder);
	snprintf(port, sizeof port, "%u", number);
	if (tcp)
		snprintf(process->uri, sizeof process->uri, "crmdb://127.0.0.1:%u", number);
	else
		snprintf(process->uri, sizeof process->uri, "unix://%.180s", where);
	const char *unix_flags[] = {program,  DAY_FLAGS, "--data",   data,
				    "--unix", where,     "--no-tcp", NULL};
	const char *tcp_flags[] = {program,     DAY_FLAGS, "--data", data, "--host",
				   "127.0.0.1", "--port",  port,     NULL};
	process->pid = fork();
	if (process->pid == 0)
		child_run(process, (char *const *)(tcp ? tcp_flags : unix_flags));
	if (process->pid < 0) {
		snprintf(process->problem, sizeof process->problem, "cannot fork: %s",
			 strerror(errno));
		return false;
	}
	return process_ready(process);
}

/* Wait for the end until a time.  False: still running. */
static bool process_wait(struct process *process, uint64_t until_ns, int *status)
{
	while (waitpid(process->pid, status, WNOHANG) != process->pid) {
		if (timing_now_ns() >= until_ns)
			return false;
		timing_sleep_until(timing_now_ns() + LOOK_NS);
	}
	return true;
}

bool process_stop(struct process *process)
{
	char line[PROCESS_PROBLEM_BYTES / 2];
	int status = 0;
	if (process->pid <= 0)
		return true;
	kill(process->pid, SIGTERM);
	if (!process_wait(process, timing_now_ns() + STOP_NS, &status)) {
		kill(process->pid, SIGKILL);
		waitpid(process->pid, &status, 0);
	}
	process->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	last_line_copy(process, line, sizeof line);
	snprintf(process->problem, sizeof process->problem, "the server ended %s %d; it said: %s",
		 WIFSIGNALED(status) ? "by signal" : "with status",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), line);
	return false;
}
