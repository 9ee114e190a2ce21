/* file.h -- files and directories, synced: the few steps every other file of the store is made of.
 *
 * On failure each says what, where and why in *failure and returns false (or -1).  Any thread.
 */
#ifndef CRMDB_STORE_FILE_H
#define CRMDB_STORE_FILE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/failure.h"

/* Room for every path the store makes; directories up to FILE_DIRECTORY_BYTES are accepted. */
#define FILE_PATH_BYTES 1024u
#define FILE_DIRECTORY_BYTES 960u

struct file_path {
	char text[FILE_PATH_BYTES];
};

/* "directory/name".  Cannot fail: the directory's length was checked at open. */
struct file_path file_path(const char *directory, const char *name);

bool file_exists(const char *path);

/* All of `bytes` at `offset`; a short write is an error. */
bool file_write(int fd, const void *bytes, size_t size, uint64_t offset);
/* Exactly `size` bytes; false with errno 0 at the end of the file. */
bool file_read(int fd, void *bytes, size_t size, uint64_t offset);

/* Make the names in a directory durable. */
bool file_sync_directory(const char *directory, struct failure *failure);

/* Write NAME.new, sync it, rename it to NAME, sync the directory: NAME is old or new, never half.
 */
bool file_replace(const char *directory, const char *name, const void *bytes, size_t size,
		  struct failure *failure);
/* Rename NAME.new to NAME and make that durable. */
bool file_publish(const char *directory, const char *name, struct failure *failure);
/* Remove NAME, if it is there, and make that durable. */
bool file_remove(const char *directory, const char *name, struct failure *failure);

#endif
