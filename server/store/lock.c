/* lock.c -- see lock.h. */
#include "server/store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "server/store/file.h"

static void refuse(int fd, const char *path, struct failure *failure)
{
	char holder[32] = "";
	ssize_t size = pread(fd, holder, sizeof holder - 1, 0);
	holder[size > 0 ? strcspn(holder, "\n") : 0] = '\0';
	failure_set(failure, EXIT_DIRECTORY,
		    "%s is held by another crmdb-server (process %s); stop it first, or use "
		    "another directory",
		    path, holder[0] != '\0' ? holder : "unknown");
}

int lock_take(const char *directory, struct failure *failure)
{
	struct file_path path = file_path(directory, "lock");
	char holder[32];
	int fd = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		failure_set(failure, EXIT_DIRECTORY,
			    "cannot open %s: %s; the server needs to write in its data directory",
			    path.text, strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		refuse(fd, path.text, failure);
		close(fd);
		return -1;
	}
	int size = snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) == 0 && file_write(fd, holder, (size_t)size, 0))
		return fd;
	failure_set(failure, EXIT_DIRECTORY, "cannot write %s: %s", path.text, strerror(errno));
	close(fd);
	return -1;
}

void lock_release(int lock)
{
	if (lock >= 0)
		close(lock);
}
