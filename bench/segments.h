/* segments.h -- the questions of questions.def, idle and beside durable earns at a fixed rate.
 *
 *   writes alone | questions alone | writes and questions | all questions against a scan
 *
 * Comes behind a closed-loop run of earns, whose rate is the greatest there is: the fixed one is
 * half of it unless it is given.
 */
#ifndef CRMDB_BENCH_SEGMENTS_H
#define CRMDB_BENCH_SEGMENTS_H
#include <stdio.h>

#include "bench/load.h"
#include "bench/pacer.h"
#include "bench/questions.h"

struct segments_question {
	struct histogram idle, loaded; /* from the call to the answer */
	uint64_t engine_us,
	    loaded_us; /* of the server's engine: median; 0: less, or by the index */
	char plan[16];
};

struct segments {
	bool taken;
	double rate;   /* earns a second */
	int32_t today; /* the programme's day */
	struct pacer_outcome alone, beside;
	struct segments_question questions[QUESTIONS_COUNT];
	struct questions_outcome compared;
};

/* `greatest`: earns a second of the closed loop.  Earns of both parts are in *tally, too.  False:
 * *error says why. */
bool segments_run(struct load *load, double greatest, struct segments *segments,
		  struct workload_tally *tally, crm_error *error);

void segments_print(const struct segments *segments, FILE *out);

#endif
