/* oracle_private.h -- one look of the oracle, for oracle.c, oracle_walk.c, oracle_people.c and
 * oracle_sets.c. */
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

/* Send a command again with its key; the answer to it. */
void look_repeat(struct look *look, const struct intent *intent);
struct record look_answer(const struct look *look, uint32_t index, uint16_t opcode);

/* O6: its history is refused; then, what became of all commands on such (false: must end). */
void look_erased(struct look *look, struct account *account);
bool look_probe(struct look *look);
/* O7; false: the look must end. */
bool look_people(struct look *look);

/* O5; false: the look must end. */
bool look_sets(struct look *look);

#endif
