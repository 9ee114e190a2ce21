/* attempt.h -- one execution of a batch: attempts on one slot until an answer or the deadline. */
#ifndef CRMDB_CLIENT_ATTEMPT_H
#define CRMDB_CLIENT_ATTEMPT_H
#include "client/pool.h"

/* Execute a checked batch by `deadline_us`.  CRM_OK: *result is set.  Otherwise *error is, in_doubt
 * included. */
crm_status attempt_run(struct pool *pool, crm_batch *batch, int64_t deadline_us,
		       crm_result **result, crm_error *error);

/* The first connection of a client: shake hands within the connect timeout.  A server that cannot
 * be reached is reported at once, one that asks to come back later is asked again. */
crm_status attempt_open(struct pool *pool, crm_error *error);

#endif
