/* people_start.h -- from a data directory to a registry of its people. */
#ifndef CRMDB_APP_PEOPLE_START_H
#define CRMDB_APP_PEOPLE_START_H
#include "server/app/options.h"
#include "server/app/registry.h"

/* Open people.mdb beside the store's files, settle by the engine's state what was left pending.
 * After the log was replayed, and genesis made.  NULL: *failure.  Freed by registry_free. */
struct registry *people_start(const struct options *options, const struct store *store,
			      const struct engine *engine, struct failure *failure);

#endif
