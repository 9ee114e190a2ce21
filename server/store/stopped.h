/* stopped.h -- DIR/stopped: the note a clean stop leaves, gone as soon as the next run begins.
 *
 *   magic u64 | database 16 | last event u64 | digest of the state u64 | XXH3 u64, seeded
 */
#ifndef CRMDB_STORE_STOPPED_H
#define CRMDB_STORE_STOPPED_H
#include "server/base/failure.h"
#include "server/store/block.h"

struct stopped {
	uint64_t last;
	uint64_t digest;
};

/* True: there is a note that checks.  A damaged one is reported and ignored: it is a help to
 * verify, nothing depends on it. */
bool stopped_read(const char *directory, const struct block_realm *realm, struct stopped *out);
bool stopped_write(const char *directory, const struct block_realm *realm,
		   const struct stopped *stopped, struct failure *failure);
bool stopped_remove(const char *directory, struct failure *failure);

#endif
