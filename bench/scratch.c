/* scratch.c -- see scratch.h. */
#include "bench/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAT_BLOCK_BYTES 512u /* unit of st_blocks */
#define OPEN_FOLDERS 16

bool scratch_make(char path[SCRATCH_PATH_BYTES])
{
	const char *parent = getenv("TMPDIR");
	if (parent == NULL || parent[0] == '\0')
		parent = "/var/tmp";
	int length = snprintf(path, SCRATCH_PATH_BYTES, "%s/crmdb-bench-XXXXXX", parent);
	return length > 0 && (size_t)length < SCRATCH_PATH_BYTES && mkdtemp(path) != NULL;
}

static int entry_remove(const char *path, const struct stat *about, int type, struct FTW *place)
{
	(void)about;
	(void)type;
	(void)place;
	return remove(path);
}

void scratch_remove(const char *path)
{
	nftw(path, entry_remove, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

static bool name_ends(const char *name, const char *suffix)
{
	size_t length = strlen(name), wanted = strlen(suffix);
	return length >= wanted && strcmp(name + length - wanted, suffix) == 0;
}

uint64_t scratch_disk_bytes(const char *directory, const char *suffix)
{
	uint64_t bytes = 0;
	const struct dirent *entry;
	struct stat about;
	DIR *folder = opendir(directory);
	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (name_ends(entry->d_name, suffix) &&
		    fstatat(dirfd(folder), entry->d_name, &about, 0) == 0 && S_ISREG(about.st_mode))
			bytes += (uint64_t)about.st_blocks * STAT_BLOCK_BYTES;
	if (folder != NULL)
		closedir(folder);
	return bytes;
}
