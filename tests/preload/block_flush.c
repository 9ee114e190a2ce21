/* block_flush.c -- LD_PRELOAD into crmdb-server: while the file named by CRMDB_BLOCK_FILE exists,
 * nothing reaches the journal.
 *
 * Writes and flushes of the journal wait, looking every millisecond; everything else goes on.  A
 * blocked write shows a disk that hangs: what depends on it must wait, what does not must not.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <time.h>

#include "tests/preload/journal_fd.h"

static void wait_while_blocked(int fd)
{
	const char *file = getenv("CRMDB_BLOCK_FILE");
	struct timespec moment = {0, 1000000};
	if (file == NULL || !journal_fd(fd))
		return;
	while (access(file, F_OK) == 0)
		nanosleep(&moment, NULL);
}

/* The function of that name that the program would have called; POSIX says that the object pointer
 * of dlsym holds a function's address, ISO C has no conversion for it. */
static void find(void *function, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);
	memcpy(function, &found, sizeof found);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
	static ssize_t (*real)(int, const void *, size_t, off_t);
	if (real == NULL)
		find(&real, "pwrite");
	wait_while_blocked(fd);
	return real(fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
	return pwrite(fd, bytes, size, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
	static ssize_t (*real)(int, const struct iovec *, int, off_t);
	if (real == NULL)
		find(&real, "pwritev");
	wait_while_blocked(fd);
	return real(fd, parts, count, at);
}

int fdatasync(int fd)
{
	static int (*real)(int);
	if (real == NULL)
		find(&real, "fdatasync");
	wait_while_blocked(fd);
	return real(fd);
}
