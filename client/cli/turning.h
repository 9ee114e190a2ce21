/* turning.h -- wait until days have turned, longer than for an answer. */
#ifndef CRMDB_CLI_TURNING_H
#define CRMDB_CLI_TURNING_H
#include "client/cli/run.h"

/* The timeout of a client that turning_wait asks: how soon it looks what the days do. */
#define TURNING_LOOK "2s"

/* Does this command wait for days as long as it takes?  One with a --timeout does not. */
bool turning_waits(const struct options *options, const struct statement *statement);

/* Execute the batch, an advance; when no answer comes, say on standard error how far the days are
 * and ask again.  As run_batch. */
crm_status turning_wait(const struct run *run, crm_batch *batch, crm_result **result,
			crm_error *error, int64_t *spent_us);

#endif
