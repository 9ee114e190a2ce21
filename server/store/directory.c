/* directory.c -- see directory.h. */
#include "server/store/directory.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/file.h"

/* Of a path, without its last name: "a/b/" and "a/b" give "a", "b" gives ".". */
static void parent_of(const char *path, char *parent)
{
	size_t size = strlen(path);
	while (size > 1 && path[size - 1] == '/')
		size--;
	while (size > 0 && path[size - 1] != '/')
		size--;
	if (size == 0) {
		memcpy(parent, ".", 2);
		return;
	}
	while (size > 1 && path[size - 1] == '/')
		size--;
	memcpy(parent, path, size);
	parent[size] = '\0';
}

static bool make(const char *path, struct failure *failure)
{
	char parent[FILE_PATH_BYTES];
	parent_of(path, parent);
	if (mkdir(path, 0700) == 0)
		return file_sync_directory(parent, failure);
	if (errno == ENOENT)
		return failure_set(failure, EXIT_DIRECTORY,
				   "cannot create %s: %s does not exist; create it first, or name "
				   "another directory",
				   path, parent);
	return failure_set(failure, EXIT_DIRECTORY,
			   "cannot create %s: %s; check the rights on %s or name another directory",
			   path, strerror(errno), parent);
}

bool directory_prepare(const char *path, bool create, struct failure *failure)
{
	struct stat stat_now;
	size_t size = strlen(path);
	if (size == 0 || size > FILE_DIRECTORY_BYTES)
		return failure_set(failure, EXIT_DIRECTORY,
				   "a data directory's path has 1 to %u bytes, this one has %zu",
				   FILE_DIRECTORY_BYTES, size);
	if (stat(path, &stat_now) != 0) {
		if (errno == ENOENT && create)
			return make(path, failure);
		return failure_set(failure, EXIT_DIRECTORY, "cannot open the data directory %s: %s",
				   path, strerror(errno));
	}
	if (!S_ISDIR(stat_now.st_mode))
		return failure_set(failure, EXIT_DIRECTORY,
				   "%s is not a directory; name a directory for the data", path);
	if (access(path, create ? R_OK | W_OK | X_OK : R_OK | X_OK) != 0)
		return failure_set(failure, EXIT_DIRECTORY,
				   "cannot use the data directory %s: %s; the server must own it",
				   path, strerror(errno));
	return true;
}

static bool is_ours(const char *name)
{
	static const char *const names[] = {".", "..", "lock", "journal.new", "log", "lost+found"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

bool directory_check_new(const char *path, struct failure *failure)
{
	bool clean = true;
	DIR *directory = opendir(path);
	if (directory == NULL)
		return failure_set(failure, EXIT_DIRECTORY, "cannot read %s: %s", path,
				   strerror(errno));
	for (struct dirent *entry; clean && (entry = readdir(directory)) != NULL;)
		if (!is_ours(entry->d_name))
			clean = failure_set(failure, EXIT_DIRECTORY,
					    "%s is no crmdb database and not empty (it holds "
					    "%.100s); name an empty or a new directory",
					    path, entry->d_name);
	closedir(directory);
	return clean;
}
