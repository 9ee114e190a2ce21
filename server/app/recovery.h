/* recovery.h -- from the store's events to a live engine: the fold, at a start and for verify.
 *
 *   I2  State is a fold: the same engine_apply, live and here.
 *   I5  The log alone gives the live state.
 */
#ifndef CRMDB_APP_RECOVERY_H
#define CRMDB_APP_RECOVERY_H
#include "server/engine/engine.h"
#include "server/store/store.h"

/* Apply every event of the store after engine_applied, up to `until` (0: all).  False: *failure
 * (EXIT_DAMAGE, EXIT_MEMORY). */
bool recovery_replay(struct store *store, struct engine *engine, uint64_t until,
		     struct failure *failure);

/* After a replay to the end: compare with the digest noted by the last clean stop, if the log ends
 * there. */
bool recovery_compare(const struct store_identity *identity, const struct engine *engine,
		      struct failure *failure);

#endif
