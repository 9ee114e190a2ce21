/* duelist.c -- whom to greet, page by page, until there are as many as were asked for.
 *
 * The server looks at a bounded number of customers a page: a page may be empty and not the last.
 */
#include <inttypes.h>

#include "client/cli/lister.h"
#include "client/cli/run.h"
#include "protocol/limits.h"

struct duelist {
	const struct run *run;
	crm_batch *batch;
	crm_result *result;
	struct lister lister;
	uint64_t next; /* 0: the first page, or the end */
	uint64_t left; /* customers wanted yet */
	int64_t spent_us;
};

static void ask(struct duelist *list)
{
	const struct statement *statement = list->run->statement;
	crm_due_query query = {.kind = statement->care,
			       .holiday = statement->holiday,
			       .first = statement->first,
			       .last = statement->last,
			       .purpose = statement->purpose,
			       .channel = statement->channel,
			       .from = list->next};
	query.limit = list->left < LIMIT_MEMBERS_PAGE ? (uint32_t)list->left : LIMIT_MEMBERS_PAGE;
	crm_batch_clear(list->batch);
	crm_batch_due(list->batch, &query);
}

/* False: out of memory, or no page there. */
static bool take_page(struct duelist *list)
{
	int size = crm_result_due_size(list->result, 0);
	crm_due due;
	for (int i = 0; i < size; i++)
		if (crm_result_due(list->result, 0, (uint32_t)i, &due) != 0 ||
		    !lister_add(&list->lister, &due))
			return false;
	list->left -= (uint64_t)size < list->left ? (uint64_t)size : list->left;
	list->next = crm_result_due_next(list->result, 0);
	return size >= 0;
}

/* One round trip.  EXIT_FINE: go on. */
static int fetch(struct duelist *list, bool first)
{
	const struct run *run = list->run;
	crm_error error;
	ask(list);
	if (run_batch(run, list->batch, &list->result, &error, &list->spent_us) != CRM_OK ||
	    crm_result_first_error(list->result, &error) != CRM_OK)
		return report_error(run->screen, &error, NULL);
	if (first && !lister_begin(&list->lister))
		return run_shown(run, false);
	return take_page(list) && !ferror(stdout) ? EXIT_FINE : run_shown(run, false);
}

static int finish(struct duelist *list)
{
	char next[24];
	snprintf(next, sizeof next, "%" PRIu64, list->next);
	lister_end(&list->lister, &(struct lister_end){.next = list->next != 0 ? next : NULL,
						       .server_us = -1,
						       .round_trip_us = list->spent_us});
	return run_shown(list->run, true);
}

int duelist_run(const struct run *run)
{
	const struct statement *statement = run->statement;
	struct duelist list = {.run = run,
			       .batch = crm_batch_new(),
			       .lister = {.kind = &lister_due,
					  .columns = LISTER_DUE_COLUMNS,
					  .facts = run->facts,
					  .screen = run->screen,
					  .format = run->options->format,
					  .out = stdout},
			       .next = statement->from,
			       .left = statement->limit != 0 ? statement->limit
							     : LIMIT_MEMBERS_PAGE_DEFAULT};
	int status = fetch(&list, true);
	while (status == EXIT_FINE && list.left > 0 && list.next != 0)
		status = fetch(&list, false);
	if (status == EXIT_FINE)
		status = finish(&list);
	crm_result_free(list.result);
	crm_batch_free(list.batch);
	lister_free(&list.lister);
	return status;
}
