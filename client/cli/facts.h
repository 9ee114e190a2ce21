/* facts.h -- what one server calls things: tiers, stages, currency. */
#ifndef CRMDB_CLI_FACTS_H
#define CRMDB_CLI_FACTS_H
#include "client/crmdb/crmdb.h"
#include "protocol/query/names.h"

#define FACTS_NAMES 16u /* a set has 16 bits */

struct facts {
	crm_server server;
	char tiers[FACTS_NAMES][NAME_BYTES];
	char stages[FACTS_NAMES][NAME_BYTES];
	unsigned tier_count, stage_count;
	unsigned digits; /* of the currency */
};

void facts_read(struct facts *facts, crm_client *client);
/* "unknown" for a number of a newer server. */
const char *facts_tier(const struct facts *facts, unsigned number);
const char *facts_stage(const struct facts *facts, unsigned number);

#endif
