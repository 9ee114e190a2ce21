/* trend_list.c -- a line a day: how many customers, what they spent and hold. */
#include "client/cli/asking.h"
#include "protocol/limits.h"

#define COLUMNS 5u

/* Of a segment only the customers were recorded. */
static void fill(struct lister *lister, const void *item, struct cell *cells)
{
	static const crm_trend_day none;
	const struct statement *statement = lister->context;
	const crm_trend_day *day = item == NULL ? &none : item;
	bool summed = statement->segment == NULL;
	cells[0] = day_cell("day", day->day);
	cells[1] = count_cell("customers", day->customers);
	cells[2] = cell_if(summed, money_cell("spend", day->spend, lister->facts->digits));
	cells[3] = cell_if(summed, number_cell("points", CELL_NUMBER, day->points));
	cells[4] = flag_cell("running", day->running != 0);
}

static const struct lister_kind lister_trend = {"days", false, false, fill};

static void ask(struct asking *asking, int32_t first)
{
	const struct statement *statement = asking->run->statement;
	crm_trend trend = {.first = first,
			   .last = statement->last == DAY_NOT_SAID ? CRM_DAY_LAST : statement->last,
			   .tiers = statement->tier.set,
			   .stages = statement->stage.set,
			   .segment = statement->segment,
			   .limit = LIMIT_MEMBERS_PAGE};
	crm_batch_clear(asking->batch);
	crm_batch_trend(asking->batch, &trend);
}

/* False: out of memory, or no page there. */
static bool take_page(struct asking *asking)
{
	int size = crm_result_trend_size(asking->result, 0);
	crm_trend_day day;
	for (int i = 0; i < size; i++)
		if (crm_result_trend_day(asking->result, 0, (uint32_t)i, &day) != 0 ||
		    !lister_add(&asking->lister, &day))
			return false;
	return size >= 0;
}

/* One round trip; *first: the day it begins with, and then that of the next, 0: there is none. */
static int fetch(struct asking *asking, bool begin, int32_t *first)
{
	ask(asking, *first);
	int status = asking_ask(asking);
	if (status != EXIT_FINE)
		return status;
	if ((begin && !lister_begin(&asking->lister)) || !take_page(asking) || ferror(stdout))
		return run_shown(asking->run, false);
	*first = crm_result_trend_next(asking->result, 0);
	return EXIT_FINE;
}

int trend_list_run(const struct run *run)
{
	const struct statement *statement = run->statement;
	int32_t first = statement->first == DAY_NOT_SAID ? CRM_DAY_FIRST : statement->first;
	struct asking asking;
	asking_start(&asking, run);
	asking.lister.kind = &lister_trend;
	asking.lister.columns = COLUMNS;
	asking.lister.context = statement;
	int status = fetch(&asking, true, &first);
	while (status == EXIT_FINE && first != 0)
		status = fetch(&asking, false, &first);
	if (status == EXIT_FINE)
		status = asking_end(&asking, 0, NULL);
	asking_free(&asking);
	return status;
}
