/* asking.h -- what the commands that ask a question in several round trips share. */
#ifndef CRMDB_CLI_ASKING_H
#define CRMDB_CLI_ASKING_H
#include "client/cli/found.h"
#include "client/cli/run.h"

struct asking {
	const struct run *run;
	crm_batch *batch;
	crm_result *result;
	struct found found; /* of the first answer */
	struct lister lister;
	int64_t spent_us, server_us;
};

/* Freed by asking_free. */
void asking_start(struct asking *asking, const struct run *run);
void asking_free(struct asking *asking);

/* Execute the batch.  EXIT_FINE: every answer is well; else it was reported. */
int asking_ask(struct asking *asking);
/* The columns of answer 0 begin a list of rows.  False: out of memory, or no columns there. */
bool asking_begin_rows(struct asking *asking, const struct lister_kind *kind);
/* List the rows of answer 0.  How many; -1: none there, or out of memory. */
int asking_take_rows(struct asking *asking);
/* End the list.  As run_shown. */
int asking_end(struct asking *asking, uint64_t total, const char *next);

#endif
