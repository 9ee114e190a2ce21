/* turner.h -- turns the programme's day while a load is measured, and asks about sets meanwhile.
 *
 *   measured   |----------[turn]----------[turn]----------[turn]-----|
 *   asker        count   count count      ...        how long each waits
 *
 * The days are spread over the measured time, so that frames beside a turn can be compared with
 * those in quiet.
 */
#ifndef CRMDB_BENCH_TURNER_H
#define CRMDB_BENCH_TURNER_H
#include <crmdb/crmdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "bench/histogram.h"

/* The turn that goes on, or went on last, on the clock of timing.h.  Any thread. */
struct turner_span {
	atomic_uint_fast64_t begin_ns, end_ns; /* 0, 0: none yet; end UINT64_MAX: goes on */
};

/* Was this time of a frame beside it? */
static inline bool turner_meets(const struct turner_span *span, uint64_t from_ns, uint64_t until_ns)
{
	return span != NULL && from_ns < atomic_load(&span->end_ns) &&
	       until_ns >= atomic_load(&span->begin_ns);
}

struct turner_outcome {
	uint32_t days;          /* turned */
	uint64_t events;        /* of these turns, the days' own too */
	uint64_t most_events;   /* of one turn */
	int64_t longest_us;     /* turn, as the server measured it */
	struct histogram waits; /* of questions about sets beside a turn */
	struct histogram quiet; /* of others */
	bool failed;
	crm_error error; /* the first failure */
};

struct turner {
	const char *uri; /* borrowed */
	uint32_t days;   /* to turn */
	uint64_t from_ns, until_ns;
	const atomic_bool *interrupted; /* borrowed */
	atomic_bool done;
	struct turner_span span;
	crm_client *client; /* two connections */
	pthread_t days_thread, asker_thread;
	struct turner_outcome outcome;
	crm_error ask_error;
};

/* Start; uri, days, the times and `interrupted` are set.  False: *error says why, nothing runs. */
bool turner_start(struct turner *turner, crm_error *error);
/* Wait for the last turn; the outcome is complete. */
void turner_finish(struct turner *turner);

#endif
