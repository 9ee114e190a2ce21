/* commit.h -- group commit: events gather in the open group while the one before is flushed.
 *
 *     open                submitted                      durable, not yet in the log
 *   +-------+   turn    +-----------+   flush returned   +-------+-------+
 *   | group | --------> |   group   | -----------------> | group | group | --> freed when logged
 *   +-------+  ended    +-----------+                    +-------+-------+
 *
 * There is no artificial delay: a group is whatever arrived while the one before was flushed.
 *
 *   I2  An applied event is in the open group; a group is committed whole or not at all.
 *   C1  At most one group is under way; above LIMIT_GROUP_BYTES the open one takes no more.
 *   C2  Every event above `logged` can be found here; every other one by store_read.
 *   C3  Beside what was asked for there is room to settle all customers who may be touched
 *       (engine/settle.h).
 */
#ifndef CRMDB_APP_COMMIT_H
#define CRMDB_APP_COMMIT_H
#include "server/engine/event.h"
#include "server/store/store.h"

struct commit;

/* `last`: the last event already stored.  NULL: out of memory.  Freed by commit_free, after the
 * store stopped touching its groups. */
struct commit *commit_new(struct store *store, uint64_t last);
void commit_free(struct commit *commit);

/* Room for `count` more events of `size` bytes at most?  False: full, come back after the next
 * flush. */
bool commit_reserve(struct commit *commit, size_t count, uint32_t size);
/* Append an event that commit_reserve made room for (I2).  `size` bounds its encoding. */
void commit_add(struct commit *commit, const struct event *event, uint32_t size);

/* Give the open group to the store when none is under way (C1). */
void commit_submit(struct commit *commit);
/* Learn from the store what became durable and logged; free what is logged. */
void commit_refresh(struct commit *commit);

uint64_t commit_durable(const struct commit *commit); /* as of the last refresh */
uint64_t commit_logged(const struct commit *commit);
uint64_t commit_flushes(const struct commit *commit);
bool commit_idle(const struct commit *commit);        /* nothing open, nothing under way */
bool commit_is_flushing(const struct commit *commit); /* a group is under way */

/* The record of an event above `logged` (C2), or NULL.  Borrowed until commit_refresh. */
const uint8_t *commit_find(const struct commit *commit, uint64_t number, uint32_t *size);

#endif
