/* report.h -- everything one run found out, and its two forms: text and JSON.
 *
 * A run is INVALID when anything went wrong that makes its figures mean something else; each
 * reason is kept.  When the audit did not pass, no figure is shown at all.
 */
#ifndef CRMDB_BENCH_REPORT_H
#define CRMDB_BENCH_REPORT_H
#include <stdio.h>

#include "bench/audit.h"
#include "bench/crew.h"
#include "bench/machine.h"
#include "bench/options.h"
#include "bench/probe.h"
#include "bench/segments.h"
#include "bench/usage.h"

#define REPORT_PROBLEMS 8u
#define REPORT_PROBLEM_BYTES 600u

struct report {
	const struct options *options;
	const char *uri;
	struct machine machine;
	char server_version[32];
	uint64_t created, existed; /* customers, before the run */
	uint64_t created_orders;   /* of theirs */
	uint64_t created_ns;
	struct probe probe_before, probe_after;
	struct crew_outcome outcome;
	struct turner_outcome days;
	struct segments segments;
	uint64_t measured_ns; /* between the readings of `server` and `client` */
	struct usage server, client;
	uint64_t events, flushes; /* of the whole run, warm-up too */
	uint64_t keys;            /* held by the server afterwards */
	uint64_t log_bytes;       /* grown on disk for `events`; 0 when not known */
	struct audit audit;
	uint32_t problem_count;
	char problems[REPORT_PROBLEMS][REPORT_PROBLEM_BYTES];
};

/* Note a reason why the run is not valid; those beyond REPORT_PROBLEMS are dropped. */
__attribute__((format(printf, 2, 3))) void report_problem(struct report *report, const char *format,
							  ...);

/* True: figures may be shown (the audit passed). */
bool report_has_figures(const struct report *report);

/* Operations a second; CPU of a process in microseconds an operation.  0 when nothing was done. */
double report_rate(const struct report *report);
double report_cpu_us(const struct report *report, const struct usage *usage);
/* Share of one core that so much CPU was of the time measured. */
double report_core_share(const struct report *report, uint64_t cpu_ns);

void report_text(const struct report *report, FILE *out);

/* Write the report as JSON to a file, "-" for standard output.  False: errno says why. */
bool report_json(const struct report *report, const char *path);

#endif
