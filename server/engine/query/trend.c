/* trend.c -- customers of some tiers and stages, or of a saved segment, from day to day.
 *
 *   1998-06-28   1998-06-29   1998-06-30 | today
 *   record       record       record     | the matrix as it is      --> a line a day
 *
 * A day that ended never changes: a page of such days saw that the programme's day began.  What is
 * told of that day waits for the last change of the matrix (I3).
 */
#include "server/engine/query/trend.h"
#include "server/engine/history_segments.h"

#define CELLS_READ 8u /* cost as much as a command, 0.3 us */

/* The first day that can be asked for. */
static int64_t first_day(const struct engine *engine)
{
	return engine->history.count > 0 ? engine->history.days[0].part.day : engine->today;
}

bool trend_knows(const struct engine *engine, struct decision *decision, int64_t day)
{
	outcome_saw_day(engine, decision);
	if (day < first_day(engine))
		outcome_refuse(decision, ERROR_HISTORY_BEFORE, day, first_day(engine));
	else if (day > engine->today)
		outcome_refuse(decision, ERROR_HISTORY_AHEAD, day, engine->today);
	else
		return true;
	return false;
}

/* I3 */
static void saw(struct decision *decision, uint64_t event)
{
	if (decision->saw < event)
		decision->saw = event;
}

uint32_t trend_cells(const struct engine *engine, struct decision *decision, int64_t day,
		     struct rec_cell out[SPEND_CELLS])
{
	const struct history_day *found = history_find(&engine->history, day);
	uint32_t count = 0;
	if (found == NULL || day == engine->today) {
		saw(decision, census_touched(&engine->census));
		return census_cells(&engine->census, engine->programme.tier_count, out);
	}
	struct wire_reader r = history_reader(found->part.cells);
	while (count < SPEND_CELLS && history_read_cell(&r, &out[count]))
		count++;
	return count;
}

struct question {
	uint16_t tiers, stages;
	int64_t first, last;
	bool of_segment;
	struct history_segment segment;
};

static int64_t sum(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* Adds to *line; returns the cells read. */
static uint32_t add_cells(const struct engine *engine, struct decision *decision,
			  const struct question *question, struct rec_trend_day *line)
{
	struct rec_cell cells[SPEND_CELLS];
	uint32_t count = trend_cells(engine, decision, line->day, cells);
	for (uint32_t i = 0; i < count; i++) {
		if ((question->tiers >> cells[i].tier & 1) == 0 ||
		    (question->stages >> cells[i].stage & 1) == 0)
			continue;
		line->customers += cells[i].customers;
		line->spend = sum(line->spend, cells[i].spend);
		line->points = sum(line->points, cells[i].points);
	}
	return count;
}

/* False: the segment was not saved on that day. */
static bool add_segment(const struct engine *engine, struct decision *decision,
			const struct question *question, struct rec_trend_day *line)
{
	const struct history_day *found = history_find(&engine->history, line->day);
	struct history_segment segment;
	if (found == NULL || line->day == engine->today) {
		saw(decision, engine->applied);
		line->customers = question->segment.customers;
		return true;
	}
	struct wire_reader r = history_reader(found->part.segments);
	while (history_read_segment(&r, &segment))
		if (segment.event == question->segment.event) {
			line->customers = segment.customers;
			return true;
		}
	return false;
}

static bool bind_segment(const struct engine *engine, struct decision *decision,
			 const struct msg_trend *m, struct question *question)
{
	question->of_segment = m->segment.size > 0;
	if (!question->of_segment)
		return true;
	if (m->tiers != OUTCOME_ALL || m->stages != OUTCOME_ALL) {
		outcome_refuse(decision, ERROR_TREND_BOTH, 0, 0);
		return false;
	}
	if (history_segment_named(engine, m->segment, &question->segment))
		return true;
	decision->saw = engine->applied;
	outcome_refuse(decision, ERROR_SEGMENT_UNKNOWN, 0, 0);
	decision->answer.words.word = m->segment;
	if (m->segment.size > LIMIT_WORD_BYTES)
		decision->answer.words.word.size = LIMIT_WORD_BYTES;
	return false;
}

/* False: refused. */
static bool bind(const struct engine *engine, struct decision *decision, const struct msg_trend *m,
		 struct question *question)
{
	*question = (struct question){.tiers = m->tiers, .stages = m->stages};
	question->first = m->first == INT64_MIN ? first_day(engine) : m->first;
	question->last = m->last == INT64_MAX ? engine->today : m->last;
	if (!outcome_bind_set(decision, &question->tiers, engine->programme.tier_count,
			      ERROR_TIER_UNKNOWN) ||
	    !outcome_bind_set(decision, &question->stages, STAGE_COUNT, ERROR_STAGE_UNKNOWN))
		return false;
	if (question->first > question->last) {
		outcome_saw_day(engine, decision);
		outcome_refuse(decision, ERROR_TREND_REVERSED, question->first, question->last);
		return false;
	}
	return bind_segment(engine, decision, m, question) &&
	       trend_knows(engine, decision, question->first) &&
	       trend_knows(engine, decision, question->last);
}

void trend_decide(const struct engine *engine, const struct request *request,
		  struct decision *decision)
{
	const struct msg_trend *m = &request->command->as.trend;
	struct wire_writer w = {request->room, request->room + LIMIT_ANSWER_BYTES, false};
	struct question question;
	uint32_t count = 0, read = 0, limit;
	if (!bind(engine, decision, m, &question) ||
	    (limit = outcome_page_limit(decision, m->limit)) == 0)
		return;
	int64_t day = question.first;
	for (; day <= question.last && day - question.first < limit; day++) {
		struct rec_trend_day line = {.day = day, .running = day == engine->today};
		if (!question.of_segment)
			read += add_cells(engine, decision, &question, &line);
		else if (!add_segment(engine, decision, &question, &line))
			continue;
		encode_rec_trend_day(&w, &line);
		count++;
	}
	ENSURE(!w.failed);
	outcome_answer(decision);
	decision->cost = (read + (uint32_t)(day - question.first)) / CELLS_READ;
	decision->answer.as.trend =
	    (struct ans_trend){.days = {request->room, (uint32_t)(w.at - request->room), count},
			       .next = day <= question.last ? day : 0};
}
