/* fake_model.h -- the least that answers commands as a server does: balances, and keys applied. */
#ifndef CRMDB_TESTS_SUPPORT_FAKE_MODEL_H
#define CRMDB_TESTS_SUPPORT_FAKE_MODEL_H
#include "protocol/messages.h"

#define FAKE_CUSTOMERS 1000u
#define FAKE_KEYS 32768u /* places of an open-addressed table */

struct fake_model {
	int64_t balances[FAKE_CUSTOMERS];
	uint64_t event;
	int32_t today;
	unsigned turning; /* so many answers to info say that the day turns */
	struct fake_key {
		struct wire_id key;
		struct answer answer;
	} applied[FAKE_KEYS]; /* by key; empty places have the key 0 */
};

/* Execute one command; *answer may borrow from this thread until the next call. */
void fake_execute(struct fake_model *model, const struct command *command, struct answer *answer);

#endif
