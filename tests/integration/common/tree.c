/* tree.c -- see tree.h. */
#include "tests/integration/common/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "tests/integration/common/scratch.h"

void tree_copy(const char *from, const char *to)
{
	char text[512];
	char source[SCRATCH_PATH];
	const char *remove[] = {"rm", "-rf", to, NULL};
	scratch_path(source, "%s/.", from);
	const char *copy[] = {"cp", "-a", "--sparse=always", source, to, NULL};
	const char *make[] = {"mkdir", "-p", to, NULL};
	const char *const *steps[] = {remove, make, copy};
	for (int i = 0; i < 3; i++) {
		struct tree_run run = {steps[i], 0, 60000, text, sizeof text};
		if (tree_run(&run) != 0) {
			fprintf(stderr, "%s: %s\n", steps[i][0], text);
			exit(99);
		}
	}
}

uint8_t *tree_read(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	int64_t length = tree_file_size(path);
	if (file == NULL || length < 0)
		scratch_die(path);
	uint8_t *bytes = malloc((size_t)length + 1);
	if (bytes == NULL || fread(bytes, 1, (size_t)length, file) != (size_t)length)
		scratch_die(path);
	fclose(file);
	*size = (size_t)length;
	return bytes;
}

void tree_write(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");
	if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
		scratch_die(path);
}

int64_t tree_file_size(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 ? about.st_size : -1;
}

void tree_flip(const char *path, uint64_t at, uint8_t mask)
{
	uint8_t byte;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || pread(fd, &byte, 1, (off_t)at) != 1)
		scratch_die(path);
	byte ^= mask;
	if (pwrite(fd, &byte, 1, (off_t)at) != 1)
		scratch_die(path);
	close(fd);
}

void tree_truncate(const char *path, int64_t size)
{
	if (truncate(path, size) != 0)
		scratch_die(path);
}

static bool is_aside(const char *name)
{
	size_t size = strlen(name), end = strlen("-lock");
	return strcmp(name, "lock") == 0 || (size > end && strcmp(name + size - end, "-lock") == 0);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

uint64_t tree_sum(const char *path)
{
	char root[SCRATCH_PATH];
	uint64_t sum = 0;
	scratch_path(root, "%s", path);
	char *roots[] = {root, NULL};
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	if (walk == NULL)
		scratch_die(path);
	for (FTSENT *entry; (entry = fts_read(walk)) != NULL;) {
		if (entry->fts_info != FTS_F || is_aside(entry->fts_name))
			continue;
		size_t size;
		uint8_t *bytes = tree_read(entry->fts_path, &size);
		sum = XXH3_64bits_withSeed(entry->fts_name, entry->fts_namelen, sum);
		sum = XXH3_64bits_withSeed(bytes, size, sum + size);
		free(bytes);
	}
	fts_close(walk);
	return sum;
}

/* In the child.  exec never changes the strings it is given, whatever its type says. */
static _Noreturn void become(const struct tree_run *run, int out)
{
	char *list[32];
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
		_exit(98);
	if (run->user != 0 && (setgid(run->user) != 0 || setuid(run->user) != 0))
		_exit(98);
	for (int i = 0; i < 32; i++) {
		list[i] = run->arguments[i] == NULL ? NULL : strdup(run->arguments[i]);
		if (list[i] == NULL)
			break;
	}
	execvp(list[0], list);
	perror(list[0]);
	_exit(97);
}

/* Read until the other end closes; false: the time is over. */
static bool collect(int fd, const struct tree_run *run)
{
	size_t size = 0;
	char dropped[256];
	int64_t end = scratch_now_us() + (int64_t)run->timeout_ms * 1000;
	for (;;) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		int64_t left = (end - scratch_now_us()) / 1000;
		run->text[size] = '\0';
		if (left <= 0 || poll(&ready, 1, (int)left) <= 0)
			return false;
		bool room = size + 1 < run->size;
		ssize_t got = room ? read(fd, run->text + size, run->size - 1 - size)
				   : read(fd, dropped, sizeof dropped);
		if (got <= 0)
			return true;
		size += room ? (size_t)got : 0;
	}
}

int tree_run(const struct tree_run *run)
{
	int ends[2], status;
	fflush(NULL);
	if (pipe2(ends, O_CLOEXEC) != 0)
		scratch_die("pipe");
	pid_t pid = fork();
	if (pid < 0)
		scratch_die("fork");
	if (pid == 0)
		become(run, ends[1]);
	close(ends[1]);
	bool ended = collect(ends[0], run);
	close(ends[0]);
	if (!ended)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (!ended)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
