/* lock.h -- one server a directory: an flock on DIR/lock, which holds the owner's process id.
 *
 * The kernel drops the lock with the process, however it ends; the file stays.
 */
#ifndef CRMDB_STORE_LOCK_H
#define CRMDB_STORE_LOCK_H
#include "server/base/failure.h"

/* The lock's file descriptor, or -1 (EXIT_DIRECTORY, naming the holder).  Freed by lock_release. */
int lock_take(const char *directory, struct failure *failure);
void lock_release(int lock);

#endif
