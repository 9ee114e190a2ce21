/* turner.c -- see turner.h.  One thread advances, one asks; a client with a pool serves both. */
#include "bench/turner.h"

#include <string.h>

#include "bench/timing.h"
#include "client/error.h"
#include "protocol/errors.h"

#define PAUSE_NS (TIMING_SECOND_NS / 1000) /* between two questions */

/* One command, answered well.  The batch is emptied, the result is the caller's. */
static bool ask(struct turner *turner, crm_batch *batch, crm_result **result, crm_error *error)
{
	bool fine = crm_exec(turner->client, batch, result, error) == CRM_OK &&
		    crm_result_first_error(*result, error) == CRM_OK;
	crm_batch_clear(batch);
	return fine;
}

static bool info_ask(struct turner *turner, crm_batch *batch, crm_result **result, crm_info *info)
{
	crm_batch_info(batch);
	return ask(turner, batch, result, &turner->outcome.error) &&
	       crm_result_info(*result, 0, info) == 0;
}

/* Advance by a day: until it has turned, however long that takes. */
static bool day_turn(struct turner *turner, crm_batch *batch, crm_result **result, int32_t day)
{
	crm_error *error = &turner->outcome.error;
	bool fine;
	atomic_store(&turner->span.end_ns, UINT64_MAX);
	atomic_store(&turner->span.begin_ns, timing_now_ns());
	do {
		crm_batch_advance(batch, day);
		fine = ask(turner, batch, result, error);
	} while (!fine && error->code == ERROR_TIMEOUT && !atomic_load(turner->interrupted));
	atomic_store(&turner->span.end_ns, timing_now_ns());
	return fine;
}

static void turn_note(struct turner_outcome *outcome, const crm_info *info)
{
	outcome->days++;
	outcome->events += info->day_events;
	if (info->day_events > outcome->most_events)
		outcome->most_events = info->day_events;
	if (info->day_turn_us > outcome->longest_us)
		outcome->longest_us = info->day_turn_us;
}

static void *days_run(void *argument)
{
	struct turner *turner = argument;
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	crm_info info;
	uint64_t step_ns = (turner->until_ns - turner->from_ns) / turner->days;
	bool fine = info_ask(turner, batch, &result, &info);
	for (uint32_t i = 0; fine && i < turner->days; i++) {
		timing_sleep_until(turner->from_ns + i * step_ns + step_ns / 2);
		if (atomic_load(turner->interrupted))
			break;
		fine = day_turn(turner, batch, &result, info.today + 1) &&
		       info_ask(turner, batch, &result, &info);
		if (fine)
			turn_note(&turner->outcome, &info);
	}
	turner->outcome.failed = !fine;
	atomic_store(&turner->done, true);
	crm_result_free(result);
	crm_batch_free(batch);
	return NULL;
}

static void *asker_run(void *argument)
{
	struct turner *turner = argument;
	const crm_segment all = {CRM_ALL, CRM_ALL, INT64_MIN, INT64_MAX};
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	while (!atomic_load(&turner->done)) {
		uint64_t from_ns = timing_now_ns();
		crm_batch_segment_count(batch, &all);
		if (!ask(turner, batch, &result, &turner->ask_error) &&
		    turner->ask_error.code != ERROR_TIMEOUT)
			break; /* a question that waits too long for one turn waits again */
		uint64_t now_ns = timing_now_ns();
		bool beside = turner_meets(&turner->span, from_ns, now_ns);
		histogram_record(beside ? &turner->outcome.waits : &turner->outcome.quiet,
				 now_ns - from_ns);
		timing_sleep_until(now_ns + PAUSE_NS);
	}
	crm_result_free(result);
	crm_batch_free(batch);
	return NULL;
}

bool turner_start(struct turner *turner, crm_error *error)
{
	memset(&turner->outcome, 0, sizeof turner->outcome);
	atomic_init(&turner->done, false);
	turner->ask_error.code = CRM_OK;
	turner->client = crm_open(turner->uri, error);
	if (turner->client == NULL)
		return false;
	bool days = pthread_create(&turner->days_thread, NULL, days_run, turner) == 0;
	bool asker = days && pthread_create(&turner->asker_thread, NULL, asker_run, turner) == 0;
	if (asker)
		return true;
	if (days)
		pthread_join(turner->days_thread, NULL);
	crm_close(turner->client);
	error_say(error, ERROR_NO_MEMORY, "the system starts no more threads");
	return false;
}

void turner_finish(struct turner *turner)
{
	pthread_join(turner->days_thread, NULL);
	pthread_join(turner->asker_thread, NULL);
	crm_close(turner->client);
	if (!turner->outcome.failed && turner->ask_error.code != CRM_OK &&
	    turner->ask_error.code != ERROR_TIMEOUT) {
		turner->outcome.failed = true;
		turner->outcome.error = turner->ask_error;
	}
}
