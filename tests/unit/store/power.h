/* power.h -- a power cut: of what was written and not synced, any 512-byte sectors are lost, and so
 * may be a rename whose directory was not synced.
 *
 *   write   what lies there now is kept             sync   of the file: what was kept is forgotten
 *   rename  the file it replaces gets a second      sync   of a directory: the second name goes
 *           name outside
 *   cut     newest first: each sector goes back to what it was before one of its writes, chosen by
 *           chance, or stays
 *
 * Writes to a descriptor with O_DSYNC are on disk when they return.  One thread, in a child. */
#ifndef CRMDB_TESTS_UNIT_STORE_POWER_H
#define CRMDB_TESTS_UNIT_STORE_POWER_H
#include <fcntl.h>
#include <limits.h>

#include "tests/unit/store/faults.h"
#include "tests/unit/store/kit.h"

#define POWER_SECTOR 512
#define POWER_WRITES 4096

/* A sector before one of its writes. */
struct power_write {
	dev_t device;
	ino_t inode;
	off_t at;
	int fd;
	uint8_t before[POWER_SECTOR];
};

struct power_rename {
	char from[PATH_MAX], to[PATH_MAX], saved[PATH_MAX];
	bool replaced;
};

static struct power_write power_writes[POWER_WRITES];
static unsigned power_count;
static struct power_rename power_rename;
static bool power_renamed;
static uint64_t power_seed;
static const char *power_outside; /* a directory on the same file system */

static void power_write(int fd, off_t at, size_t size)
{
	struct stat stat_now;
	int flags = fcntl(fd, F_GETFL);
	if (flags & O_DSYNC || fstat(fd, &stat_now) != 0 || !S_ISREG(stat_now.st_mode))
		return;
	char path[64];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	int copy = open(path, O_RDWR); /* stays open: the file may be closed before the cut */
	for (off_t sector = at / POWER_SECTOR * POWER_SECTOR; sector < at + (off_t)size;
	     sector += POWER_SECTOR) {
		assert_true(power_count < POWER_WRITES && copy >= 0);
		struct power_write *write = &power_writes[power_count++];
		*write = (struct power_write){stat_now.st_dev, stat_now.st_ino, sector, copy, {0}};
		assert_true(pread(copy, write->before, POWER_SECTOR, sector) >= 0);
	}
}

static void power_sync(int fd)
{
	struct stat stat_now;
	unsigned kept = 0;
	assert_int_equal(fstat(fd, &stat_now), 0);
	for (unsigned i = 0; i < power_count; i++)
		if (power_writes[i].inode != stat_now.st_ino ||
		    power_writes[i].device != stat_now.st_dev)
			power_writes[kept++] = power_writes[i];
	power_count = kept;
	if (S_ISDIR(stat_now.st_mode) && power_renamed) {
		syscall(SYS_unlink, power_rename.saved);
		power_renamed = false;
	}
}

static void power_renames(const char *from, const char *to)
{
	assert_false(power_renamed); /* each is followed by a sync of its directory */
	power_renamed = true;
	snprintf(power_rename.from, sizeof power_rename.from, "%s", from);
	snprintf(power_rename.to, sizeof power_rename.to, "%s", to);
	snprintf(power_rename.saved, sizeof power_rename.saved, "%s/replaced", power_outside);
	syscall(SYS_unlink, power_rename.saved);
	power_rename.replaced = link(to, power_rename.saved) == 0;
}

static uint64_t power_dice(const struct power_write *write)
{
	return hash_u64((uint64_t)write->at * 31 + (uint64_t)write->inode, power_seed);
}

static void power_cut(void)
{
	for (unsigned i = power_count; i-- > 0;) {
		const struct power_write *write = &power_writes[i];
		uint64_t first_lost = power_dice(write) % (2 * (uint64_t)power_count);
		if (i >= first_lost)
			syscall(SYS_pwrite64, write->fd, write->before, POWER_SECTOR, write->at);
	}
	if (!power_renamed || hash_u64(1, power_seed) % 2 == 0)
		return;
	syscall(SYS_rename, power_rename.to, power_rename.from);
	if (power_rename.replaced)
		syscall(SYS_rename, power_rename.saved, power_rename.to);
}

static const struct fault_watcher power_watcher = {power_write, power_sync, power_renames,
						   power_cut};

#endif
