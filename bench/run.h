/* run.h -- one measurement, from the first customer created to the audit. */
#ifndef CRMDB_BENCH_RUN_H
#define CRMDB_BENCH_RUN_H
#include "bench/report.h"

/* Where the server is, besides its URI. */
struct run_place {
	pid_t pid;             /* 0: not known */
	const char *directory; /* to probe: on the server's disk; NULL: not known */
	const char *log;       /* folder of its .mdb log files; NULL: not known */
	const atomic_bool *interrupted;
};

/* Measure as report->options says, at report->uri.  Fills in the report; whatever goes wrong is a
 * problem in it.  False: the server could not be reached at all. */
bool run_measure(const struct run_place *place, struct report *report);

#endif
