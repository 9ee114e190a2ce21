/* eventlog.h -- the permanent log: consecutive LMDB files of packed blocks.
 *
 *   log/000001.mdb   events      1 ..  9,000,000     closed: read only
 *   log/000002.mdb          9,000,001 .. 18,000,123  closed
 *   log/000003.mdb         18,000,124 ..             written
 *
 * Each file's "meta" record says which file it is, its first event, and where the chain of groups
 * stood at its last commit; it is written in the transaction of the events, so that recovery can
 * tell exactly which group comes next.
 *
 * Thread rule: start, begin, add, commit from one thread at a time; replay and the reads from any.
 */
#ifndef CRMDB_STORE_EVENTLOG_H
#define CRMDB_STORE_EVENTLOG_H
#include "server/store/block.h"
#include "server/store/group_head.h"
#include "server/store/store.h"

struct eventlog;

/* Read the table of files and check the newest; changes nothing.  NULL: *failure.  Owned by the
 * caller; freed by eventlog_free. */
struct eventlog *eventlog_open(const char *directory, bool read_only, struct failure *failure);
void eventlog_free(struct eventlog *log);

/* Where the log ends.  False: there is no file yet (out is zeroed). */
bool eventlog_end(const struct eventlog *log, struct block_realm *realm, struct group_link *end);

/* Make ready for writing: remove what a crash left, create the first file if there is none. */
bool eventlog_start(struct eventlog *log, const struct block_realm *realm, uint64_t file_bytes,
		    struct failure *failure);

/* One transaction: begin (rotates first when due), add whole sealed groups in order, commit (which
 * returns when it is on disk).  After a failure the log may only be freed. */
bool eventlog_begin(struct eventlog *log, struct failure *failure);
bool eventlog_add(struct eventlog *log, const uint8_t *group_bytes, struct failure *failure);
bool eventlog_commit(struct eventlog *log, struct failure *failure);

/* As store.h has them. */
enum store_read_result eventlog_read(struct eventlog *log, uint64_t number,
				     struct store_record *record);
enum store_read_result eventlog_read_run(struct eventlog *log, uint64_t first,
					 const struct store_run *run);
bool eventlog_replay(struct eventlog *log, store_visitor *visit, void *context,
		     struct failure *failure);

#endif
