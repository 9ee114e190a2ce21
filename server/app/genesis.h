/* genesis.h -- event 1: what never changes about a database; made once, compared ever after. */
#ifndef CRMDB_APP_GENESIS_H
#define CRMDB_APP_GENESIS_H
#include "server/app/options.h"
#include "server/engine/engine.h"
#include "server/store/store.h"

#define GENESIS_ZONE_TABLE_BYTES 8192u

/* Fill in event 1 from the options and the store's identity.  Texts are borrowed from the options
 * and from `zone_table` (GENESIS_ZONE_TABLE_BYTES).  False: *failure (EXIT_USAGE). */
bool genesis_make(const struct options *options, const struct store_identity *identity,
		  int64_t now_us, uint8_t *zone_table, struct event *event,
		  struct failure *failure);

/* Values named at this start must equal those in force; a start without them just starts. */
bool genesis_compare(const struct options *options, const struct part_genesis *genesis,
		     struct failure *failure);

#endif
