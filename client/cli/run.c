/* run.c -- see run.h.  One statement is one batch, but for lists of many customers. */
#include "client/cli/run.h"

#include <time.h>

#include "client/cli/turning.h"
#include "protocol/errors.h"
#include "protocol/messages.h"

static int64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

crm_status run_batch(const struct run *run, crm_batch *batch, crm_result **result, crm_error *error,
		     int64_t *spent_us)
{
	int64_t began_us = now_us();
	crm_status status = crm_exec(run->client, batch, result, error);
	*spent_us += now_us() - began_us;
	return status;
}

/* Columns of a saved segment count from its condition on. */
static size_t offset_of(const struct run *run)
{
	const char *condition = run->statement->condition;
	return condition == NULL ? 0 : (size_t)(condition - run->words->line);
}

int run_refused(const struct run *run, const crm_error *error)
{
	bool placed =
	    error->column > 0 && (run->statement->is_query || run->statement->condition != NULL);
	if (!placed)
		return report_error(run->screen, error, NULL);
	return report_refused(run->screen, error, run->words, error->column - 1 + offset_of(run));
}

int run_shown(const struct run *run, bool fine)
{
	if (fine && fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_FINE;
	report_say(run->screen, "crmdb-cli", "the answer could not be written");
	return EXIT_REFUSED;
}

static int answer(const struct run *run, const crm_result *result, int64_t spent_us)
{
	crm_error error;
	struct shown shown = {.statement = run->statement,
			      .result = result,
			      .facts = run->facts,
			      .round_trip_us = spent_us,
			      .format = run->options->format,
			      .screen = run->screen,
			      .out = stdout};
	if (crm_result_first_error(result, &error) != CRM_OK)
		return run_refused(run, &error);
	return run_shown(run, show_answer(&shown));
}

static crm_status execute(const struct run *run, crm_batch *batch, crm_result **result,
			  crm_error *error, int64_t *spent_us)
{
	if (turning_waits(run->options, run->statement))
		return turning_wait(run, batch, result, error, spent_us);
	crm_status status = run_batch(run, batch, result, error, spent_us);
	if (status == ERROR_TIMEOUT && run->statement->verb->opcode == OP_advance)
		snprintf(error->hint, sizeof error->hint,
			 "the days go on turning; the same again waits for them");
	return status;
}

static int run_one(const struct run *run)
{
	crm_error error;
	crm_result *result = NULL;
	crm_batch *batch = crm_batch_new();
	bool keyed = statement_writes(run->statement) && run->statement->ref == NULL;
	crm_key key = run->options->key_given ? run->options->key : crm_key_new(run->client);
	int64_t spent_us = 0;
	int status;
	statement_add(run->statement, batch);
	if (keyed)
		crm_batch_key(batch, key);
	if (execute(run, batch, &result, &error, &spent_us) == CRM_OK)
		status = answer(run, result, spent_us);
	else
		status = report_error(run->screen, &error, keyed ? &key : NULL);
	crm_result_free(result);
	crm_batch_free(batch);
	return status;
}

static int run_query(const struct run *run)
{
	if (run->statement->query.explain)
		return run_one(run);
	switch (run->statement->query.kind) {
	case QUERY_SEGMENT:
		return listing_run(run);
	case QUERY_STREAM:
		return streaming_run(run);
	case QUERY_GROUPS:
		return grouping_run(run);
	case QUERY_COUNT:
		break;
	}
	return run_one(run);
}

int run_statement(const struct run *run)
{
	if (run->statement->is_query)
		return run_query(run);
	switch (run->statement->verb->opcode) {
	case OP_segment_list:
	case OP_field_list:
		return saved_list_run(run);
	case OP_due:
		return duelist_run(run);
	case OP_trend:
		return trend_list_run(run);
	case OP_subscribe:
		return tail_run(run);
	default:
		return run_one(run);
	}
}
