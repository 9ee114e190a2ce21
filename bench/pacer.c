/* pacer.c -- see pacer.h.
 *
 * Frames go to the connections in turn.  One whose connection has PACER_DEPTH in flight waits for
 * a reply; the schedule goes on meanwhile.
 */
#include "bench/pacer.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "bench/lane.h"
#include "bench/timing.h"
#include "client/error.h"

#define PACER_DEPTH 32u
#define PACER_LANES 64u

struct pacer {
	const struct pacer_plan *plan;
	struct workload *workload;
	struct pacer_outcome *outcome;
	struct lane lanes[PACER_LANES];
	uint32_t count, turn;
	uint64_t from_ns; /* measured from here */
};

/* False: the connection is lost. */
static bool take(struct pacer *pacer, struct lane *lane, uint32_t timeout_ms, crm_error *error)
{
	struct workload_slot *slot;
	enum lane_outcome taken = lane_take(lane, timeout_ms, &slot, error);
	if (taken == LANE_LOST)
		return false;
	if (taken == LANE_NONE && timeout_ms > 0) {
		error_set(error, ERROR_TIMEOUT, (struct error_detail){timeout_ms, 0});
		return false;
	}
	if (taken != LANE_DONE)
		return true;
	uint64_t now_ns = timing_now_ns();
	workload_judge(pacer->workload, slot, lane->result, &pacer->outcome->tally);
	if (slot->sent_ns >= pacer->from_ns)
		histogram_record(&pacer->outcome->times, now_ns - slot->sent_ns);
	return true;
}

/* The frame that was due then. */
static bool send_due(struct pacer *pacer, uint64_t due_ns, crm_error *error)
{
	struct lane *lane = &pacer->lanes[pacer->turn++ % pacer->count];
	while (lane->flying == lane->depth)
		if (!take(pacer, lane, pacer->plan->timeout_ms, error))
			return false;
	if (lane_send(lane, pacer->workload, error) == LANE_LOST)
		return false;
	uint64_t late_ns = timing_now_ns() - due_ns;
	lane->slots[(lane->oldest + lane->flying - 1) % lane->depth].sent_ns = due_ns;
	if (due_ns >= pacer->from_ns && late_ns > pacer->outcome->late_ns)
		pacer->outcome->late_ns = late_ns;
	return true;
}

/* Take what comes until then. */
static bool take_until(struct pacer *pacer, uint64_t until_ns, crm_error *error)
{
	struct pollfd waits[PACER_LANES];
	uint64_t now_ns;
	while ((now_ns = timing_now_ns()) < until_ns) {
		uint64_t left_ns = until_ns - now_ns;
		struct timespec left = {(time_t)(left_ns / TIMING_SECOND_NS),
					(long)(left_ns % TIMING_SECOND_NS)};
		for (uint32_t i = 0; i < pacer->count; i++)
			waits[i] = (struct pollfd){.fd = lane_descriptor(&pacer->lanes[i]),
						   .events = POLLIN};
		if (ppoll(waits, pacer->count, &left, NULL) <= 0)
			continue;
		for (uint32_t i = 0; i < pacer->count; i++)
			if (waits[i].revents != 0 && !take(pacer, &pacer->lanes[i], 0, error))
				return false;
	}
	return true;
}

static bool drain(struct pacer *pacer, crm_error *error)
{
	for (uint32_t i = 0; i < pacer->count; i++)
		while (pacer->lanes[i].flying > 0)
			if (!take(pacer, &pacer->lanes[i], pacer->plan->timeout_ms, error))
				return false;
	return true;
}

static bool open_lanes(struct pacer *pacer, crm_error *error)
{
	const struct pacer_plan *plan = pacer->plan;
	uint32_t wanted = plan->connections < PACER_LANES ? plan->connections : PACER_LANES;
	bool opened = true;
	while (opened && pacer->count < wanted) {
		struct lane *lane = &pacer->lanes[pacer->count++];
		lane->random = (struct random){plan->seed + pacer->count};
		opened = lane_open(lane, plan->uri, pacer->workload, PACER_DEPTH, error);
	}
	return opened;
}

static bool keep_pace(struct pacer *pacer, crm_error *error)
{
	const struct pacer_plan *plan = pacer->plan;
	uint64_t begin_ns = timing_now_ns(), due_ns = begin_ns;
	uint64_t end_ns = begin_ns + plan->warmup_ns + plan->run_ns;
	pacer->from_ns = begin_ns + plan->warmup_ns;
	for (uint64_t i = 1; due_ns < end_ns && !atomic_load(plan->interrupted); i++) {
		if (!take_until(pacer, due_ns, error) || !send_due(pacer, due_ns, error))
			return false;
		due_ns = begin_ns + (uint64_t)((double)i * 1e9 / plan->frames_per_s);
	}
	return drain(pacer, error);
}

bool pacer_run(const struct pacer_plan *plan, struct workload *workload,
	       struct pacer_outcome *outcome, crm_error *error)
{
	struct pacer *pacer = calloc(1, sizeof *pacer);
	memset(outcome, 0, sizeof *outcome);
	if (pacer == NULL) {
		error_say(error, ERROR_NO_MEMORY, "no memory for the connections");
		return false;
	}
	pacer->plan = plan;
	pacer->workload = workload;
	pacer->outcome = outcome;
	bool fine = open_lanes(pacer, error) && keep_pace(pacer, error);
	for (uint32_t i = 0; i < pacer->count; i++)
		lane_close(&pacer->lanes[i]);
	free(pacer);
	return fine;
}
