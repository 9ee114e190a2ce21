/* genesis.h -- event 1: what never changes about a database; made once, compared ever after. */
#ifndef CRMDB_APP_GENESIS_H
#define CRMDB_APP_GENESIS_H
#include "server/app/options.h"
#include "server/engine/engine.h"
#include "server/engine/programme.h"
#include "server/store/store.h"

#define GENESIS_ZONE_TABLE_BYTES 8192u

struct genesis_source {
	const struct options *options;
	const struct store_identity *identity;
	int64_t now_us;
	uint8_t *zone_table; /* room of GENESIS_ZONE_TABLE_BYTES */
	uint8_t *tiers;      /* room of PROGRAMME_TIERS_BYTES */
};

/* Fill in event 1.  Its texts are borrowed from the source.  False: *failure (EXIT_USAGE). */
bool genesis_make(const struct genesis_source *source, struct event *event,
		  struct failure *failure);

/* Values named at this start must equal those in force; a start without them just starts. */
bool genesis_compare(const struct options *options, const struct part_genesis *genesis,
		     struct failure *failure);

#endif
