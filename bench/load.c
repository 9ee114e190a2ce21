/* load.c -- see load.h.
 *
 * Creating and reading go through the same crew as the measurement, in large batches, two
 * connections wide: a million customers take about a second each way.
 */
#include "bench/load.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/timing.h"
#include "client/error.h"

#define ZIPF_THETA 0.99
#define BULK_BATCH 1000u
#define BULK_DEPTH 4u
#define BULK_CONNECTIONS 2u
#define SETTLE_NS (20 * TIMING_SECOND_NS)
#define LOOK_NS (TIMING_SECOND_NS / 20)

static uint32_t timeout_ms(const struct load *load)
{
	return (uint32_t)ceil(load->options->timeout_s * 1e3);
}

/* As many as there are names in the list. */
static uint8_t names_count(const char *names)
{
	uint8_t count = 1;
	for (; *names != '\0'; names++)
		count = (uint8_t)(count + (*names == ','));
	return count;
}

static void facts_take(struct load *load)
{
	crm_server facts;
	crm_server_facts(load->client, &facts);
	load->tiers = names_count(facts.tiers);
	load->stages = names_count(facts.stages);
	load->population = (struct population){.seed = load->options->seed,
					       .today = facts.today,
					       .unit = 1,
					       .same_day = load->options->same_day};
	for (uint8_t i = 0; i < facts.currency_digits; i++)
		load->population.unit *= 10;
	population_amounts(&load->population, load->amounts);
}

bool load_open(struct load *load, crm_error *error)
{
	const struct options *options = load->options;
	memset(&load->ledger, 0, sizeof load->ledger);
	load->client = crm_open(load->uri, error);
	if (load->client == NULL)
		return false;
	facts_take(load);
	if (options->distribution == DISTRIBUTION_ZIPF)
		zipf_init(&load->zipf, options->customers, ZIPF_THETA);
	if (ledger_new(&load->ledger, options->customers))
		return true;
	error_say(error, ERROR_NO_MEMORY, "no memory for the balances to follow");
	return false;
}

void load_close(struct load *load)
{
	crm_close(load->client);
	ledger_free(&load->ledger);
}

/* Run a workload over all customers to its end.  False: *error is the first failure. */
static bool bulk_run(struct load *load, enum workload_kind kind, struct crew_outcome *outcome,
		     crm_error *error)
{
	struct workload workload = {.kind = kind,
				    .customers = load->options->customers,
				    .batch = BULK_BATCH,
				    .ledger = &load->ledger,
				    .population = load->population};
	const struct crew_plan plan = {.uri = load->uri,
				       .connections = BULK_CONNECTIONS,
				       .threads = BULK_CONNECTIONS,
				       .depth = BULK_DEPTH,
				       .interrupted = load->interrupted,
				       .timeout_ms = timeout_ms(load)};
	atomic_init(&workload.next, 0);
	struct crew *crew = crew_start(&plan, &workload, error);
	if (crew == NULL)
		return false;
	crew_finish(crew, outcome);
	if (outcome->tally.failed > 0)
		*error = outcome->tally.first;
	return outcome->tally.failed == 0;
}

bool load_create(struct load *load, struct crew_outcome *outcome, crm_error *error)
{
	const struct options *options = load->options;
	struct crew_outcome traits;
	return bulk_run(load,
			options->population ? WORK_POPULATE
			: options->people   ? WORK_PEOPLE
					    : WORK_CREATE,
			outcome, error) &&
	       (options->workload != WORKLOAD_SEGMENTS ||
		bulk_run(load, WORK_TRAITS, &traits, error));
}

static enum workload_kind kind_of(enum options_workload workload)
{
	switch (workload) {
	case WORKLOAD_EARN:
		return WORK_EARN;
	case WORKLOAD_GET:
		return WORK_GET;
	case WORKLOAD_ORDER:
		return WORK_ORDER;
	case WORKLOAD_COUNT:
		return WORK_COUNT;
	case WORKLOAD_PAGE:
		return WORK_PAGE;
	case WORKLOAD_MATRIX:
		return WORK_MATRIX;
	case WORKLOAD_PROFILE:
		return WORK_PROFILE;
	case WORKLOAD_FIND:
		return WORK_FIND;
	case WORKLOAD_SEGMENTS: /* what comes first */
		return WORK_EARN;
	case WORKLOAD_SET:
		break;
	}
	return WORK_SET;
}

struct crew *load_start(struct load *load, struct workload *workload,
			const struct turner_span *turns, crm_error *error)
{
	const struct options *options = load->options;
	*workload = (struct workload){
	    .kind = kind_of(options->workload),
	    .customers = options->customers,
	    .batch = options->batch,
	    .limit = options->limit,
	    .refs = options->keys == KEYS_REF,
	    .zipf = options->distribution == DISTRIBUTION_ZIPF ? &load->zipf : NULL,
	    .ledger = &load->ledger,
	    .run = timing_read_ns(CLOCK_REALTIME) / 1000000,
	    .population = load->population,
	    .amounts = load->amounts,
	    .tiers = load->tiers,
	    .stages = load->stages,
	    .held = load->held};
	const struct crew_plan plan = {.uri = load->uri,
				       .connections = options->connections,
				       .threads = options->threads,
				       .depth = options->depth,
				       .seed = options->seed,
				       .timeout_ms = timeout_ms(load),
				       .warmup_ns = (uint64_t)(options->warmup_s * 1e9),
				       .run_ns = (uint64_t)(options->duration_s * 1e9),
				       .interrupted = load->interrupted,
				       .turns = options->days > 0 ? turns : NULL};
	atomic_init(&workload->next, 0);
	return crew_start(&plan, workload, error);
}

static bool info_read(struct load *load, crm_info *info, crm_error *error)
{
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	if (batch != NULL)
		crm_batch_info(batch);
	bool done = batch != NULL && crm_exec(load->client, batch, &result, error) == CRM_OK &&
		    crm_result_first_error(result, error) == CRM_OK &&
		    crm_result_info(result, 0, info) == 0;
	crm_result_free(result);
	crm_batch_free(batch);
	return done;
}

bool load_settle(struct load *load, crm_info *info, crm_error *error)
{
	uint64_t until_ns = timing_now_ns() + SETTLE_NS;
	for (;;) {
		if (!info_read(load, info, error))
			return false;
		if (info->logged >= info->applied || timing_now_ns() >= until_ns)
			return true;
		timing_sleep_until(timing_now_ns() + LOOK_NS);
	}
}

/* How many there are, as far as one answer tells. */
static bool segments_read(struct load *load, uint32_t *segments, crm_error *error)
{
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	bool read = batch != NULL && crm_batch_segment_list(batch, 0) >= 0 &&
		    crm_exec(load->client, batch, &result, error) == CRM_OK;
	int size = read ? crm_result_segments_size(result, 0) : 0;
	*segments = size > 0 ? (uint32_t)size : 0;
	crm_result_free(result);
	crm_batch_free(batch);
	return read;
}

bool load_read(struct load *load, struct audit_reading *reading, crm_error *error)
{
	struct crew_outcome outcome;
	if (!info_read(load, &reading->info, error) ||
	    !segments_read(load, &reading->segments, error) ||
	    !bulk_run(load, WORK_SWEEP, &outcome, error) ||
	    !survey_take(load->client, &reading->survey, error))
		return false;
	load->held = reading->info.customers;
	reading->points = outcome.tally.points;
	reading->customers = outcome.tally.done;
	load->ledger.open = false;
	return true;
}
