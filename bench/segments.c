/* segments.c -- see segments.h.
 *
 *   S1  Questions are asked one after another without a pause: while they run, the engine always
 *       has one to judge.
 *   S2  Earns change points alone, so the questions' work is the same with and without them.
 */
#include "bench/segments.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bench/timing.h"
#include "client/error.h"

#define ENGINE_TIMES 4096u /* kept of each question for the median */

/* Asks in turn until told to stop. */
struct asker {
	crm_client *client;
	pthread_t thread;
	atomic_bool stop;
	struct segments *segments;
	bool loaded; /* beside writes */
	bool failed;
	crm_error error;
	uint32_t *engine_us[QUESTIONS_COUNT];
	uint32_t times[QUESTIONS_COUNT];
};

static void note(struct asker *asker, uint32_t question, const crm_result *result,
		 uint64_t spent_ns)
{
	struct segments_question *asked = &asker->segments->questions[question];
	crm_plan plan;
	histogram_record(asker->loaded ? &asked->loaded : &asked->idle, spent_ns);
	if (crm_result_plan(result, 0, &plan) != 0)
		return;
	snprintf(asked->plan, sizeof asked->plan, "%s", plan.name);
	uint32_t *at = &asker->times[question];
	asker->engine_us[question][(*at)++ % ENGINE_TIMES] = plan.engine_us;
}

static bool ask(struct asker *asker, uint32_t question, crm_batch *batch, crm_result **result)
{
	crm_batch_clear(batch);
	crm_batch_query(batch, questions_asked[question].text);
	uint64_t from_ns = timing_now_ns();
	if (crm_exec(asker->client, batch, result, &asker->error) != CRM_OK ||
	    crm_result_first_error(*result, &asker->error) != CRM_OK)
		return false;
	note(asker, question, *result, timing_now_ns() - from_ns);
	return true;
}

static void *asker_run(void *argument)
{
	struct asker *asker = argument;
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	bool fine = batch != NULL;
	for (uint32_t i = 0; fine && !atomic_load(&asker->stop); i = (i + 1) % QUESTIONS_COUNT)
		fine = ask(asker, i, batch, &result); /* S1 */
	asker->failed = !fine;
	crm_result_free(result);
	crm_batch_free(batch);
	return NULL;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void medians_take(struct asker *asker)
{
	for (uint32_t i = 0; i < QUESTIONS_COUNT; i++) {
		struct segments_question *asked = &asker->segments->questions[i];
		uint32_t count = asker->times[i] < ENGINE_TIMES ? asker->times[i] : ENGINE_TIMES;
		if (count == 0)
			continue;
		qsort(asker->engine_us[i], count, sizeof(uint32_t), ascending);
		*(asker->loaded ? &asked->loaded_us : &asked->engine_us) =
		    asker->engine_us[i][count / 2];
	}
}

static bool asker_start(struct asker *asker, struct load *load, struct segments *segments,
			bool loaded)
{
	memset(asker, 0, sizeof *asker);
	asker->client = load->client;
	asker->segments = segments;
	asker->loaded = loaded;
	atomic_init(&asker->stop, false);
	bool room = true;
	for (uint32_t i = 0; i < QUESTIONS_COUNT; i++) {
		asker->engine_us[i] = calloc(ENGINE_TIMES, sizeof(uint32_t));
		room = room && asker->engine_us[i] != NULL;
	}
	if (room && pthread_create(&asker->thread, NULL, asker_run, asker) == 0)
		return true;
	asker->failed = true;
	error_say(&asker->error, ERROR_NO_MEMORY, "no memory for the asking thread");
	return false;
}

/* False: *error is why a question failed. */
static bool asker_finish(struct asker *asker, bool started, crm_error *error)
{
	atomic_store(&asker->stop, true);
	if (started)
		pthread_join(asker->thread, NULL);
	medians_take(asker);
	for (uint32_t i = 0; i < QUESTIONS_COUNT; i++)
		free(asker->engine_us[i]);
	if (asker->failed)
		*error = asker->error;
	return !asker->failed;
}

static bool write_paced(struct load *load, const struct segments *segments,
			struct pacer_outcome *outcome, crm_error *error)
{
	const struct options *options = load->options;
	struct workload workload = {.kind = WORK_EARN,
				    .customers = options->customers,
				    .batch = options->batch,
				    .ledger = &load->ledger};
	const struct pacer_plan plan = {.uri = load->uri,
					.connections = options->connections,
					.frames_per_s = segments->rate / options->batch,
					.seed = options->seed,
					.warmup_ns = (uint64_t)(options->warmup_s * 1e9),
					.run_ns = (uint64_t)(options->duration_s * 1e9),
					.timeout_ms = (uint32_t)ceil(options->timeout_s * 1e3),
					.interrupted = load->interrupted};
	return pacer_run(&plan, &workload, outcome, error);
}

static bool ask_idle(struct load *load, struct segments *segments, crm_error *error)
{
	struct asker asker;
	bool started = asker_start(&asker, load, segments, false);
	if (started)
		timing_sleep_until(timing_now_ns() + (uint64_t)(load->options->duration_s * 1e9));
	return asker_finish(&asker, started, error);
}

static bool ask_beside(struct load *load, struct segments *segments, crm_error *error)
{
	struct asker asker;
	bool started = asker_start(&asker, load, segments, true);
	bool wrote = started && write_paced(load, segments, &segments->beside, error);
	return asker_finish(&asker, started, error) && wrote;
}

bool segments_run(struct load *load, double greatest, struct segments *segments,
		  struct workload_tally *tally, crm_error *error)
{
	segments->today = load->population.today;
	segments->rate = load->options->rate > 0 ? load->options->rate : greatest / 2;
	if (segments->rate < 1) {
		error_say(error, ERROR_NO_MEMORY, "no earn was answered while it was measured");
		return false;
	}
	bool fine = write_paced(load, segments, &segments->alone, error) &&
		    ask_idle(load, segments, error) && ask_beside(load, segments, error);
	workload_tally_merge(tally, &segments->alone.tally);
	workload_tally_merge(tally, &segments->beside.tally);
	const struct questions_place place = {load->uri, load->population.today,
					      load->options->export};
	segments->taken = fine && questions_compare(&place, &segments->compared, error);
	return segments->taken;
}

static double ms(const struct histogram *times, double percent)
{
	return (double)histogram_percentile(times, percent) / 1e6;
}

static void writes_print(const char *what, const struct pacer_outcome *writes, FILE *out)
{
	fprintf(out, "%-20s%9.3f %9.3f %9.3f ms, p50 p99 p99.9; sent at most %.3f ms late\n", what,
		ms(&writes->times, 50), ms(&writes->times, 99), ms(&writes->times, 99.9),
		(double)writes->late_ns / 1e6);
}

void segments_print(const struct segments *segments, FILE *out)
{
	const struct histogram *alone = &segments->alone.times, *beside = &segments->beside.times;
	fprintf(out, "\nearns at            %.0f a second, open loop\n", segments->rate);
	writes_print(" alone", &segments->alone, out);
	writes_print(" beside questions", &segments->beside, out);
	fprintf(out, " p99 beside / alone %.2f\n",
		ms(alone, 99) > 0 ? ms(beside, 99) / ms(alone, 99) : 0);
	fprintf(out, "%-20s%-11s%9s %9s %9s %9s %9s %9s\n", "question", "plan", "idle p50", "p99",
		"engine", "load p50", "p99", "engine ms");
	for (uint32_t i = 0; i < QUESTIONS_COUNT; i++) {
		const struct segments_question *q = &segments->questions[i];
		fprintf(out, " %-19s%-11s%9.3f %9.3f %9.3f %9.3f %9.3f %9.3f\n",
			questions_asked[i].name, q->plan, ms(&q->idle, 50), ms(&q->idle, 99),
			(double)q->engine_us / 1e3, ms(&q->loaded, 50), ms(&q->loaded, 99),
			(double)q->loaded_us / 1e3);
	}
	fprintf(out, "scan                %u of %u answers unlike a scan of %llu customers\n",
		segments->compared.wrong, segments->compared.asked,
		(unsigned long long)segments->compared.customers);
}
