/* recovery.h -- from a directory to a log and a journal ready for the next group. */
#ifndef CRMDB_STORE_RECOVERY_H
#define CRMDB_STORE_RECOVERY_H
#include "server/store/eventlog.h"
#include "server/store/journal.h"
#include "server/store/store_lmdb.h"

struct recovery {
	struct journal *journal; /* resumed; the new epoch is durable */
	struct eventlog *log;    /* started; holds every event there is */
	struct store_identity identity;
};

/* Recover a locked directory, or make a new database in it.  False: *failure, and *out is empty.
 * What it found wrong was found before anything was changed. */
bool recovery_run(const struct store_lmdb_options *options, struct recovery *out,
		  struct failure *failure);

#endif
