/* lane.h -- one connection and its frames in flight.
 *
 *        oldest                     newest
 *   slots  [2]   [3]   [0]   [1]           a ring of `depth` slots; replies come in order
 *           ^ lane_take      ^ lane_send
 *
 * A lane belongs to one thread at a time.
 */
#ifndef CRMDB_BENCH_LANE_H
#define CRMDB_BENCH_LANE_H
#include "bench/workload.h"

struct pipeline;

struct lane {
	struct pipeline *pipeline;
	struct random random;
	struct workload_slot *slots;
	uint32_t depth, oldest, flying;
	bool bulky;         /* what is in flight may fill the socket */
	crm_result *result; /* of the frame last taken */
};

/* Connect.  False: *error says why.  Closed by lane_close in both cases. */
bool lane_open(struct lane *lane, const char *uri, const struct workload *workload, uint32_t depth,
	       crm_error *error);
void lane_close(struct lane *lane);

/* Descriptor to wait for, readable. */
int lane_descriptor(const struct lane *lane);

enum lane_outcome {
	LANE_DONE, /* sent; or taken */
	LANE_NONE, /* nothing left to ask; or no reply in time */
	LANE_LOST  /* *error says why, and the lane is of no more use */
};

/* Fill the next slot and send it. */
enum lane_outcome lane_send(struct lane *lane, struct workload *workload, crm_error *error);

/* Wait at most `timeout_ms` for the reply to the oldest frame, which is then lane->result; *slot is
 * what it answers. */
enum lane_outcome lane_take(struct lane *lane, uint32_t timeout_ms, struct workload_slot **slot,
			    crm_error *error);

#endif
