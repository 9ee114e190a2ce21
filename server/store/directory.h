/* directory.h -- the data directory itself: is it there, is it ours, may we write in it. */
#ifndef CRMDB_STORE_DIRECTORY_H
#define CRMDB_STORE_DIRECTORY_H
#include <stdbool.h>

#include "server/base/failure.h"

/* Of journal and log: a directory of another one is refused, never guessed at. */
#define DIRECTORY_FORMAT 4u

/* It must exist and be a directory; with `create` a missing one is made (mode 0700) in an existing
 * parent. */
bool directory_prepare(const char *path, bool create, struct failure *failure);

/* Refuse a directory that holds anything but what a server that ended while it made a database
 * leaves: someone's files are not to be mixed with a database. */
bool directory_check_new(const char *path, struct failure *failure);

#endif
