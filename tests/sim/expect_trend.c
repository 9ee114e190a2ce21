/* expect_trend.c -- answers about days that ended: everybody is looked at as of the event with
 * which the next day began.
 */
#include "protocol/limits.h"
#include "tests/sim/expect_private.h"

/* The number as of which a day is asked about: its last, or the answer's.  0: the day has not begun
 * by then. */
static uint64_t last_of(const struct expect *expect, int64_t day)
{
	const struct model *model = expect->judge->model;
	uint64_t number = expect->at < model->last ? expect->at : model->last;
	while (number > 0 && model_fact(model, number)->today > day)
		number--;
	return number > 0 && model_fact(model, number)->today == day ? number : 0;
}

/* False: refused. */
static bool is_known(struct expect *expect, int64_t day)
{
	const struct model *model = expect->judge->model;
	int64_t first = model_fact(model, 1)->today, today = model_newest(model, expect->at)->today;
	if (day < first)
		expect_refuse(expect, ERROR_HISTORY_BEFORE, day, first);
	else if (day > today)
		expect_refuse(expect, ERROR_HISTORY_AHEAD, day, today);
	return day >= first && day <= today;
}

static bool runs(const struct expect *expect, int64_t day)
{
	return day == model_newest(expect->judge->model, expect->at)->today;
}

void expect_matrix_on(struct expect *expect)
{
	int64_t day = expect->command->as.matrix_on.day;
	struct rec_cell cells[EXPECT_CELLS];
	struct wire_writer w = {expect->entries, expect->entries + EXPECT_ENTRY_BYTES, false};
	if (!is_known(expect, day))
		return;
	expect_cells(expect, last_of(expect, day), cells);
	for (uint32_t i = 0; i < EXPECT_CELLS; i++)
		encode_rec_cell(&w, &cells[i]);
	expect_accept(expect);
	expect->answer->as.matrix_on = (struct ans_matrix_on){
	    {expect->entries, (uint32_t)(w.at - expect->entries), EXPECT_CELLS}, runs(expect, day)};
}

static int64_t sum(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static struct rec_trend_day line_of(const struct expect *expect, const struct msg_trend *m,
				    int64_t day)
{
	struct rec_cell cells[EXPECT_CELLS];
	struct rec_trend_day line = {.day = day, .running = runs(expect, day)};
	expect_cells(expect, last_of(expect, day), cells);
	for (uint32_t i = 0; i < EXPECT_CELLS; i++) {
		if ((m->tiers >> cells[i].tier & 1) == 0 || (m->stages >> cells[i].stage & 1) == 0)
			continue;
		line.customers += cells[i].customers;
		line.spend = sum(line.spend, cells[i].spend);
		line.points = sum(line.points, cells[i].points);
	}
	return line;
}

/* False: refused.  First and last day become days. */
static bool bind(struct expect *expect, struct msg_trend *m)
{
	const struct model *model = expect->judge->model;
	if (!expect_set(expect, &m->tiers, STANDING_TIERS, ERROR_TIER_UNKNOWN) ||
	    !expect_set(expect, &m->stages, STANDING_STAGES, ERROR_STAGE_UNKNOWN))
		return false;
	if (m->first == INT64_MIN)
		m->first = model_fact(model, 1)->today;
	if (m->last == INT64_MAX)
		m->last = model_newest(model, expect->at)->today;
	if (m->first > m->last) {
		expect_refuse(expect, ERROR_TREND_REVERSED, m->first, m->last);
		return false;
	}
	if (!is_known(expect, m->first) || !is_known(expect, m->last))
		return false;
	if (m->limit > LIMIT_MEMBERS_PAGE)
		expect_refuse(expect, ERROR_LIMIT_TOO_HIGH, m->limit, LIMIT_MEMBERS_PAGE);
	return m->limit <= LIMIT_MEMBERS_PAGE;
}

void expect_trend(struct expect *expect)
{
	struct msg_trend m = expect->command->as.trend;
	struct wire_writer w = {expect->entries, expect->entries + EXPECT_ENTRY_BYTES, false};
	uint32_t count = 0;
	if (!bind(expect, &m))
		return;
	int64_t limit = m.limit == 0 ? LIMIT_MEMBERS_PAGE_DEFAULT : m.limit, day = m.first;
	for (; day <= m.last && count < limit; day++, count++) {
		struct rec_trend_day line = line_of(expect, &m, day);
		encode_rec_trend_day(&w, &line);
	}
	expect_accept(expect);
	expect->answer->as.trend = (struct ans_trend){
	    {expect->entries, (uint32_t)(w.at - expect->entries), count}, day <= m.last ? day : 0};
}
