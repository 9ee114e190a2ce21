/* run.c -- see run.h.
 *
 *   create -> read all -> settle -> probe -> [ warm-up | measure | drain ] -> probe -> settle
 *          -> read all -> audit
 *
 *   R1  CPU of server and client is read at the same two moments that bound the frames measured.
 *   R2  The log's size is read when no event is left in the journal, at both ends.
 *   R3  Whatever failed makes the run INVALID, with its reason; nothing is retried or left out.
 */
#include "bench/run.h"

#include <errno.h>
#include <string.h>

#include "bench/load.h"
#include "bench/scratch.h"
#include "bench/timing.h"

#define SLICE_NS (TIMING_SECOND_NS / 20)

/* Log and numbers at one end of the run. */
struct end {
	struct audit_reading reading;
	uint64_t log_bytes;
};

static bool fail(struct report *report, const char *doing, const crm_error *error)
{
	report_problem(report, "%s: %s%s%s%s", doing, error->message,
		       error->in_doubt ? " (outcome unknown)" : "", error->hint[0] ? "; " : "",
		       error->hint);
	return false;
}

static void probe_try(const struct run_place *place, struct probe *probe, struct report *report)
{
	if (place->directory != NULL && !probe_take(place->directory, probe))
		report_problem(report, "the flush probe in %s failed: %s", place->directory,
			       strerror(errno));
}

/* Sleep until a time, or until the crew stops early. */
static void crew_wait(const struct crew *crew, uint64_t until_ns)
{
	uint64_t now_ns;
	while ((now_ns = timing_now_ns()) < until_ns && !crew_stopped(crew))
		timing_sleep_until(until_ns - now_ns > SLICE_NS ? now_ns + SLICE_NS : until_ns);
}

/* Have the day turn while the crew is measured.  True: it does. */
static bool days_start(struct turner *turner, const struct crew *crew, struct report *report)
{
	crm_error error;
	turner->from_ns = crew_from_ns(crew);
	turner->until_ns = crew_until_ns(crew);
	return turner->days > 0 &&
	       (turner_start(turner, &error) || fail(report, "turning the days", &error));
}

static void days_finish(struct turner *turner, struct report *report)
{
	turner_finish(turner);
	report->days = turner->outcome;
	report->outcome.tally.events += turner->outcome.events;
	if (turner->outcome.failed)
		fail(report, "turning the days", &turner->outcome.error);
}

static bool crew_measure(struct load *load, const struct run_place *place, struct report *report)
{
	struct usage server[2], client[2];
	struct workload workload;
	crm_error error;
	struct turner turner = {
	    .uri = report->uri, .days = report->options->days, .interrupted = place->interrupted};
	struct crew *crew = load_start(load, &workload, &turner.span, &error);
	if (crew == NULL)
		return fail(report, "starting the load", &error);
	bool turning = days_start(&turner, crew, report);
	crew_wait(crew, crew_from_ns(crew)); /* R1 */
	uint64_t from_ns = timing_now_ns();
	usage_read(0, &client[0]);
	if (place->pid != 0)
		usage_read(place->pid, &server[0]);
	crew_wait(crew, crew_until_ns(crew)); /* R1 */
	if (place->pid != 0) {
		usage_read(place->pid, &server[1]);
		usage_subtract(&server[1], &server[0], &report->server);
	}
	usage_read(0, &client[1]);
	usage_subtract(&client[1], &client[0], &report->client);
	report->measured_ns = timing_now_ns() - from_ns;
	crew_finish(crew, &report->outcome);
	if (turning)
		days_finish(&turner, report);
	return true;
}

static void outcome_judge(struct report *report, const struct run_place *place)
{
	const struct workload_tally *tally = &report->outcome.tally;
	if (tally->failed > 0) /* R3 */
		report_problem(report, "%llu operations failed; the first: %s",
			       (unsigned long long)tally->failed, tally->first.message);
	if (atomic_load(place->interrupted))
		report_problem(report, "interrupted after %.1f seconds",
			       (double)report->measured_ns / 1e9);
	else if (report->outcome.operations == 0)
		report_problem(report, "no frame was answered while it was measured");
}

static bool end_take(struct load *load, const struct run_place *place, struct end *end,
		     struct report *report)
{
	crm_info info;
	crm_error error;
	if (!load_settle(load, &info, &error) || !load_read(load, &end->reading, &error))
		return fail(report, "reading the state for the audit", &error);
	if (info.logged < info.applied)
		report_problem(report, "events %llu to %llu had not reached the log in time",
			       (unsigned long long)info.logged + 1,
			       (unsigned long long)info.applied);
	end->log_bytes = place->log == NULL ? 0 : scratch_disk_bytes(place->log, ".mdb"); /* R2 */
	return true;
}

static void ends_compare(struct load *load, const struct end ends[2], struct report *report)
{
	const crm_info *before = &ends[0].reading.info, *after = &ends[1].reading.info;
	audit_compare(&report->audit, &ends[0].reading, &ends[1].reading, &report->outcome.tally,
		      atomic_load(&load->ledger.wrong));
	report->events = after->applied - before->applied;
	report->flushes = after->flushes - before->flushes;
	report->keys = after->keys;
	report->log_bytes = ends[1].log_bytes - ends[0].log_bytes;
	if (!audit_passed(&report->audit))
		report_problem(report, "the audit failed");
}

static bool customers_create(struct load *load, struct report *report)
{
	struct crew_outcome outcome;
	crm_error error;
	if (!load_create(load, &outcome, &error))
		return fail(report, "creating the customers", &error);
	report->created = outcome.tally.created;
	report->created_orders = outcome.tally.orders;
	report->existed = outcome.tally.existed;
	report->created_ns = outcome.elapsed_ns;
	if (!atomic_load(load->interrupted))
		return true;
	report_problem(report, "interrupted before the measurement");
	return false;
}

/* What the workload `segments` does behind its earns. */
static void segments_measure(struct load *load, struct report *report)
{
	crm_error error;
	if (report->options->workload != WORKLOAD_SEGMENTS)
		return;
	if (!segments_run(load, report_rate(report), &report->segments, &report->outcome.tally,
			  &error))
		fail(report, "asking beside the load", &error);
	if (report->segments.compared.wrong > 0)
		report_problem(report, "%u answers are unlike a scan",
			       report->segments.compared.wrong);
}

static void load_measure(struct load *load, const struct run_place *place, struct report *report)
{
	struct end ends[2];
	if (!customers_create(load, report) || !end_take(load, place, &ends[0], report))
		return;
	memcpy(report->server_version, ends[0].reading.info.version, sizeof report->server_version);
	probe_try(place, &report->probe_before, report);
	bool measured = crew_measure(load, place, report);
	probe_try(place, &report->probe_after, report);
	if (!measured)
		return;
	segments_measure(load, report);
	outcome_judge(report, place);
	if (!atomic_load(place->interrupted) && end_take(load, place, &ends[1], report))
		ends_compare(load, ends, report);
}

bool run_measure(const struct run_place *place, struct report *report)
{
	struct load load = {
	    .options = report->options, .uri = report->uri, .interrupted = place->interrupted};
	crm_error error;
	bool reached = load_open(&load, &error);
	if (reached)
		load_measure(&load, place, report);
	else
		fail(report, "opening the client", &error);
	load_close(&load);
	return reached;
}
