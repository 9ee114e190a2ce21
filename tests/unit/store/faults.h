/* faults.h -- the n-th system call that changes a file fails, or is the last one before a crash.
 *
 * The program that includes it has its own pwrite, fdatasync ... in front of the C library's, for
 * the store and for LMDB alike.  Choose a fault and a countdown in a child process. */
#ifndef CRMDB_TESTS_UNIT_STORE_FAULTS_H
#define CRMDB_TESTS_UNIT_STORE_FAULTS_H
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum fault {
	FAULT_NONE,
	FAULT_ERROR, /* EIO, nothing done, from then on always */
	FAULT_ONCE,  /* EIO once: a disk that seems well again is not believed */
	FAULT_FULL,  /* ENOSPC, half done where that is possible */
	FAULT_CRASH, /* half done, then the process ends */
	FAULT_POWER, /* not done; the watcher takes back what was not synced, the process ends */
};

/* Sees each call before it is made; for FAULT_POWER (power.h).  NULL: nobody does. */
struct fault_watcher {
	void (*write)(int fd, off_t at, size_t size);
	void (*sync)(int fd);
	void (*rename)(const char *from, const char *to);
	void (*cut)(void);
};
static const struct fault_watcher *fault_watcher;

static enum fault fault_chosen;
static long fault_countdown, fault_calls;
static bool fault_broken;

/* Is this the call?  Counts it. */
static bool fault_strikes(void)
{
	if (fault_chosen == FAULT_NONE)
		return false;
	__atomic_add_fetch(&fault_calls, 1, __ATOMIC_SEQ_CST);
	bool now = __atomic_sub_fetch(&fault_countdown, 1, __ATOMIC_SEQ_CST) == 0;
	if (fault_chosen == FAULT_ONCE)
		return now;
	if (now)
		__atomic_store_n(&fault_broken, true, __ATOMIC_SEQ_CST);
	return __atomic_load_n(&fault_broken, __ATOMIC_SEQ_CST);
}

static long fault_now(void)
{
	if (fault_chosen == FAULT_POWER)
		fault_watcher->cut();
	if (fault_chosen == FAULT_CRASH || fault_chosen == FAULT_POWER)
		_exit(99);
	errno = fault_chosen == FAULT_FULL ? ENOSPC : EIO;
	return -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
	if (!fault_strikes()) {
		if (fault_watcher != NULL)
			fault_watcher->write(fd, at, size);
		return syscall(SYS_pwrite64, fd, bytes, size, at);
	}
	if (fault_chosen == FAULT_FULL || fault_chosen == FAULT_CRASH)
		syscall(SYS_pwrite64, fd, bytes, size / 1024 * 512, at);
	return fault_now();
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	if (!fault_strikes()) {
		size_t size = 0;
		for (int i = 0; i < count; i++)
			size += parts[i].iov_len;
		if (fault_watcher != NULL)
			fault_watcher->write(fd, lseek(fd, 0, SEEK_CUR), size);
		return syscall(SYS_writev, fd, parts, count);
	}
	if (fault_chosen == FAULT_FULL || fault_chosen == FAULT_CRASH)
		syscall(SYS_writev, fd, parts, count / 2);
	return fault_now();
}

int fdatasync(int fd)
{
	if (fault_strikes())
		return (int)fault_now();
	if (fault_watcher != NULL)
		fault_watcher->sync(fd);
	return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
	if (fault_strikes())
		return (int)fault_now();
	if (fault_watcher != NULL)
		fault_watcher->sync(fd);
	return (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
	if (fault_strikes())
		return (int)fault_now();
	if (fault_watcher != NULL)
		fault_watcher->rename(from, to);
	return (int)syscall(SYS_rename, from, to);
}

int unlink(const char *path)
{
	return fault_strikes() ? (int)fault_now() : (int)syscall(SYS_unlink, path);
}

int mkdir(const char *path, mode_t mode)
{
	return fault_strikes() ? (int)fault_now() : (int)syscall(SYS_mkdir, path, mode);
}

#endif
