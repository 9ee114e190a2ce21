/* model_history.c -- see model_history.h. */
#include "tests/sim/model_history.h"

#include <inttypes.h>

#include "server/engine/history.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_days.h"

#define CELLS (STANDING_TIERS * STANDING_STAGES)

__extension__ typedef __int128 wide;

struct sums {
	uint64_t customers;
	wide spend, points;
};

static void sum_up(const struct model *model, struct sums cells[CELLS])
{
	for (uint32_t i = 0; i < model->people_count; i++) {
		struct person_state person = model_person(model, model->people[i].id, UINT64_MAX);
		const struct standing *standing = &person.standing;
		if (!person.exists || person.erased != 0)
			continue;
		struct sums *sums = &cells[standing->tier * STANDING_STAGES + standing->stage];
		sums->customers++;
		sums->spend += standing->spend;
		sums->points += standing->points;
	}
}

static bool says(const struct rec_cell *cell, const struct sums *sums)
{
	return cell->customers == sums->customers && cell->customers > 0 &&
	       cell->spend == (sums->spend > INT64_MAX ? INT64_MAX : (int64_t)sums->spend) &&
	       cell->points == (sums->points > INT64_MAX ? INT64_MAX : (int64_t)sums->points);
}

void model_close_day(const struct model *model, const struct event *event)
{
	struct sums cells[CELLS] = {{0}};
	struct wire_reader r = history_reader(event->history.cells);
	struct rec_cell cell;
	if (event->parts != PART_history || event->flags != 0 || event->customer != 0 ||
	    event->actor != 0 || event->previous != 0 || event->history.day != model->today)
		fail_now("event %" PRIu64 " closes day %" PRId64 " of customer %" PRIu64
			 " on day %d",
			 event->number, event->history.day, event->customer, model->today);
	model_all_turned(model, event->number - 1);
	sum_up(model, cells);
	while (history_read_cell(&r, &cell)) {
		if (cell.tier >= STANDING_TIERS || cell.stage >= STANDING_STAGES)
			break;
		struct sums *sums = &cells[cell.tier * STANDING_STAGES + cell.stage];
		if (!says(&cell, sums))
			fail_now(
			    "the history of day %d says %" PRIu64
			    " customers of tier %u, stage %u, who are %" PRIu64 ", or other sums",
			    model->today, cell.customers, cell.tier, cell.stage, sums->customers);
		sums->customers = 0;
	}
	for (uint32_t i = 0; i < CELLS; i++)
		if (r.failed || r.at != r.end || cells[i].customers != 0)
			fail_now("the history of day %d leaves cell %u out", model->today, i);
}
