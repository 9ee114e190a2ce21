/* facts.h -- what one server calls things: tiers, stages, currency. */
#ifndef CRMDB_CLI_FACTS_H
#define CRMDB_CLI_FACTS_H
#include "client/crmdb/crmdb.h"
#include "protocol/query/names.h"
#include "protocol/query/query.h"

#define FACTS_NAMES 16u /* a set has 16 bits */

struct facts {
	crm_server server;
	char tiers[FACTS_NAMES][NAME_BYTES];
	char stages[FACTS_NAMES][NAME_BYTES];
	unsigned tier_count, stage_count;
	unsigned digits; /* of the currency */
};

void facts_read(struct facts *facts, crm_client *client);
/* Borrowed from the facts. */
struct query_names facts_names(const struct facts *facts);
/* "unknown" for a number of a newer server. */
const char *facts_tier(const struct facts *facts, unsigned number);
const char *facts_stage(const struct facts *facts, unsigned number);

#endif
