/* report.c -- see report.h: the figures derived, and the text. */
#include "bench/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define NUMBER_BYTES 32u
#define MEBIBYTE (1024.0 * 1024.0)

void report_problem(struct report *report, const char *format, ...)
{
	va_list arguments;
	if (report->problem_count == REPORT_PROBLEMS)
		return;
	va_start(arguments, format);
	vsnprintf(report->problems[report->problem_count++], REPORT_PROBLEM_BYTES, format,
		  arguments);
	va_end(arguments);
}

bool report_has_figures(const struct report *report)
{
	return audit_passed(&report->audit) && report->outcome.operations > 0;
}

static double measured_seconds(const struct report *report)
{
	return (double)report->measured_ns / 1e9;
}

double report_rate(const struct report *report)
{
	return report->measured_ns == 0
		   ? 0
		   : (double)report->outcome.operations / measured_seconds(report);
}

double report_cpu_us(const struct report *report, const struct usage *usage)
{
	return report->outcome.operations == 0
		   ? 0
		   : (double)usage->cpu_ns / 1e3 / (double)report->outcome.operations;
}

double report_core_share(const struct report *report, uint64_t cpu_ns)
{
	return report->measured_ns == 0 ? 0 : (double)cpu_ns / (double)report->measured_ns;
}

/* 1234567 as "1,234,567".  Returns `text`. */
static const char *grouped(char text[NUMBER_BYTES], uint64_t number)
{
	char digits[NUMBER_BYTES];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
	char *at = text;
	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return text;
}

/* Nanoseconds with a fitting unit.  Returns `text`. */
static const char *duration(char text[NUMBER_BYTES], double ns)
{
	if (ns < 1e6)
		snprintf(text, NUMBER_BYTES, "%.1f us", ns / 1e3);
	else if (ns < 1e9)
		snprintf(text, NUMBER_BYTES, "%.2f ms", ns / 1e6);
	else
		snprintf(text, NUMBER_BYTES, "%.2f s", ns / 1e9);
	return text;
}

static uint64_t per_second(uint64_t count, uint64_t ns)
{
	return (uint64_t)((double)count * 1e9 / (double)ns);
}

static void created_print(const struct report *report, FILE *out)
{
	char a[NUMBER_BYTES], b[NUMBER_BYTES];
	if (report->created == 0 || report->created_ns == 0)
		return;
	fprintf(out, "created     %s customers in %.2f s, %s/s\n", grouped(a, report->created),
		(double)report->created_ns / 1e9,
		grouped(b, per_second(report->created, report->created_ns)));
	if (report->created_orders > 0)
		fprintf(out, "            with %s orders, %s/s\n",
			grouped(a, report->created_orders),
			grouped(b, per_second(report->created_orders, report->created_ns)));
}

static void setting_print(const struct report *report, FILE *out)
{
	const struct options *o = report->options;
	char a[NUMBER_BYTES];
	fprintf(out, "machine     %s, %u cores, %.1f GiB, %s\n", report->machine.processor,
		report->machine.cores, (double)report->machine.memory_bytes / MEBIBYTE / 1024.0,
		report->machine.kernel);
	fprintf(out, "versions    bench %s, library %s, server %s\n", CRMDB_VERSION, crm_version(),
		report->server_version);
	fprintf(out, "server      %s\n", report->uri);
	fprintf(out, "workload    %s, %s over %s customers, %s keys, seed %" PRIu64 "\n",
		options_workload_name(o->workload), options_distribution_name(o->distribution),
		grouped(a, o->customers), options_keys_name(o->keys), o->seed);
	fprintf(out,
		"load        closed loop, connections %u, threads %u, batch %u, depth %u, "
		"%g s after %g s of warm-up\n",
		o->connections, o->threads, o->batch, o->depth, o->duration_s, o->warmup_s);
	if (o->touch_gib > 0)
		fprintf(out, "touched     %u GiB of memory beforehand\n", o->touch_gib);
	created_print(report, out);
}

static void probe_print(const char *when, const struct probe *probe, FILE *out)
{
	char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES];
	if (!probe->taken) {
		fprintf(out, "flush probe %-6s  not taken (no --server and no --data)\n", when);
		return;
	}
	fprintf(out, "flush probe %-6s  p50 %s  p99 %s  max %s  (4 KiB, %s)\n", when,
		duration(a, (double)probe->p50_ns), duration(b, (double)probe->p99_ns),
		duration(c, (double)probe->most_ns),
		probe->direct ? "O_DIRECT|O_DSYNC" : "write and fdatasync");
}

static void latency_print(const char *what, const struct histogram *times, FILE *out)
{
	static const struct {
		const char *name;
		double percent;
	} columns[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}};
	char text[NUMBER_BYTES];
	fprintf(out, "%-20s", what);
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		fprintf(out, "%s %s  ", columns[i].name,
			duration(text, (double)histogram_percentile(times, columns[i].percent)));
	fprintf(out, "max %s  ", duration(text, (double)times->most_ns));
	fprintf(out, "mean %s\n", duration(text, histogram_mean(times)));
}

/* What the turning of days did to others. */
static void days_print(const struct report *report, FILE *out)
{
	const struct turner_outcome *days = &report->days;
	const struct histogram *quiet = &report->outcome.times, *beside = &report->outcome.turning;
	uint64_t p99_ns = histogram_percentile(quiet, 99);
	char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES];
	if (days->days == 0)
		return;
	latency_print(" beside a turn", beside, out);
	fprintf(out, " p99 beside / quiet %.2f, of %s frames beside a turn\n",
		p99_ns > 0 ? (double)histogram_percentile(beside, 99) / (double)p99_ns : 0,
		grouped(a, beside->total));
	fprintf(out, "days                %u turned, %s events, at most %s in one; longest %s\n",
		days->days, grouped(a, days->events), grouped(b, days->most_events),
		duration(c, (double)days->longest_us * 1e3));
	latency_print("count, quiet", &days->quiet, out);
	latency_print(" beside a turn", &days->waits, out);
}

static void server_print(const struct report *report, FILE *out)
{
	const struct usage *u = &report->server;
	const struct usage_thread *busiest = usage_busiest(u);
	char text[NUMBER_BYTES];
	if (!u->known) {
		fprintf(out, "server CPU          not known (no --server and no --server-pid)\n");
		return;
	}
	double split = (double)(u->user_ns + u->system_ns);
	fprintf(out,
		"server CPU          %.3f us an operation, %.0f %% of it system, %.0f %% of a core",
		report_cpu_us(report, u), split > 0 ? 100.0 * (double)u->system_ns / split : 0,
		100.0 * report_core_share(report, u->cpu_ns));
	if (busiest != NULL)
		fprintf(out, " (busiest thread %s: %.0f %%)", busiest->name,
			100.0 * report_core_share(report, busiest->cpu_ns));
	fprintf(out, "\nserver memory       %.0f MiB resident, %s keys held\n",
		(double)u->resident_bytes / MEBIBYTE, grouped(text, report->keys));
	if (u->written_bytes > 0)
		fprintf(out, "server wrote        %.1f bytes an operation, journal and log\n",
			(double)u->written_bytes / (double)report->outcome.operations);
}

static void figures_print(const struct report *report, FILE *out)
{
	const struct histogram *times = &report->outcome.times;
	char text[NUMBER_BYTES];
	fprintf(out, "operations/s        %s\n", grouped(text, (uint64_t)report_rate(report)));
	fprintf(out, "frames/s            %s\n",
		grouped(text, (uint64_t)((double)(times->total + report->outcome.turning.total) /
					 measured_seconds(report))));
	latency_print("frame time", times, out);
	days_print(report, out);
	server_print(report, out);
	fprintf(out,
		"client CPU          %.3f us an operation, %.0f %% of a core (busiest load thread: "
		"%.0f %%)\n",
		report_cpu_us(report, &report->client),
		100.0 * report_core_share(report, report->client.cpu_ns),
		100.0 * report->outcome.busiest);
	if (report->segments.taken)
		segments_print(&report->segments, out);
	if (report->flushes > 0 && report->events > 0)
		fprintf(out, "groups              %s flushes, %.1f events each\n",
			grouped(text, report->flushes),
			(double)report->events / (double)report->flushes);
	if (report->log_bytes > 0 && report->events > 0)
		fprintf(out, "log on disk         %.1f bytes an event\n",
			(double)report->log_bytes / (double)report->events);
}

static void audit_print(const struct audit *audit, FILE *out)
{
	if (!audit->taken) {
		fprintf(out, "audit               not taken\n");
		return;
	}
	for (unsigned i = 0; i < AUDIT_CHECKS; i++) {
		const struct audit_check *check = &audit->checks[i];
		bool well = check->expected == check->found;
		char text[NUMBER_BYTES];
		fprintf(out, "audit %-6s        %s: %s", well ? "ok" : "FAILED", check->what,
			grouped(text, (uint64_t)check->expected));
		if (!well)
			fprintf(out, " expected, %" PRId64 " found", check->found);
		fputc('\n', out);
	}
}

void report_text(const struct report *report, FILE *out)
{
	setting_print(report, out);
	fputc('\n', out);
	probe_print("before", &report->probe_before, out);
	if (report_has_figures(report))
		figures_print(report, out);
	else
		fprintf(out, "no figures: the audit did not pass\n");
	probe_print("after", &report->probe_after, out);
	audit_print(&report->audit, out);
	for (uint32_t i = 0; i < report->problem_count; i++)
		fprintf(out, "INVALID             %s\n", report->problems[i]);
	if (report->problem_count == 0)
		fprintf(out, "valid               yes\n");
}
