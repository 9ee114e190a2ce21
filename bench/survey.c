/* survey.c -- see survey.h.
 *
 * The scan keeps, for each question, a count and the ends of the list: at most PAGE customers from
 * below and from above, sorted as the server sorts.  It shares no code with the server.
 */
#include "bench/survey.h"

#include <stdlib.h>
#include <string.h>

#include "client/error.h"
#include "protocol/grades.h"

#define WALK_PAGE 500u
#define PAGE 100u
#define CELLS 16u /* tiers and stages at most, each way */
#define BIT(stage) (1u << STAGE_##stage)

/* Some of the domain's questions, with both borders of the range. */
static const crm_segment questions[] = {
    {CRM_ALL, CRM_ALL, INT64_MIN, INT64_MAX},
    {1u << 3, CRM_ALL, INT64_MIN, INT64_MAX},
    {CRM_ALL, BIT(at_risk), INT64_MIN, INT64_MAX},
    {CRM_ALL, BIT(loyal), INT64_MIN, INT64_MAX},
    {CRM_ALL, BIT(active) | BIT(loyal), 10000, INT64_MAX},
    {CRM_ALL, CRM_ALL, 5000, 5100},
    {CRM_ALL, CRM_ALL, 5000, 100000},
    {1, BIT(churned), 3000, 3000},
    {CRM_ALL, BIT(prospect), 1, INT64_MAX},
};
#define QUESTIONS (sizeof questions / sizeof questions[0])

struct place {
	int64_t spend;
	uint64_t customer;
};

/* One end of a list, nearest first. */
struct end {
	struct place places[PAGE];
	uint32_t size;
};

struct scan {
	struct survey *survey;
	uint16_t tiers_known; /* of the server, one bit each */
	uint64_t counts[QUESTIONS];
	struct end ends[QUESTIONS][2]; /* lowest, highest */
	crm_cell cells[CELLS][CELLS];
};

static bool nearer(struct place a, struct place b, bool highest)
{
	if (a.spend != b.spend)
		return (a.spend < b.spend) != highest;
	return (a.customer < b.customer) != highest;
}

static void end_put(struct end *end, struct place place, bool highest)
{
	if (end->size == PAGE && !nearer(place, end->places[PAGE - 1], highest))
		return;
	uint32_t at = end->size < PAGE ? end->size++ : PAGE - 1;
	for (; at > 0 && nearer(place, end->places[at - 1], highest); at--)
		end->places[at] = end->places[at - 1];
	end->places[at] = place;
}

static void scan_add(struct scan *scan, const crm_member *member)
{
	struct survey *survey = scan->survey;
	crm_cell *cell = &scan->cells[member->tier % CELLS][member->stage % CELLS];
	survey->customers++;
	survey->orders += member->orders;
	survey->points += member->points;
	survey->spend += member->spend;
	cell->customers++;
	cell->spend += member->spend;
	cell->points += member->points;
	for (size_t i = 0; i < QUESTIONS; i++) {
		const crm_segment *q = &questions[i];
		struct place place = {member->spend, member->customer};
		if ((q->tiers >> member->tier & 1) == 0 || (q->stages >> member->stage & 1) == 0 ||
		    member->spend < q->from || member->spend > q->to)
			continue;
		scan->counts[i]++;
		end_put(&scan->ends[i][0], place, false);
		end_put(&scan->ends[i][1], place, true);
	}
}

/* Executes the batch; *result as crm_exec. */
static bool ask(crm_client *client, crm_batch *batch, crm_result **result, crm_error *error)
{
	return crm_exec(client, batch, result, error) == CRM_OK &&
	       crm_result_first_error(*result, error) == CRM_OK;
}

static bool walk(crm_client *client, crm_batch *batch, crm_result **result, struct scan *scan,
		 crm_error *error)
{
	uint64_t from = 0;
	do {
		crm_member member;
		crm_batch_clear(batch);
		crm_batch_segment_walk(batch, from, WALK_PAGE);
		if (!ask(client, batch, result, error))
			return false;
		for (uint32_t i = 0; crm_result_member(*result, 0, i, &member) == 0; i++)
			scan_add(scan, &member);
		from = crm_result_walk_next(*result, 0);
	} while (from != 0);
	return true;
}

/* The server names the tiers it has in its cells; a question may name no others. */
static crm_segment question_of(const struct scan *scan, size_t i)
{
	crm_segment segment = questions[i];
	if (segment.tiers != CRM_ALL)
		segment.tiers &= scan->tiers_known;
	return segment;
}

static bool end_equal(const struct end *end, const crm_result *result, uint32_t index)
{
	if (crm_result_members_size(result, index) != (int)end->size)
		return false;
	for (uint32_t i = 0; i < end->size; i++) {
		crm_member member;
		if (crm_result_member(result, index, i, &member) != 0 ||
		    member.spend != end->places[i].spend ||
		    member.customer != end->places[i].customer)
			return false;
	}
	return true;
}

static void matrix_compare(struct scan *scan, const crm_result *result)
{
	uint64_t customers = 0;
	crm_cell cell;
	for (uint32_t i = 0; crm_result_cell(result, 0, i, &cell) == 0; i++) {
		const crm_cell *own = &scan->cells[cell.tier % CELLS][cell.stage % CELLS];
		scan->tiers_known |= (uint16_t)(1u << cell.tier);
		customers += cell.customers;
		scan->survey->asked++;
		scan->survey->wrong += cell.customers != own->customers ||
				       cell.spend != own->spend || cell.points != own->points;
	}
	scan->survey->wrong += customers != scan->survey->customers; /* a cell left out */
}

static bool matrix_ask(crm_client *client, crm_batch *batch, crm_result **result, struct scan *scan,
		       crm_error *error)
{
	crm_batch_clear(batch);
	crm_batch_matrix(batch);
	if (!ask(client, batch, result, error))
		return false;
	matrix_compare(scan, *result);
	return true;
}

/* Three commands a question: count, page up, page down. */
static bool questions_ask(crm_client *client, crm_batch *batch, crm_result **result,
			  struct scan *scan, crm_error *error)
{
	crm_batch_clear(batch);
	for (size_t i = 0; i < QUESTIONS; i++) {
		crm_page page = {.segment = question_of(scan, i), .limit = PAGE};
		crm_batch_segment_count(batch, &page.segment);
		crm_batch_segment_page(batch, &page);
		page.descending = 1;
		crm_batch_segment_page(batch, &page);
	}
	if (!ask(client, batch, result, error))
		return false;
	for (uint32_t i = 0; i < QUESTIONS; i++) {
		uint64_t count = 0;
		crm_result_count(*result, 3 * i, &count);
		scan->survey->asked += 3;
		scan->survey->wrong += count != scan->counts[i];
		scan->survey->wrong += !end_equal(&scan->ends[i][0], *result, 3 * i + 1);
		scan->survey->wrong += !end_equal(&scan->ends[i][1], *result, 3 * i + 2);
	}
	return true;
}

bool survey_take(crm_client *client, struct survey *survey, crm_error *error)
{
	struct scan *scan = calloc(1, sizeof *scan);
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	bool done = scan != NULL && batch != NULL;
	memset(survey, 0, sizeof *survey);
	if (done) {
		scan->survey = survey;
		done = walk(client, batch, &result, scan, error) &&
		       matrix_ask(client, batch, &result, scan, error) &&
		       questions_ask(client, batch, &result, scan, error);
	} else {
		error_say(error, ERROR_NO_MEMORY, "no memory for the survey");
	}
	crm_result_free(result);
	crm_batch_free(batch);
	free(scan);
	return done;
}
