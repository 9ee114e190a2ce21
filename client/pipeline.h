/* pipeline.h -- several frames in flight on one connection; for the benchmark and tests, not
 * installed.
 *
 * No retry, no reconnect, no pool: what happens on the connection is what the caller sees.
 * Thread rule: one thread at a time.
 */
#ifndef CRMDB_CLIENT_PIPELINE_H
#define CRMDB_CLIENT_PIPELINE_H
#include "client/crmdb/crmdb.h"

struct pipeline;

/* Who speaks: a newer connection with the same pair ends the older one. */
struct pipeline_identity {
	uint8_t instance[16];
	uint32_t slot;
};

/* Connect within the address's connect_timeout.  `who` NULL: a random instance, slot 0.  NULL:
 * *error says why.  Owned by the caller; freed by pipeline_close. */
struct pipeline *pipeline_open(const char *uri, const struct pipeline_identity *who,
			       crm_error *error);
void pipeline_close(struct pipeline *pipeline);

/* Send a batch as one frame, as far as that goes without waiting; the rest leaves with the next
 * calls.  The batch is copied and may be used again.  Its frame's number; 0: *error says why. */
uint64_t pipeline_send(struct pipeline *pipeline, crm_batch *batch, crm_error *error);

/* The reply to the oldest frame without one, within `timeout_ms` (the rest of what was sent leaves
 * meanwhile).  CRM_OK: *result (crm_exec's rules) and *number are set.  TIMEOUT: not yet, ask
 * again. Otherwise the connection has ended: *error says why, in_doubt if a write had no answer. */
crm_status pipeline_receive(struct pipeline *pipeline, uint32_t timeout_ms, crm_result **result,
			    uint64_t *number, crm_error *error);

/* Frames sent and not yet answered. */
uint32_t pipeline_depth(const struct pipeline *pipeline);
/* The socket, to poll; -1 when the connection has ended.  Borrowed until pipeline_close. */
int pipeline_fd(const struct pipeline *pipeline);

#endif
