/* lane.c -- see lane.h.
 *
 *   L1  Slots oldest .. oldest + flying - 1 (modulo depth) are in flight, in the order sent.
 *   L2  The connection keeps no retries: a lost lane stays lost, and the run is INVALID.
 */
#include "bench/lane.h"

#include <stdlib.h>

#include "bench/timing.h"
#include "client/error.h"
#include "client/pipeline.h"

static bool slots_new(struct lane *lane, const struct workload *workload, uint32_t depth)
{
	lane->slots = calloc(depth, sizeof *lane->slots);
	if (lane->slots == NULL)
		return false;
	for (lane->depth = 0; lane->depth < depth; lane->depth++)
		if (!workload_slot_new(workload, &lane->slots[lane->depth])) {
			workload_slot_free(&lane->slots[lane->depth]);
			return false;
		}
	return true;
}

bool lane_open(struct lane *lane, const char *uri, const struct workload *workload, uint32_t depth,
	       crm_error *error)
{
	if (!slots_new(lane, workload, depth)) {
		error_say(error, ERROR_NO_MEMORY, "no memory for the frames in flight");
		return false;
	}
	lane->pipeline = pipeline_open(uri, NULL, error);
	return lane->pipeline != NULL;
}

void lane_close(struct lane *lane)
{
	pipeline_close(lane->pipeline);
	crm_result_free(lane->result);
	for (uint32_t i = 0; i < lane->depth; i++)
		workload_slot_free(&lane->slots[i]);
	free(lane->slots);
}

int lane_descriptor(const struct lane *lane)
{
	return pipeline_fd(lane->pipeline);
}

enum lane_outcome lane_send(struct lane *lane, struct workload *workload, crm_error *error)
{
	struct workload_slot *slot = &lane->slots[(lane->oldest + lane->flying) % lane->depth];
	if (!workload_fill(workload, &lane->random, slot))
		return LANE_NONE;
	slot->sent_ns = timing_now_ns();
	if (pipeline_send(lane->pipeline, slot->batch, error) == 0)
		return LANE_LOST; /* L2 */
	lane->flying++;           /* L1 */
	return LANE_DONE;
}

enum lane_outcome lane_take(struct lane *lane, uint32_t timeout_ms, struct workload_slot **slot,
			    crm_error *error)
{
	uint64_t number;
	crm_status status =
	    pipeline_receive(lane->pipeline, timeout_ms, &lane->result, &number, error);
	if (status == ERROR_TIMEOUT)
		return LANE_NONE;
	if (status != CRM_OK)
		return LANE_LOST; /* L2 */
	*slot = &lane->slots[lane->oldest];
	lane->oldest = (lane->oldest + 1) % lane->depth; /* L1 */
	lane->flying--;
	return LANE_DONE;
}
