/* server_lines.c -- what a server said, and what a second process says of its log; see server.h. */
#include "tests/integration/common/server.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static FILE *open_lines(const struct server *server)
{
	FILE *file = fopen(server->log, "r");
	if (file != NULL)
		fseek(file, (long)server->log_from, SEEK_SET);
	return file;
}

/* The first line of this run with both texts in it. */
static bool find_line(const struct server *server, const char *words, const char *more, char *line)
{
	bool found = false;
	FILE *file = open_lines(server);
	while (file != NULL && !found && fgets(line, (int)SCRATCH_PATH, file) != NULL)
		found = strstr(line, words) != NULL && strstr(line, more) != NULL &&
			strchr(line, '\n') != NULL;
	if (file != NULL)
		fclose(file);
	if (found)
		line[strcspn(line, "\n")] = '\0';
	return found;
}

bool server_line(const struct server *server, const char *words, char *line)
{
	return find_line(server, words, "", line);
}

bool server_mark(const struct server *server, const char *words, struct server_mark *mark)
{
	static const char form[] = "last event %" SCNu64 ", digest %" SCNx64;
	char line[SCRATCH_PATH];
	return find_line(server, words, "last event ", line) &&
	       sscanf(strstr(line, "last event "), form, &mark->last, &mark->digest) == 2;
}

void server_show_lines(const struct server *server)
{
	char line[SCRATCH_PATH];
	FILE *file = open_lines(server);
	while (file != NULL && fgets(line, (int)sizeof line, file) != NULL)
		printf("#   %s", line);
	if (file != NULL)
		fclose(file);
	fflush(stdout);
}

static _Noreturn void verify_child(const struct server *server, uint64_t until, int out)
{
	char number[32];
	snprintf(number, sizeof number, "%" PRIu64, until);
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
		_exit(98);
	execl(server->program, server->program, "--verify", server->directory, "--until", number,
	      (char *)NULL);
	_exit(97);
}

bool server_verify(const struct server *server, uint64_t until, struct server_mark *mark)
{
	int ends[2], status;
	char text[4096];
	size_t size = 0;
	fflush(NULL);
	if (pipe(ends) != 0)
		scratch_die("pipe");
	pid_t pid = fork();
	if (pid < 0)
		scratch_die("fork");
	if (pid == 0)
		verify_child(server, until, ends[1]);
	close(ends[1]);
	for (ssize_t got; size < sizeof text - 1; size += (size_t)got)
		if ((got = read(ends[0], text + size, sizeof text - 1 - size)) <= 0)
			break;
	close(ends[0]);
	text[size] = '\0';
	waitpid(pid, &status, 0);
	const char *at = strstr(text, "verified ");
	if (status == 0 && at != NULL &&
	    sscanf(at, "verified %" SCNu64 " events, digest %" SCNx64, &mark->last,
		   &mark->digest) == 2)
		return true;
	printf("#   verify: %s\n", text);
	return false;
}
