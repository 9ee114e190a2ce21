/* scan.c -- how a question gets through all rows; see question.h.
 *
 *   scan        ranges of 4,096 rows, one after the other: rows before `at` are judged, and those
 *               of the bitmap that changed before their turn
 *   candidates  customers of the plan's ranges, by a position between keys: a customer that moves
 *               was judged just before, so it is neither missed nor met twice; every judged row is
 *               in the bitmap
 */
#include "server/engine/query/scan.h"

#include <string.h>

#include "server/base/mutant.h"
#include "server/engine/membership.h"
#include "server/engine/query/question_private.h"

/* --- the bitmap --- */

static bool is_judged(const struct question *question, uint32_t row)
{
	return (question->judged[row / 8] >> (row % 8) & 1) != 0;
}

static void set_judged(struct question *question, uint32_t row)
{
	question->judged[row / 8] |= (uint8_t)(1u << (row % 8));
}

static size_t bitmap_bytes(const struct question *question)
{
	return (size_t)question->rows / 8 + 1;
}

/* --- before a change --- */

static void judge_row(const struct engine *engine, struct question *question, uint32_t row)
{
	uint8_t marks[CHUNK_BLOCK];
	chunk_take_rows(&question->chunk, &row, 1);
	question->judged_rows += chunk_mark(&question->chunk, marks);
	chunk_judge(&question->chunk, &question->bound, marks);
	if (marks[0] != 0 && !question_take(engine, question, row))
		question->failed = true;
}

void scan_before_change(struct engine *engine, uint32_t row)
{
	membership_before_change(engine, row);
	for (struct question *question = engine->questions; question != NULL;
	     question = question->next) {
		bool ahead = question->answered_by != PLAN_scan || row >= question->at;
		if (question->failed || question->complete || !ahead || row >= question->rows ||
		    is_judged(question, row) || MUTANT(scan_forgets_old_row))
			continue;
		judge_row(engine, question, row);
		set_judged(question, row); /* U2 */
		question->early++;
	}
}

static bool is_at(const struct source *sources, uint32_t count, uint32_t place)
{
	for (uint32_t i = 0; i < count; i++)
		if (sources[i].place == place)
			return true;
	return false;
}

static bool asks_for(const struct question *question, uint32_t place)
{
	const struct bound *bound = &question->bound;
	for (uint16_t i = 1; i <= bound->count; i++)
		if (bound->nodes[i].op == BOUND_IN || bound->nodes[i].op == BOUND_BITS)
			if (bound->nodes[i].source.place == place)
				return true;
	switch (question->kind) {
	case QUESTION_COUNT:
		return false;
	case QUESTION_GROUPS:
		return is_at(question->group.keys, question->group.by, place) ||
		       is_at(&question->group.measure, question->group.measured, place);
	case QUESTION_PAGE:
		if (is_at(&question->page.source, question->page.order == PAGE_FIELD, place))
			return true;
		break;
	case QUESTION_STREAM:
		break;
	}
	return is_at(question->show.columns, question->show.count, place);
}

void scan_before_drop(struct engine *engine, uint16_t number)
{
	uint32_t place = CATALOGUE_COUNT + (uint32_t)(number - ADDED_FIRST);
	for (struct question *question = engine->questions; question != NULL;
	     question = question->next)
		if (asks_for(question, place))
			question->failed = question->gone = true;
}

void scan_lose_saved(struct engine *engine, uint64_t bits)
{
	for (struct question *question = engine->questions; question != NULL;
	     question = question->next)
		for (uint16_t i = 1; question->bound.saved && i <= question->bound.count; i++) {
			const struct bound_node *node = &question->bound.nodes[i];
			if (node->op == BOUND_SAVED && (node->mask & bits) != 0)
				question->failed = true;
		}
}

/* --- slices --- */

/* Those who changed before their turn were judged then. */
static void unmark_judged(const struct question *question, uint8_t *marks)
{
	const struct chunk *chunk = &question->chunk;
	for (uint32_t i = 0; question->early > 0 && i < chunk->count; i++)
		marks[i] &= !is_judged(question, chunk->first + i);
}

static void judge_range(const struct engine *engine, struct question *question)
{
	uint8_t marks[CHUNK_ROWS];
	uint32_t first = question->at / ROWS_RANGE * ROWS_RANGE;
	uint32_t left = question->rows - first;
	chunk_take_range(&question->chunk, first, left < ROWS_RANGE ? left : ROWS_RANGE);
	chunk_mark(&question->chunk, marks);
	memset(marks, 0, question->at - first); /* a page goes on inside a range */
	unmark_judged(question, marks);
	chunk_judge(&question->chunk, &question->bound, marks);
	question->judged_rows += question->chunk.count;
	question->at = first + question->chunk.count;
	question_take_marked(engine, question, marks);
}

/* The next candidates, not judged yet: how many; 0 with the range moved on when it has no more. */
static uint32_t next_candidates(const struct engine *engine, struct question *question,
				uint32_t *rows)
{
	struct spend_key keys[CANDIDATES_AT_ONCE];
	struct spend_page page = {.query = question->plan.ranges[question->range],
				  .after = question->in_range ? &question->place : NULL,
				  .limit = CANDIDATES_AT_ONCE};
	uint32_t found = spend_index_page(engine->census.index, &page, keys), count = 0;
	for (uint32_t i = 0; i < found; i++)
		ids_prefetch(&engine->ids, keys[i].id);
	for (uint32_t i = 0; i < found; i++) {
		uint32_t row = ids_find(&engine->ids, keys[i].id);
		if (row >= question->rows || is_judged(question, row))
			continue;
		set_judged(question, row); /* U2 */
		rows[count++] = row;
	}
	question->in_range = found == CANDIDATES_AT_ONCE;
	if (question->in_range)
		question->place = (struct spend_place){keys[found - 1].spend, keys[found - 1].id};
	else
		question->range++;
	return count;
}

static void judge_candidates(const struct engine *engine, struct question *question)
{
	uint32_t rows[CANDIDATES_AT_ONCE];
	uint8_t marks[CANDIDATES_AT_ONCE];
	uint32_t count = next_candidates(engine, question, rows);
	chunk_take_rows(&question->chunk, rows, count);
	question->judged_rows += chunk_mark(&question->chunk, marks);
	chunk_judge(&question->chunk, &question->bound, marks);
	question_take_marked(engine, question, marks);
}

/* In the order of creation nobody who comes later is among the first.  Some of those kept may have
 * been judged before their turn: the last of them, at the root, must lie behind. */
static bool is_page_full(const struct question *question)
{
	const struct page_ask *page = &question->page;
	return question->kind == QUESTION_PAGE && page->order == PAGE_CREATED &&
	       !page->descending && question->top.count == page->limit &&
	       (question->top.items[0].key.value < question->at || MUTANT(full_page_of_early_rows));
}

bool question_is_through(const struct question *question)
{
	if (question->answered_by == PLAN_candidates)
		return question->range >= question->plan.count;
	return question->at >= question->rows || is_page_full(question);
}

static bool is_full(const struct question *question)
{
	return question->kind == QUESTION_STREAM &&
	       question->captured.count * (question->show.count + 1) * sizeof(uint64_t) >=
		   CAPTURED_BLOCK_BYTES;
}

static uint64_t valued_of(const void *context, uint32_t group)
{
	const struct groups *groups = context;
	return groups->items[group].valued; /* not sorted yet */
}

/* Every value is there: find those asked for.  False: there is more to do. */
static bool finish_percentiles(struct question *question, uint32_t rows)
{
	struct percentile_groups groups = {question->groups.count, valued_of, &question->groups};
	if (question->kind != QUESTION_GROUPS || question->group.percentile == 0)
		return true;
	if (!question->percentile.begun && !percentile_begin(&question->percentile, &groups)) {
		question->failed = true;
		return true;
	}
	return percentile_step(&question->percentile, rows);
}

/* What a step did, in rows of a count by few fields: one that goes into a page, a group or a stream
 * takes as long as many that are judged. */
#define TAKEN_COST 16u

static uint64_t effort(const struct question *question)
{
	uint64_t taken = question->kind == QUESTION_COUNT ? 0 : question->passed;
	return question->judged_rows * bound_weight(&question->bound) + TAKEN_COST * taken;
}

enum question_state question_step(struct engine *engine, struct question *question, uint32_t rows)
{
	uint64_t end = effort(question) + rows;
	uint32_t turns = 0;
	while (!question->failed && !question->complete && !question_is_through(question)) {
		if (is_full(question))
			return QUESTION_FULL;
		if (effort(question) >= end || turns++ > rows / CANDIDATES_AT_ONCE)
			return QUESTION_MORE;
		if (question->answered_by == PLAN_candidates)
			judge_candidates(engine, question);
		else
			judge_range(engine, question);
	}
	if (!question->failed && !finish_percentiles(question, rows))
		return QUESTION_MORE;
	return question->failed ? QUESTION_FAILED : QUESTION_DONE;
}

/* --- beginning and end --- */

static bool open_sinks(struct question *question)
{
	const struct memory *memory = &question->memory;
	groups_open(&question->groups, memory);
	percentile_open(&question->percentile, memory, question->group.percentile);
	captured_open(&question->captured, memory, question->show.count);
	if (question->kind != QUESTION_PAGE)
		return true;
	bool opened = top_open(&question->top, memory, question->page.limit, question->show.count);
	question->top.descending = question->page.descending;
	return opened;
}

/* Columns that the tests gather: each field once at most, but all are counted. */
static uint32_t gathered_columns(const struct question *question)
{
	uint32_t count = 0;
	for (uint16_t i = 1; i <= question->bound.count; i++) {
		const struct bound_node *node = &question->bound.nodes[i];
		bool leaf =
		    node->op == BOUND_IN || node->op == BOUND_BITS || node->op == BOUND_SAVED;
		count += leaf && node->source.offset >= SOURCE_ADDED;
	}
	return count < CHUNK_PLACES ? count : CHUNK_PLACES;
}

static bool open_arena(struct engine *engine, struct question *question)
{
	const struct memory *memory = &question->memory;
	size_t few = chunk_arena(CHUNK_PLACES, 1); /* for gathered rows, every field */
	size_t many = chunk_arena(gathered_columns(question), CHUNK_ROWS);
	question->arena_bytes = few > many ? few : many;
	question->arena = memory->allocate(memory->context, question->arena_bytes);
	question->judged = memory->allocate(memory->context, bitmap_bytes(question));
	question->chunk = (struct chunk){
	    .engine = engine, .today = question->bound.today, .arena = question->arena};
	return question->arena != NULL && question->judged != NULL;
}

/* A page in the order of creation goes on where the one before ended; that may be an invention. */
static uint32_t first_row(const struct page_ask *page, uint32_t rows)
{
	int64_t after = page->after.value;
	if (page->order != PAGE_CREATED || !page->started || page->descending || after < 0)
		return 0;
	return after >= rows ? rows : (uint32_t)after + 1;
}

enum error question_begin(struct engine *engine, struct question *question)
{
	ENSURE(!question->running);
	question->running = true;
	question->sorted = false;
	question->failed = question->gone = false;
	question->number = engine->applied;
	question->rows = engine->rows.count;
	question->at = 0;
	if (question->kind == QUESTION_PAGE)
		question->at = first_row(&question->page, question->rows);
	question->range = 0;
	question->in_range = false;
	question->early = 0;
	question->given = 0;
	if (!question->complete)
		question->judged_rows = question->passed = 0;
	question->next = engine->questions;
	engine->questions = question;
	if (question->complete || (open_sinks(question) && open_arena(engine, question)))
		return ERROR_OK;
	question_end(engine, question);
	return ERROR_QUERY_TOO_LARGE;
}

void question_end(struct engine *engine, struct question *question)
{
	const struct memory *memory = &question->memory;
	struct question **link = &engine->questions;
	if (!question->running)
		return;
	while (*link != question)
		link = &(*link)->next;
	*link = question->next;
	question->running = question->complete = false;
	top_close(&question->top);
	groups_close(&question->groups);
	percentile_close(&question->percentile);
	captured_close(&question->captured);
	if (question->arena != NULL)
		memory->release(memory->context, question->arena, question->arena_bytes);
	if (question->judged != NULL)
		memory->release(memory->context, question->judged, bitmap_bytes(question));
	question->arena = question->judged = NULL;
}

uint64_t question_number(const struct question *question)
{
	return question->number;
}
