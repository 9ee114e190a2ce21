/* pacer.h -- sends frames of a workload at a fixed rate and times them from when they were due.
 *
 *   due    |-----|-----|-----|-----|        every 1 / rate
 *   sent   |-----|-------|-|---|            late when the server or this thread is
 *   time   from due to reply, so that whoever had to wait is counted with all of it
 */
#ifndef CRMDB_BENCH_PACER_H
#define CRMDB_BENCH_PACER_H
#include "bench/histogram.h"
#include "bench/workload.h"

struct pacer_plan {
	const char *uri;
	uint32_t connections;
	double frames_per_s;
	uint64_t seed, warmup_ns, run_ns;
	uint32_t timeout_ms;
	const atomic_bool *interrupted; /* borrowed */
};

struct pacer_outcome {
	struct workload_tally tally; /* of everything, warm-up too */
	struct histogram times;      /* of frames due after the warm-up */
	uint64_t late_ns;            /* the latest a frame was sent after it was due */
};

/* Runs in the calling thread until the last reply.  False: *error is why it could not begin, or
 * ended early. */
bool pacer_run(const struct pacer_plan *plan, struct workload *workload,
	       struct pacer_outcome *outcome, crm_error *error);

#endif
