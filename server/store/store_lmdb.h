/* store_lmdb.h -- the real store: a directory with journal and log.
 *
 *   DIR/lock              flock against a second server; holds its process id
 *   DIR/journal           pre-written ring, see journal.h
 *   DIR/log/000001.mdb    permanent log, see eventlog.h (and LMDB's -lock files)
 *   DIR/stopped           last event and digest of the last clean stop
 */
#ifndef CRMDB_STORE_STORE_LMDB_H
#define CRMDB_STORE_STORE_LMDB_H
#include "server/store/store.h"

struct store_lmdb_options {
	const char *directory;       /* created when missing (mode 0700), its parent must exist */
	uint64_t journal_bytes;      /* size of a new ring; an existing one keeps its size */
	uint64_t log_file_bytes;     /* rotate the log at this size */
	struct wire_id new_database; /* identity and seed, used when the directory is new */
	uint64_t new_seed;
	/* Verify: no lock, no recovery, nothing changed; replay and read the log only, as far as it
	 * is written now.  A server may run on the directory, but not in this process (LMDB). */
	bool read_only;
};

/* Lock the directory, recover (design: journal after log), open a new epoch.  NULL: *failure says
 * what, where and what to do, and nothing was changed.  Freed by store_free.  Threads start here;
 * `listener` may be called from then on. */
struct store *store_lmdb_open(const struct store_lmdb_options *options,
			      const struct store_listener *listener, struct failure *failure);

#endif
