/* worker.c -- see worker.h.
 *
 * One lane: wait in the receive itself, which also sends what did not fit the socket.  Several:
 * wait for whichever is readable, so that a few threads can drive many connections.
 *
 *   W1  A lane never has more than `depth` frames in flight, and sends only after a reply.
 *   W2  A frame's time runs from before its bytes leave to after its reply was received, before
 *       the answers are checked.
 *   W3  What several lanes have in flight fits their sockets (options.c), so that nothing waits
 *       for being sent.
 */
#include "bench/worker.h"

#include <sys/epoll.h>

#include "bench/timing.h"
#include "client/error.h"

#define READY_MOST 64

static bool may_send(const struct worker *worker, uint64_t now_ns)
{
	return now_ns < worker->order->until_ns && !worker_stopped(worker->order);
}

/* The lane is lost: whatever was in flight has no known outcome. */
static void lane_lose(struct worker *worker, struct lane *lane, const crm_error *error)
{
	for (; lane->flying > 0; lane->flying--) {
		worker->tally.failed += lane->slots[lane->oldest].size;
		lane->oldest = (lane->oldest + 1) % lane->depth;
	}
	if (worker->tally.first.code == CRM_OK)
		worker->tally.first = *error;
	if (worker->tally.failed == 0)
		worker->tally.failed = 1;
	epoll_ctl(worker->waiter, EPOLL_CTL_DEL, lane_descriptor(lane), NULL);
	atomic_store(&worker->order->failed, true);
}

/* Send until `depth` frames are in flight or nothing is left.  False: the lane is lost. */
static bool lane_top_up(struct worker *worker, struct lane *lane, uint64_t now_ns)
{
	crm_error error;
	enum lane_outcome sent = LANE_DONE;
	while (sent == LANE_DONE && lane->flying < lane->depth &&
	       may_send(worker, now_ns)) { /* W1 */
		sent = lane_send(lane, worker->order->workload, &error);
		now_ns = timing_now_ns();
	}
	if (sent == LANE_LOST)
		lane_lose(worker, lane, &error);
	return sent != LANE_LOST;
}

/* Note the CPU used so far, once at the first moment measured and once at the last. */
static void moment_note(struct worker *worker, uint64_t now_ns, bool last)
{
	if (worker->from_ns == 0 && now_ns >= worker->order->from_ns) {
		worker->from_ns = now_ns;
		worker->from_cpu_ns = timing_spent_ns();
	} else if (worker->until_ns == 0 && (last || now_ns >= worker->order->until_ns)) {
		worker->until_ns = now_ns;
		worker->until_cpu_ns = timing_spent_ns();
	}
}

/* A reply came: check it, count it. */
static void reply_note(struct worker *worker, const struct lane *lane,
		       const struct workload_slot *slot, uint64_t now_ns)
{
	const struct worker_order *order = worker->order;
	uint64_t done = worker->tally.done;
	worker->last_ns = now_ns;
	moment_note(worker, now_ns, false);
	workload_judge(order->workload, slot, lane->result, &worker->tally);
	if (now_ns < order->from_ns || now_ns >= order->until_ns)
		return;
	bool beside = turner_meets(order->turns, slot->sent_ns, now_ns);
	histogram_record(beside ? &worker->turning : &worker->times, now_ns - slot->sent_ns);
	worker->operations += worker->tally.done - done;
}

/* Take one reply and send the next frame.  LANE_NONE: none came in time. */
static enum lane_outcome lane_turn(struct worker *worker, struct lane *lane, uint32_t timeout_ms)
{
	crm_error error;
	struct workload_slot *slot;
	enum lane_outcome taken = lane_take(lane, timeout_ms, &slot, &error);
	uint64_t now_ns = timing_now_ns(); /* W2 */
	if (taken == LANE_LOST)
		lane_lose(worker, lane, &error);
	if (taken != LANE_DONE)
		return taken;
	reply_note(worker, lane, slot, now_ns);
	return lane_top_up(worker, lane, now_ns) ? LANE_DONE : LANE_LOST;
}

static uint32_t frames_flying(const struct worker *worker)
{
	uint32_t flying = 0;
	for (uint32_t i = 0; i < worker->lane_count; i++)
		flying += worker->lanes[i].flying;
	return flying;
}

static void silence_note(struct worker *worker)
{
	crm_error error;
	error_set(&error, ERROR_TIMEOUT, (struct error_detail){worker->order->timeout_ms, 0});
	for (uint32_t i = 0; i < worker->lane_count; i++)
		if (worker->lanes[i].flying > 0)
			lane_lose(worker, &worker->lanes[i], &error);
}

/* Take what has come, without waiting. */
static void lane_drain(struct worker *worker, struct lane *lane)
{
	while (lane->flying > 0 && lane_turn(worker, lane, 0) == LANE_DONE)
		if (lane->depth == 1)
			break; /* the next reply cannot be here yet */
}

static void lanes_serve(struct worker *worker) /* W3 */
{
	struct epoll_event ready[READY_MOST];
	while (frames_flying(worker) > 0) {
		int count =
		    epoll_wait(worker->waiter, ready, READY_MOST, (int)worker->order->timeout_ms);
		if (count == 0)
			silence_note(worker);
		for (int i = 0; i < count; i++)
			lane_drain(worker, ready[i].data.ptr);
	}
}

static void lane_serve(struct worker *worker, struct lane *lane)
{
	while (lane->flying > 0)
		if (lane_turn(worker, lane, worker->order->timeout_ms) == LANE_NONE)
			silence_note(worker);
}

void *worker_run(void *argument)
{
	struct worker *worker = argument;
	for (uint32_t i = 0; i < worker->lane_count; i++)
		lane_top_up(worker, &worker->lanes[i], timing_now_ns());
	if (worker->lane_count == 1)
		lane_serve(worker, &worker->lanes[0]);
	else
		lanes_serve(worker);
	moment_note(worker, timing_now_ns(), true);
	return NULL;
}
