/* main.c -- crmdb-bench: options in, one run, report out.
 *
 * Exit status: 0 the measurement is valid, 1 it is INVALID, 2 wrong usage, 3 no server to measure.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/process.h"
#include "bench/run.h"
#include "bench/scratch.h"

enum status {
	STATUS_VALID,
	STATUS_INVALID,
	STATUS_USAGE,
	STATUS_NO_SERVER
};

static atomic_bool interrupted;

static void interrupt_note(int signal)
{
	(void)signal;
	atomic_store(&interrupted, true);
}

static void interrupts_catch(void)
{
	struct sigaction action = {.sa_handler = interrupt_note};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* Print the report and say how it went. */
static int publish(const struct report *report, bool reached)
{
	const char *json = report->options->json;
	if (!reached) {
		fprintf(stderr, "crmdb-bench: %s\n", report->problems[report->problem_count - 1]);
		return STATUS_NO_SERVER;
	}
	report_text(report, json != NULL && strcmp(json, "-") == 0 ? stderr : stdout);
	if (json != NULL && !report_json(report, json)) {
		fprintf(stderr, "crmdb-bench: cannot write %s: %s\n", json, strerror(errno));
		return STATUS_INVALID;
	}
	return report->problem_count == 0 ? STATUS_VALID : STATUS_INVALID;
}

/* With a server of our own, on `data`, its socket and its output in `folder`. */
static int measure_own(const char *data, const char *folder, struct report *report)
{
	char log[PATH_MAX];
	struct process server;
	snprintf(log, sizeof log, "%.4000s/log", data);
	if (!process_start(&server, report->options->server, data, folder, report->options->tcp)) {
		fprintf(stderr, "crmdb-bench: %s\n", server.problem);
		return STATUS_NO_SERVER;
	}
	const struct run_place place = {server.pid, data, log, &interrupted};
	report->uri = server.uri;
	bool reached = run_measure(&place, report);
	if (!process_stop(&server))
		report_problem(report, "%s", server.problem);
	return publish(report, reached);
}

static int measure_own_in_scratch(struct report *report)
{
	char folder[SCRATCH_PATH_BYTES], data[SCRATCH_PATH_BYTES + 8];
	if (!scratch_make(folder)) {
		fprintf(stderr, "crmdb-bench: cannot make a scratch directory: %s\n",
			strerror(errno));
		return STATUS_NO_SERVER;
	}
	snprintf(data, sizeof data, "%s/data", folder);
	const char *given = report->options->data;
	int status = measure_own(given != NULL ? given : data, folder, report);
	scratch_remove(folder);
	return status;
}

static int measure_running(struct report *report)
{
	const struct options *options = report->options;
	char log[PATH_MAX] = "";
	if (options->data != NULL)
		snprintf(log, sizeof log, "%.4000s/log", options->data);
	const struct run_place place = {options->server_pid, options->data,
					options->data != NULL ? log : NULL, &interrupted};
	report->uri = options->uri;
	return publish(report, run_measure(&place, report));
}

int main(int argc, char **argv)
{
	struct options options;
	options_parse(&options, argc, argv);
	struct report *report = calloc(1, sizeof *report);
	if (report == NULL) {
		fprintf(stderr, "crmdb-bench: no memory for the report\n");
		return STATUS_NO_SERVER;
	}
	interrupts_catch();
	report->options = &options;
	machine_describe(&report->machine);
	if (options.touch_gib > 0 && !machine_touch(options.touch_gib))
		report_problem(report, "%u GiB of memory to touch are not free", options.touch_gib);
	int status =
	    options.server != NULL ? measure_own_in_scratch(report) : measure_running(report);
	free(report);
	return status;
}
