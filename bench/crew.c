/* crew.c -- see crew.h.
 *
 * Connections are dealt to the threads in turn.  Everything is opened before the first thread
 * starts, so that no thread runs ahead while others still connect.
 */
#include "bench/crew.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "bench/timing.h"
#include "bench/worker.h"
#include "client/error.h"

struct crew {
	struct worker_order order;
	struct worker *workers;
	uint32_t worker_count;
	uint32_t started; /* threads to join */
	uint64_t began_ns;
};

static bool refuse(crm_error *error, const char *sentence)
{
	error_say(error, ERROR_NO_MEMORY, "%s", sentence);
	return false;
}

/* A stream of its own for every lane of every seed. */
static struct random stream_start(uint64_t seed, uint64_t lane)
{
	struct random random = {seed};
	random.state = random_next(&random) + lane;
	return (struct random){random_next(&random)};
}

static bool worker_open(struct worker *worker, const struct crew_plan *plan, uint32_t first,
			crm_error *error)
{
	for (uint32_t i = 0; i < worker->lane_count; i++) {
		struct lane *lane = &worker->lanes[i];
		lane->random = stream_start(plan->seed, first + (uint64_t)i * plan->threads);
		if (!lane_open(lane, plan->uri, worker->order->workload, plan->depth, error))
			return false;
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = lane};
		if (epoll_ctl(worker->waiter, EPOLL_CTL_ADD, lane_descriptor(lane), &event) != 0)
			return refuse(error, "epoll takes no more descriptors");
	}
	return true;
}

static bool crew_open(struct crew *crew, const struct crew_plan *plan, crm_error *error)
{
	for (uint32_t i = 0; i < crew->worker_count; i++) {
		struct worker *worker = &crew->workers[i];
		worker->order = &crew->order;
		worker->lane_count = (plan->connections - i - 1) / plan->threads + 1;
		worker->lanes = calloc(worker->lane_count, sizeof *worker->lanes);
		worker->waiter = epoll_create1(EPOLL_CLOEXEC);
		if (worker->lanes == NULL || worker->waiter < 0)
			return refuse(error, "no memory for the load threads");
		if (!worker_open(worker, plan, i, error))
			return false;
	}
	return true;
}

/* Signals are for the main thread. */
static bool crew_launch(struct crew *crew, crm_error *error)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (uint32_t i = 0; i < crew->worker_count; i++) {
		struct worker *worker = &crew->workers[i];
		if (pthread_create(&worker->thread, NULL, worker_run, worker) != 0)
			break;
		crew->started++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (crew->started == crew->worker_count)
		return true;
	atomic_store(&crew->order.failed, true);
	return refuse(error, "the system starts no more threads");
}

static void crew_free(struct crew *crew)
{
	for (uint32_t i = 0; i < crew->worker_count; i++) {
		struct worker *worker = &crew->workers[i];
		for (uint32_t j = 0; worker->lanes != NULL && j < worker->lane_count; j++)
			lane_close(&worker->lanes[j]);
		free(worker->lanes);
		if (worker->order != NULL && worker->waiter >= 0)
			close(worker->waiter);
	}
	free(crew->workers);
	free(crew);
}

struct crew *crew_start(const struct crew_plan *plan, struct workload *workload, crm_error *error)
{
	struct crew *crew = calloc(1, sizeof *crew);
	struct worker *workers = calloc(plan->threads, sizeof *workers);
	if (crew == NULL || workers == NULL) {
		free(workers);
		free(crew);
		error_say(error, ERROR_NO_MEMORY, "no memory for the load threads");
		return NULL;
	}
	crew->workers = workers;
	crew->worker_count = plan->threads;
	crew->order.workload = workload;
	crew->order.timeout_ms = plan->timeout_ms;
	crew->order.interrupted = plan->interrupted;
	crew->order.turns = plan->turns;
	bool opened = crew_open(crew, plan, error);
	crew->began_ns = timing_now_ns();
	crew->order.from_ns = crew->began_ns + plan->warmup_ns;
	crew->order.until_ns = plan->run_ns == 0 ? UINT64_MAX : crew->order.from_ns + plan->run_ns;
	if (opened && crew_launch(crew, error))
		return crew;
	for (uint32_t i = 0; i < crew->started; i++)
		pthread_join(crew->workers[i].thread, NULL);
	crew_free(crew);
	return NULL;
}

uint64_t crew_from_ns(const struct crew *crew)
{
	return crew->order.from_ns;
}

uint64_t crew_until_ns(const struct crew *crew)
{
	return crew->order.until_ns;
}

bool crew_stopped(const struct crew *crew)
{
	return worker_stopped(&crew->order);
}

static double worker_share(const struct worker *worker)
{
	if (worker->until_ns <= worker->from_ns)
		return 0;
	return (double)(worker->until_cpu_ns - worker->from_cpu_ns) /
	       (double)(worker->until_ns - worker->from_ns);
}

void crew_finish(struct crew *crew, struct crew_outcome *outcome)
{
	uint64_t last_ns = crew->began_ns;
	memset(outcome, 0, sizeof *outcome);
	for (uint32_t i = 0; i < crew->worker_count; i++) {
		const struct worker *worker = &crew->workers[i];
		pthread_join(worker->thread, NULL);
		workload_tally_merge(&outcome->tally, &worker->tally);
		histogram_merge(&outcome->times, &worker->times);
		histogram_merge(&outcome->turning, &worker->turning);
		outcome->operations += worker->operations;
		if (worker->last_ns > last_ns)
			last_ns = worker->last_ns;
		if (worker_share(worker) > outcome->busiest)
			outcome->busiest = worker_share(worker);
	}
	outcome->elapsed_ns = last_ns - crew->began_ns;
	crew_free(crew);
}
