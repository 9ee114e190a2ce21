/* journal.h -- the ring file in front of the log: one flush makes a group durable.
 *
 *   DIR/journal   0          4096                                              4096 + ring bytes
 *                 +----------+---------+------------------+------- - - --------+
 *                 | header   | group   | group            | older groups, zeros|
 *                 +----------+---------+------------------+------- - - --------+
 *   header        magic u64, version u32, zero u32, database id 16, seed u64, ring bytes u64,
 *                 XXH3 u64 of all before it; zeros up to 4 KiB
 *
 * Written with zeros and synced when it is made, so that a group's flush changes no metadata.
 * Groups are 4 KiB-aligned (group_head.h) and never split: one that does not fit the rest of a lap
 * goes to the start of the next.  Space returns when its groups are in the log; the last one that
 * is there stays, because it ties journal and log together at the next start.
 *
 * Thread rule: append from one thread; room and release under one lock of the caller's.
 */
#ifndef CRMDB_STORE_JOURNAL_H
#define CRMDB_STORE_JOURNAL_H
#include "server/base/failure.h"
#include "server/store/group_head.h"

#define JOURNAL_HEAD_BYTES 4096u
#define JOURNAL_LEAST_BYTES (JOURNAL_HEAD_BYTES + 3u * GROUP_ALIGN)

struct journal;

/* Make DIR/journal of `bytes` (rounded down to 4 KiB): all of it or none. */
bool journal_create(const char *directory, uint64_t bytes, const struct group_ring *identity,
		    struct failure *failure);

/* Open DIR/journal and check its header.  Nothing is changed.  NULL: *failure.  Owned by the
 * caller; freed by journal_free. */
struct journal *journal_open(const char *directory, struct failure *failure);
void journal_free(struct journal *journal);

const struct group_ring *journal_ring(const struct journal *journal);
const char *journal_path(const struct journal *journal);

/* Read bytes of the ring, which must lie within it. */
bool journal_read(const struct journal *journal, uint64_t offset, void *bytes, size_t size,
		  struct failure *failure);

/* Get ready to append after `last`; groups from ring position `kept` on must stay. */
bool journal_resume(struct journal *journal, const struct group_link *last, uint64_t kept,
		    struct failure *failure);

/* Is there room for a group of `size` bytes without touching what must stay? */
bool journal_has_room(const struct journal *journal, uint32_t size);
/* Can one of `size` bytes never fit, however much is released? */
bool journal_is_stuck(const struct journal *journal, uint32_t size);
/* The groups before ring position `start` are no longer needed. */
void journal_release(struct journal *journal, uint64_t start);

/* Seal the group into `epoch` and write it with one flush: true when it is durable.  There must be
 * room.  After a failure the journal may only be freed: whether the group is on disk is unknown. */
bool journal_append(struct journal *journal, struct group *group, uint64_t epoch,
		    struct failure *failure);
const struct group_link *journal_last(const struct journal *journal);

#endif
