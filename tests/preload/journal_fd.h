/* journal_fd.h -- is this file descriptor the journal?  For the preloaded libraries.
 *
 * It is when /proc says that its name ends in "/journal".  Asked anew at each call: a flush takes a
 * hundred times longer.
 */
#ifndef CRMDB_PRELOAD_JOURNAL_FD_H
#define CRMDB_PRELOAD_JOURNAL_FD_H
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static inline bool journal_fd(int fd)
{
	char link[64], path[4096];
	struct stat about;
	if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
		return false;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t size = readlink(link, path, sizeof path);
	const size_t end = strlen("/journal");
	return size > (ssize_t)end && memcmp(path + size - end, "/journal", end) == 0;
}

#endif
