/* server.c -- see server.h. */
#include "tests/integration/common/server.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void server_init(struct server *server, const char *program, const char *scratch)
{
	memset(server, 0, sizeof *server);
	scratch_path(server->program, "%s", program);
	scratch_path(server->directory, "%s/data", scratch);
	scratch_path(server->socket, "%s/socket", scratch);
	scratch_path(server->uri, "unix://%s/socket", scratch);
	scratch_path(server->log, "%s/server.log", scratch);
}

void server_init_build(struct server *server, const char *build, const char *scratch)
{
	char program[SCRATCH_PATH];
	scratch_path(program, "%s/crmdb-server", build);
	server_init(server, program, scratch);
}

static void add(const char **list, const char *more)
{
	int count = 0;
	while (list[count] != NULL)
		count++;
	if (count + 1 == SERVER_ARGUMENTS) {
		errno = E2BIG;
		scratch_die(more);
	}
	list[count] = more;
}

void server_add_argument(struct server *server, const char *more)
{
	add(server->arguments, more);
}

void server_add_environment(struct server *server, const char *more)
{
	add(server->environment, more);
}

/* In the child.  exec never changes the strings it is given, whatever its type says. */
static _Noreturn void become(const struct server *server, const char **arguments, pid_t parent)
{
	char *list[2 * SERVER_ARGUMENTS];
	int log = open(server->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (log < 0 || dup2(log, STDERR_FILENO) < 0 || dup2(log, STDOUT_FILENO) < 0)
		_exit(98);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(98);
	for (int i = 0; server->environment[i] != NULL; i++)
		putenv(strdup(server->environment[i]));
	for (int i = 0;; i++) {
		list[i] = arguments[i] == NULL ? NULL : strdup(arguments[i]);
		if (arguments[i] == NULL)
			break;
	}
	execv(server->program, list);
	perror(server->program);
	_exit(97);
}

static int64_t file_size(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 ? about.st_size : 0;
}

void server_launch(struct server *server)
{
	const char *arguments[2 * SERVER_ARGUMENTS] = {server->program, "--data", server->directory,
						       "--unix", server->socket};
	int count = 5;
	if (server->tcp) {
		arguments[count++] = "--port";
		arguments[count++] = "0";
	} else {
		arguments[count++] = "--no-tcp";
	}
	for (int i = 0; server->arguments[i] != NULL; i++)
		arguments[count++] = server->arguments[i];
	arguments[count] = NULL;
	server->log_from = file_size(server->log);
	pid_t parent = getpid();
	fflush(NULL);
	server->pid = fork();
	if (server->pid < 0)
		scratch_die("fork");
	if (server->pid == 0)
		become(server, arguments, parent);
}

/* -1: still running. */
static int reap(struct server *server, int flags)
{
	int status;
	pid_t pid = waitpid(server->pid, &status, flags);
	if (pid == 0)
		return -1;
	if (pid < 0)
		scratch_die("waitpid");
	server->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool is_running(struct server *server)
{
	return server->pid != 0 && reap(server, WNOHANG) == -1;
}

static void learn_port(struct server *server, const char *line)
{
	const char *at = strstr(line, "127.0.0.1:");
	if (at != NULL)
		server->port = (uint16_t)strtoul(at + strlen("127.0.0.1:"), NULL, 10);
}

bool server_await_ready(struct server *server, int timeout_ms)
{
	char line[SCRATCH_PATH];
	int64_t end = scratch_now_us() + (int64_t)timeout_ms * 1000;
	while (!server_line(server, " listening: ", line)) {
		if (!is_running(server) || scratch_now_us() > end)
			return false;
		scratch_sleep_us(500);
	}
	learn_port(server, line);
	return true;
}

void server_start(struct server *server)
{
	server_launch(server);
	if (server_await_ready(server, SERVER_READY_MS))
		return;
	printf("not ok - the server starts\n");
	server_show_lines(server);
	server_kill(server);
	exit(1);
}

void server_kill(struct server *server)
{
	if (server->pid == 0)
		return;
	kill(server->pid, SIGKILL);
	reap(server, 0);
}

int server_stop(struct server *server, int timeout_ms)
{
	int64_t end = scratch_now_us() + (int64_t)timeout_ms * 1000;
	if (server->pid != 0)
		kill(server->pid, SIGTERM);
	while (server->pid != 0) {
		int status = reap(server, WNOHANG);
		if (status != -1)
			return status;
		if (scratch_now_us() > end)
			server_kill(server);
		scratch_sleep_us(500);
	}
	return -1;
}
