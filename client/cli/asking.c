/* asking.c -- see asking.h. */
#include "client/cli/asking.h"

void asking_start(struct asking *asking, const struct run *run)
{
	*asking = (struct asking){.run = run,
				  .batch = crm_batch_new(),
				  .server_us = -1,
				  .lister = {.facts = run->facts,
					     .screen = run->screen,
					     .format = run->options->format,
					     .out = stdout}};
}

void asking_free(struct asking *asking)
{
	crm_result_free(asking->result);
	crm_batch_free(asking->batch);
	lister_free(&asking->lister);
}

int asking_ask(struct asking *asking)
{
	const struct run *run = asking->run;
	crm_error error;
	crm_plan plan;
	if (run_batch(run, asking->batch, &asking->result, &error, &asking->spent_us) != CRM_OK ||
	    crm_result_first_error(asking->result, &error) != CRM_OK)
		return run_refused(run, &error);
	for (uint32_t i = 0; i < crm_result_size(asking->result); i++)
		if (crm_result_plan(asking->result, i, &plan) == 0)
			asking->server_us += plan.engine_us + (asking->server_us < 0);
	return EXIT_FINE;
}

bool asking_begin_rows(struct asking *asking, const struct lister_kind *kind)
{
	if (!found_read(&asking->found, asking->result, 0))
		return false;
	asking->lister.kind = kind;
	asking->lister.columns = asking->found.count + 1;
	asking->lister.context = &asking->found;
	return lister_begin(&asking->lister);
}

int asking_take_rows(struct asking *asking)
{
	int size = crm_result_rows_size(asking->result, 0);
	for (int i = 0; i < size; i++)
		if (!lister_add(&asking->lister,
				&(struct found_row){asking->result, 0, (uint32_t)i}))
			return -1;
	return size;
}

int asking_end(struct asking *asking, uint64_t total, const char *next)
{
	lister_end(&asking->lister, &(struct lister_end){.total = total,
							 .next = next,
							 .server_us = asking->server_us,
							 .round_trip_us = asking->spent_us});
	return run_shown(asking->run, true);
}
