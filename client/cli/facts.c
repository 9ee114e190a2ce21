/* facts.c -- see facts.h. */
#include "client/cli/facts.h"

#include "protocol/common/money.h"

static unsigned read_names(const char *list, char names[FACTS_NAMES][NAME_BYTES])
{
	unsigned count = names_count(list);
	if (count > FACTS_NAMES)
		count = FACTS_NAMES;
	for (unsigned i = 0; i < count; i++)
		names_get(list, i, names[i]);
	return count;
}

void facts_read(struct facts *facts, crm_client *client)
{
	crm_server_facts(client, &facts->server);
	facts->tier_count = read_names(facts->server.tiers, facts->tiers);
	facts->stage_count = read_names(facts->server.stages, facts->stages);
	facts->digits = facts->server.currency_digits;
	if (facts->digits > MONEY_DIGITS_MAX)
		facts->digits = MONEY_DIGITS_MAX;
}

const char *facts_tier(const struct facts *facts, unsigned number)
{
	return number < facts->tier_count ? facts->tiers[number] : "unknown";
}

const char *facts_stage(const struct facts *facts, unsigned number)
{
	return number < facts->stage_count ? facts->stages[number] : "unknown";
}
