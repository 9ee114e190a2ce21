/* file.c -- see file.h. */
#include "server/store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/ensure.h"

struct file_path file_path(const char *directory, const char *name)
{
	struct file_path path;
	int size = snprintf(path.text, sizeof path.text, "%s/%s", directory, name);
	ENSURE(size > 0 && (size_t)size < sizeof path.text);
	return path;
}

bool file_exists(const char *path)
{
	struct stat stat_now;
	return lstat(path, &stat_now) == 0;
}

bool file_write(int fd, const void *bytes, size_t size, uint64_t offset)
{
	ssize_t written;
	do
		written = pwrite(fd, bytes, size, (off_t)offset);
	while (written < 0 && errno == EINTR);
	if (written >= 0 && (size_t)written < size)
		errno = ENOSPC;
	return written >= 0 && (size_t)written == size;
}

bool file_read(int fd, void *bytes, size_t size, uint64_t offset)
{
	uint8_t *at = bytes;
	while (size > 0) {
		ssize_t got = pread(fd, at, size, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = 0;
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
		offset += (uint64_t)got;
	}
	return true;
}

bool file_sync_directory(const char *directory, struct failure *failure)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;
	int error = errno;
	if (fd >= 0)
		close(fd);
	if (synced)
		return true;
	return failure_set(failure, EXIT_STORAGE, "cannot sync the directory %s: %s", directory,
			   strerror(error));
}

bool file_publish(const char *directory, const char *name, struct failure *failure)
{
	char fresh_name[64];
	snprintf(fresh_name, sizeof fresh_name, "%s.new", name);
	struct file_path fresh = file_path(directory, fresh_name),
			 path = file_path(directory, name);
	if (rename(fresh.text, path.text) != 0)
		return failure_set(failure, EXIT_STORAGE, "cannot rename %s: %s", fresh.text,
				   strerror(errno));
	return file_sync_directory(directory, failure);
}

bool file_replace(const char *directory, const char *name, const void *bytes, size_t size,
		  struct failure *failure)
{
	char fresh_name[64];
	snprintf(fresh_name, sizeof fresh_name, "%s.new", name);
	struct file_path fresh = file_path(directory, fresh_name);
	int fd = open(fresh.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool written = fd >= 0 && file_write(fd, bytes, size, 0) && fsync(fd) == 0;
	int error = errno;
	if (fd >= 0)
		close(fd);
	if (written)
		return file_publish(directory, name, failure);
	return failure_set(failure, EXIT_STORAGE, "cannot write %s: %s", fresh.text,
			   strerror(error));
}

bool file_remove(const char *directory, const char *name, struct failure *failure)
{
	struct file_path path = file_path(directory, name);
	if (unlink(path.text) == 0 || errno == ENOENT) /* a killed run may have left it unsynced */
		return file_sync_directory(directory, failure);
	return failure_set(failure, EXIT_STORAGE, "cannot remove %s: %s", path.text,
			   strerror(errno));
}
