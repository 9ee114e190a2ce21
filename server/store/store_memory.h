/* store_memory.h -- the store's contract in memory, stepped by hand and crashed on command.
 *
 * Nothing happens by itself: submit only queues.  The disk outlives the store: a crash frees the
 * store and keeps the disk, with as much of the group under way as the script says.
 */
#ifndef CRMDB_STORE_STORE_MEMORY_H
#define CRMDB_STORE_STORE_MEMORY_H
#include "server/store/store.h"

/* What survives.  Owned by the caller; freed by store_memory_disk_free. */
struct store_memory_disk;
struct store_memory_disk *store_memory_disk_new(struct wire_id database, uint64_t seed);
void store_memory_disk_free(struct store_memory_disk *disk);

/* Open after creation or crash: drops a torn last group, counts a new incarnation.  NULL: out of
 * memory.  One store at a time per disk. */
struct store *store_memory_open(struct store_memory_disk *disk,
				const struct store_listener *listener);

/* Make the oldest queued group durable; false when none is queued. */
bool store_memory_flush(struct store *store);
/* Move the oldest durable group into the log; false when all are there. */
bool store_memory_log(struct store *store);
/* Forget what is before `oldest`, as an operator's trim would.  For reads alone: a replay or an
 * open after it still finds all. */
void store_memory_trim(struct store *store, uint64_t oldest);
/* Crash: free the store.  Of the oldest group not yet flushed, `torn_bytes` reach the disk: all of
 * it (S3: durable though never acknowledged) when that covers it, else a torn tail. */
void store_memory_crash(struct store *store, size_t torn_bytes);

#endif
