/* grouping.c -- groups of customers: how many they are, and what was reckoned of them.
 *
 *   ┌────────┬───────────┬────────┬──────────────┐
 *   │ tier   │ customers │ valued │ avg          │    valued: who have the field at all
 *   ├────────┼───────────┼────────┼──────────────┤
 *   │ silver │     2,104 │  2,104 │     1,204.17 │
 *   └────────┴───────────┴────────┴──────────────┘
 *
 * A stream follows the first answer when they do not fit it.
 */
#include "client/cli/asking.h"
#include "client/question.h"
#include "protocol/catalogue.h"

#define AVERAGE_DIGITS 2u /* more than the numbers have; amounts and dates get none */

struct grouping {
	struct asking asking;
	const struct query *query;
	uint32_t keys; /* columns that are keys; the measure is the next */
};

static const char *figure_name(const struct query *query)
{
	static const char *const names[] = {
	    [FIGURE_SUM] = "sum",      [FIGURE_AVERAGE] = "avg",           [FIGURE_LEAST] = "min",
	    [FIGURE_GREATEST] = "max", [FIGURE_PERCENTILE] = "percentile",
	};
	bool median = query->figure == FIGURE_PERCENTILE && query->percentile == 5000;
	return median ? "median" : names[query->figure];
}

/* sum / count with so many digits more, rounded, halves away from zero. */
static int64_t average(int64_t sum, uint64_t count, unsigned digits)
{
	__extension__ typedef __int128 wide;
	wide scaled = sum, half = count / 2;
	for (; digits > 0; digits--)
		scaled *= 10;
	return (int64_t)((scaled < 0 ? scaled - half : scaled + half) / (wide)count);
}

static struct cell figure_cell(const struct grouping *grouping, const crm_group *group)
{
	const struct query *query = grouping->query;
	const struct found *found = &grouping->asking.found;
	bool money = found->kinds[grouping->keys] == FIELD_KIND_money;
	bool date = found->kinds[grouping->keys] == FIELD_KIND_date && query->figure != FIGURE_SUM;
	unsigned digits =
	    money ? grouping->asking.run->facts->digits : found->places[grouping->keys];
	int64_t number = query->figure == FIGURE_SUM        ? group->sum
			 : query->figure == FIGURE_LEAST    ? group->least
			 : query->figure == FIGURE_GREATEST ? group->greatest
							    : group->percentile;
	if (query->figure == FIGURE_AVERAGE) {
		unsigned more = money || date ? 0 : AVERAGE_DIGITS;
		number = group->valued == 0 ? 0 : average(group->sum, group->valued, more);
		digits += more;
	}
	const char *name = figure_name(query);
	struct cell cell = money || digits > 0
			       ? money_cell(name, number, digits)
			       : number_cell(name, date ? CELL_DAY : CELL_NUMBER, number);
	return cell_if(group->valued > 0 || query->figure == FIGURE_SUM, cell);
}

static void fill(struct lister *lister, const void *item, struct cell *cells)
{
	const struct grouping *grouping = lister->context;
	const crm_result *result = grouping->asking.result;
	const uint32_t *place = item;
	crm_group group = {0};
	if (place != NULL)
		crm_result_group(result, 0, *place, &group);
	for (uint32_t i = 0; i < grouping->keys; i++) {
		crm_datum datum = {.form = CRM_NULL};
		if (place != NULL)
			crm_result_group_key(result, 0, *place, i, &datum);
		*cells++ = found_cell(lister, &grouping->asking.found, i, &datum);
	}
	*cells++ = count_cell("customers", group.customers);
	if (grouping->query->figure == FIGURE_CUSTOMERS)
		return;
	*cells++ = count_cell("valued", group.valued);
	*cells = figure_cell(grouping, &group);
}

static const struct lister_kind lister_groups = {"groups", false, false, fill};

static bool take(struct grouping *grouping)
{
	int size = crm_result_groups_size(grouping->asking.result, 0);
	for (uint32_t i = 0; size > 0 && i < (uint32_t)size; i++)
		if (!lister_add(&grouping->asking.lister, &i))
			return false;
	return size >= 0;
}

static bool begin(struct grouping *grouping)
{
	struct asking *asking = &grouping->asking;
	bool measured = grouping->query->figure != FIGURE_CUSTOMERS;
	if (!found_read(&asking->found, asking->result, 0) || asking->found.count < measured)
		return false;
	grouping->keys = (uint32_t)asking->found.count - measured;
	asking->lister.kind = &lister_groups;
	asking->lister.columns = grouping->keys + 1u + (measured ? 2u : 0u);
	asking->lister.context = grouping;
	return lister_begin(&asking->lister) && take(grouping);
}

static int take_all(struct grouping *grouping)
{
	struct asking *asking = &grouping->asking;
	uint32_t stream = crm_result_stream(asking->result, 0);
	bool more = stream != 0;
	if (!begin(grouping))
		return run_shown(asking->run, false);
	while (more) {
		crm_batch_clear(asking->batch);
		crm_batch_stream_next(asking->batch, stream);
		int status = asking_ask(asking);
		if (status != EXIT_FINE)
			return status;
		if (!take(grouping))
			return run_shown(asking->run, false);
		more = crm_result_stream_more(asking->result, 0) == 1;
	}
	return asking_end(asking, 0, NULL);
}

int grouping_run(const struct run *run)
{
	struct grouping grouping = {.query = &run->statement->query};
	asking_start(&grouping.asking, run);
	question_add(grouping.asking.batch, grouping.query);
	int status = asking_ask(&grouping.asking);
	if (status == EXIT_FINE)
		status = take_all(&grouping);
	asking_free(&grouping.asking);
	return status;
}
