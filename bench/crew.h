/* crew.h -- load threads, each driving its share of the connections in closed loop.
 *
 *   crew_start --> threads fill every lane to its depth, take replies, refill --> crew_finish
 *
 *   time   start ......... from_ns ................ until_ns ....... last reply
 *                 warm-up            measured                drain
 *
 * A frame is measured when its reply arrives between from_ns and until_ns.
 */
#ifndef CRMDB_BENCH_CREW_H
#define CRMDB_BENCH_CREW_H
#include "bench/histogram.h"
#include "bench/turner.h"
#include "bench/workload.h"

struct crew;

struct crew_plan {
	const char *uri;
	uint32_t connections, threads, depth;
	uint64_t seed;
	uint32_t timeout_ms;             /* longest wait for a reply */
	uint64_t warmup_ns, run_ns;      /* run_ns 0: until the workload has nothing left to ask */
	const atomic_bool *interrupted;  /* once true, nothing more is sent; borrowed */
	const struct turner_span *turns; /* turns of the day, or NULL; borrowed */
};

struct crew_outcome {
	struct workload_tally tally; /* of everything, warm-up and drain too */
	struct histogram times;   /* of the frames measured, but those beside a turn of the day */
	struct histogram turning; /* of these */
	uint64_t operations;      /* commands done in the frames measured */
	uint64_t elapsed_ns;      /* from the first frame to the last reply */
	double busiest;           /* largest share of a core a load thread used while measured */
};

/* Open every connection, then start the threads.  Plan's strings and workload are borrowed until
 * crew_finish.  NULL: *error says why. */
struct crew *crew_start(const struct crew_plan *plan, struct workload *workload, crm_error *error);

/* When measuring begins and ends, on the clock of timing.h. */
uint64_t crew_from_ns(const struct crew *crew);
uint64_t crew_until_ns(const struct crew *crew);

/* Has the crew stopped sending before its time, because it was interrupted or a connection failed?
 * Any thread. */
bool crew_stopped(const struct crew *crew);

/* Wait for the last reply, close, add everything up, free the crew. */
void crew_finish(struct crew *crew, struct crew_outcome *outcome);

#endif
