/* worker.h -- one load thread: its lanes, its counts, its loop. */
#ifndef CRMDB_BENCH_WORKER_H
#define CRMDB_BENCH_WORKER_H
#include <pthread.h>

#include "bench/histogram.h"
#include "bench/lane.h"
#include "bench/turner.h"

/* What all workers of a crew share. */
struct worker_order {
	struct workload *workload;
	uint64_t from_ns, until_ns;
	uint32_t timeout_ms;
	const atomic_bool *interrupted;  /* by the user */
	atomic_bool failed;              /* a lane was lost */
	const struct turner_span *turns; /* of the day, or NULL */
};

struct worker {
	struct worker_order *order;
	struct lane *lanes;
	uint32_t lane_count;
	int waiter; /* epoll over the lanes */
	pthread_t thread;
	struct workload_tally tally;
	struct histogram times;
	struct histogram turning; /* of frames beside a turn of the day */
	uint64_t operations;
	uint64_t last_ns;              /* last reply */
	uint64_t from_ns, from_cpu_ns; /* first and last moment measured, and CPU used by then */
	uint64_t until_ns, until_cpu_ns;
};

/* Is nothing more to be sent, whatever the time? */
static inline bool worker_stopped(const struct worker_order *order)
{
	return atomic_load_explicit(order->interrupted, memory_order_relaxed) ||
	       atomic_load_explicit(&order->failed, memory_order_relaxed);
}

/* Run until there is nothing left to send and the last reply is in.  `argument`: a struct worker
 * with order, lanes and waiter set.  Returns NULL. */
void *worker_run(void *argument);

#endif
