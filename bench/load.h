/* load.h -- bringing the server into a known state, and reading that state. */
#ifndef CRMDB_BENCH_LOAD_H
#define CRMDB_BENCH_LOAD_H
#include <crmdb/crmdb.h>

#include "bench/audit.h"
#include "bench/crew.h"
#include "bench/options.h"

struct load {
	const struct options *options;  /* borrowed */
	const char *uri;                /* borrowed */
	const atomic_bool *interrupted; /* borrowed */
	crm_client *client;
	struct zipf zipf;
	struct ledger ledger;
	struct population population;
	int64_t amounts[POPULATION_AMOUNTS];
	uint8_t tiers, stages; /* of the programme, as many as there are */
	uint64_t held;         /* customers at the last reading */
};

/* Connect, and prepare what the load draws from.  False: *error says why.  Closed by load_close in
 * both cases. */
bool load_open(struct load *load, crm_error *error);
void load_close(struct load *load);

/* Create customers 1 to N where missing, with the orders of the population if asked; *outcome says
 * how many and how long. */
bool load_create(struct load *load, struct crew_outcome *outcome, crm_error *error);

/* Start the workload of the options, warm-up and measurement; frames beside `turns` are counted
 * apart when days are to turn.  NULL: *error says why. */
struct crew *load_start(struct load *load, struct workload *workload,
			const struct turner_span *turns, crm_error *error);

/* Wait until the log holds every event (the journal is written first), at most 20 seconds, then
 * read info. */
bool load_settle(struct load *load, crm_info *info, crm_error *error);

/* Read info and every customer.  The first reading opens the ledger, the next compares with it. */
bool load_read(struct load *load, struct audit_reading *reading, crm_error *error);

#endif
