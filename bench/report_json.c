/* report_json.c -- see report.h: the JSON form.
 *
 *   { program, version, valid, problems[], machine{}, options{}, created{}, probes{},
 *     result{} or null when the audit did not pass, audit[] }
 *
 * Times are microseconds, sizes bytes, shares parts of one core.
 */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "bench/report.h"

static void put(struct json_object *object, const char *name, struct json_object *value)
{
	json_object_object_add(object, name, value);
}

static void put_count(struct json_object *object, const char *name, uint64_t value)
{
	put(object, name, json_object_new_uint64(value));
}

static void put_number(struct json_object *object, const char *name, double value)
{
	put(object, name, json_object_new_double(value));
}

static void put_text(struct json_object *object, const char *name, const char *value)
{
	put(object, name, json_object_new_string(value));
}

static struct json_object *machine_object(const struct machine *machine)
{
	struct json_object *object = json_object_new_object();
	put_text(object, "processor", machine->processor);
	put_count(object, "cores", machine->cores);
	put_count(object, "memory_bytes", machine->memory_bytes);
	put_text(object, "kernel", machine->kernel);
	return object;
}

static struct json_object *options_object(const struct report *report)
{
	const struct options *o = report->options;
	struct json_object *object = json_object_new_object();
	put_text(object, "uri", report->uri);
	put_text(object, "workload", options_workload_name(o->workload));
	put_text(object, "distribution", options_distribution_name(o->distribution));
	put_text(object, "keys", options_keys_name(o->keys));
	put_count(object, "customers", o->customers);
	put_count(object, "seed", o->seed);
	put_count(object, "connections", o->connections);
	put_count(object, "threads", o->threads);
	put_count(object, "batch", o->batch);
	put_count(object, "depth", o->depth);
	put_count(object, "limit", o->limit);
	put(object, "population", json_object_new_boolean(o->population));
	put_count(object, "touch_gib", o->touch_gib);
	put_number(object, "duration_s", o->duration_s);
	put_number(object, "warmup_s", o->warmup_s);
	return object;
}

static struct json_object *created_object(const struct report *report)
{
	struct json_object *object = json_object_new_object();
	put_count(object, "customers", report->created);
	put_count(object, "existed", report->existed);
	put_count(object, "orders", report->created_orders);
	put_number(object, "seconds", (double)report->created_ns / 1e9);
	return object;
}

static struct json_object *probe_object(const struct probe *probe)
{
	if (!probe->taken)
		return NULL;
	struct json_object *object = json_object_new_object();
	put_text(object, "method", probe->direct ? "O_DIRECT|O_DSYNC" : "write+fdatasync");
	put_count(object, "writes", probe->writes);
	put_number(object, "p50_us", (double)probe->p50_ns / 1e3);
	put_number(object, "p99_us", (double)probe->p99_ns / 1e3);
	put_number(object, "max_us", (double)probe->most_ns / 1e3);
	return object;
}

static struct json_object *latency_object(const struct histogram *times)
{
	static const struct {
		const char *name;
		double percent;
	} columns[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}, {"max", 100}};
	struct json_object *object = json_object_new_object();
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		put_number(object, columns[i].name,
			   (double)histogram_percentile(times, columns[i].percent) / 1e3);
	put_number(object, "mean", histogram_mean(times) / 1e3);
	return object;
}

static struct json_object *usage_object(const struct report *report, const struct usage *usage)
{
	if (!usage->known)
		return NULL;
	struct json_object *object = json_object_new_object();
	struct json_object *threads = json_object_new_array();
	put_number(object, "cpu_us_per_operation", report_cpu_us(report, usage));
	put_number(object, "core_share", report_core_share(report, usage->cpu_ns));
	put_number(object, "user_s", (double)usage->user_ns / 1e9);
	put_number(object, "system_s", (double)usage->system_ns / 1e9);
	put_count(object, "written_bytes", usage->written_bytes);
	put_count(object, "resident_bytes", usage->resident_bytes);
	for (uint32_t i = 0; i < usage->thread_count; i++) {
		struct json_object *thread = json_object_new_object();
		put_text(thread, "name", usage->threads[i].name);
		put_number(thread, "core_share",
			   report_core_share(report, usage->threads[i].cpu_ns));
		json_object_array_add(threads, thread);
	}
	put(object, "threads", threads);
	return object;
}

static struct json_object *days_object(const struct report *report)
{
	const struct turner_outcome *days = &report->days;
	if (days->days == 0)
		return NULL;
	struct json_object *object = json_object_new_object();
	put_count(object, "turned", days->days);
	put_count(object, "events", days->events);
	put_count(object, "most_events", days->most_events);
	put_number(object, "longest_us", (double)days->longest_us);
	put(object, "frame_us_beside", latency_object(&report->outcome.turning));
	put(object, "count_us_quiet", latency_object(&days->quiet));
	put(object, "count_us_beside", latency_object(&days->waits));
	return object;
}

static struct json_object *writes_object(const struct pacer_outcome *writes)
{
	struct json_object *object = latency_object(&writes->times);
	put_count(object, "frames", writes->times.total);
	put_number(object, "latest_us", (double)writes->late_ns / 1e3);
	return object;
}

static struct json_object *segments_object(const struct report *report)
{
	static const char *const forms[] = {"count", "page", "groups"};
	const struct segments *segments = &report->segments;
	if (!segments->taken)
		return NULL;
	struct json_object *object = json_object_new_object();
	struct json_object *questions = json_object_new_array();
	put(object, "today", json_object_new_int64(segments->today));
	put_number(object, "earns_per_s", segments->rate);
	put(object, "earn_us_alone", writes_object(&segments->alone));
	put(object, "earn_us_beside", writes_object(&segments->beside));
	for (uint32_t i = 0; i < QUESTIONS_COUNT; i++) {
		const struct segments_question *asked = &segments->questions[i];
		struct json_object *question = json_object_new_object();
		put_text(question, "name", questions_asked[i].name);
		put_text(question, "text", questions_asked[i].text);
		put_text(question, "form", forms[questions_asked[i].form]);
		put_text(question, "where", questions_asked[i].where);
		put(question, "sum", json_object_new_int64(segments->compared.sums[i]));
		put_text(question, "plan", asked->plan);
		put(question, "us", latency_object(&asked->idle));
		put_count(question, "engine_us", asked->engine_us);
		put(question, "us_beside", latency_object(&asked->loaded));
		put_count(question, "engine_us_beside", asked->loaded_us);
		json_object_array_add(questions, question);
	}
	put(object, "questions", questions);
	put_count(object, "unlike_a_scan", segments->compared.wrong);
	return object;
}

static struct json_object *result_object(const struct report *report)
{
	const struct crew_outcome *outcome = &report->outcome;
	double seconds = (double)report->measured_ns / 1e9;
	if (!report_has_figures(report))
		return NULL;
	struct json_object *object = json_object_new_object();
	put_number(object, "seconds", seconds);
	put_count(object, "operations", outcome->operations);
	put_number(object, "operations_per_s", report_rate(report));
	put_number(object, "frames_per_s", (double)outcome->times.total / seconds);
	put(object, "frame_us", latency_object(&outcome->times));
	put(object, "days", days_object(report));
	put(object, "segments", segments_object(report));
	put(object, "server", usage_object(report, &report->server));
	put(object, "client", usage_object(report, &report->client));
	put_number(object, "busiest_load_thread_core_share", outcome->busiest);
	put_count(object, "events", report->events);
	put_count(object, "flushes", report->flushes);
	if (report->log_bytes > 0 && report->events > 0)
		put_number(object, "log_bytes_per_event",
			   (double)report->log_bytes / (double)report->events);
	return object;
}

static struct json_object *audit_array(const struct audit *audit)
{
	if (!audit->taken)
		return NULL;
	struct json_object *array = json_object_new_array();
	for (unsigned i = 0; i < AUDIT_CHECKS; i++) {
		struct json_object *object = json_object_new_object();
		put_text(object, "what", audit->checks[i].what);
		put(object, "expected", json_object_new_int64(audit->checks[i].expected));
		put(object, "found", json_object_new_int64(audit->checks[i].found));
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *report_object(const struct report *report)
{
	struct json_object *object = json_object_new_object();
	struct json_object *problems = json_object_new_array();
	struct json_object *probes = json_object_new_object();
	for (uint32_t i = 0; i < report->problem_count; i++)
		json_object_array_add(problems, json_object_new_string(report->problems[i]));
	put(probes, "before", probe_object(&report->probe_before));
	put(probes, "after", probe_object(&report->probe_after));
	put_text(object, "program", "crmdb-bench");
	put_text(object, "version", CRMDB_VERSION);
	put_text(object, "server_version", report->server_version);
	put(object, "valid", json_object_new_boolean(report->problem_count == 0));
	put(object, "problems", problems);
	put(object, "machine", machine_object(&report->machine));
	put(object, "options", options_object(report));
	put(object, "created", created_object(report));
	put(object, "flush_probe", probes);
	put(object, "result", result_object(report));
	put(object, "audit", audit_array(&report->audit));
	return object;
}

bool report_json(const struct report *report, const char *path)
{
	json_c_set_serialization_double_format("%.10g", JSON_C_OPTION_GLOBAL);
	struct json_object *object = report_object(report);
	const char *text = json_object_to_json_string_ext(
	    object,
	    JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdout : fopen(path, "we");
	bool done = file != NULL && text != NULL && fprintf(file, "%s\n", text) > 0;
	int failure = errno;
	if (file != NULL && (standard ? fflush(file) : fclose(file)) != 0) {
		failure = errno;
		done = false;
	}
	json_object_put(object);
	errno = failure;
	return done;
}
