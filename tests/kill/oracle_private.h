/* oracle_private.h -- one look of the oracle, for oracle.c and oracle_*.c. */
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
	int32_t today;  /* the programme's day, which has turned */
	uint64_t begun; /* the event with which it began; 0: the first */
	bool half_turned;
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

/* O7: its history is refused; then, what became of all commands on such (false: must end). */
void look_erased(struct look *look, struct account *account);
bool look_probe(struct look *look);
/* O8; false: the look must end. */
bool look_people(struct look *look);

/* oracle_days.c */
/* Wait until `day`, the server's, has turned; false: the look must end. */
bool look_today(struct look *look, int32_t day);
/* Take the numbers in no history as the beginnings of days (O3). */
void look_days(struct look *look);
/* The programme's day when this event was recorded. */
int32_t look_day_of(const struct look *look, uint64_t event);
/* No day up to `day` has left a change of the customer undone (O6). */
void look_age(struct look *look, struct account *account, int32_t day);
/* The entry is what its day changes (O6). */
void look_turned(struct look *look, struct account *account, const crm_entry *entry);

/* O5; false: the look must end. */
bool look_sets(struct look *look);

/* O9; false: the look must end. */
bool look_segments(struct look *look);

#endif
