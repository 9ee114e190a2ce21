/* statement.h -- one command of the query language, parsed. */
#ifndef CRMDB_CLI_STATEMENT_H
#define CRMDB_CLI_STATEMENT_H
#include <stdint.h>

#include "client/cli/verbs.h"
#include "client/cli/words.h"
#include "client/crmdb/crmdb.h"

struct statement {
	const struct verb *verb;
	uint64_t customer;
	int64_t points;
	const char *ref; /* borrowed from the words; NULL: none */
	uint32_t limit;
	uint64_t from;
};

/* False: *complaint says what is wrong, and where. */
bool statement_parse(struct statement *statement, const struct words *words,
		     struct complaint *complaint);

/* Does it write? */
bool statement_writes(const struct statement *statement);

/* Add it to a batch.  As the crm_batch_* functions. */
int statement_add(const struct statement *statement, crm_batch *batch);

#endif
