/* oracle_private.h -- one look of the oracle, for oracle.c, oracle_walk.c and oracle_sets.c. */
#ifndef CRMDB_KILL_ORACLE_PRIVATE_H
#define CRMDB_KILL_ORACLE_PRIVATE_H
#include "client/crmdb/crmdb.h"
#include "tests/kill/oracle.h"

struct look {
	struct oracle *oracle;
	struct verdict *verdict;
	crm_client *db;
	crm_batch *batch;
	crm_result *result;
	uint64_t last;  /* last event there is */
	uint8_t *found; /* a byte for each number checked + 1 .. last */
	uint64_t added;
	crm_entry *entries; /* of one customer, newest first */
	size_t entry_count, entry_capacity;
};

/* Execute the batch of the look; false: reported, and the look must end. */
bool look_exec(struct look *look);

/* Match the histories of all touched customers (O2, O4); false: the look must end. */
bool look_walk(struct look *look);

/* O5; false: the look must end. */
bool look_sets(struct look *look);

#endif
