/* question_take.c -- a row that passes goes into what a question finds: its page's first n, its
 * groups, its stream; see question.h.
 */
#include "server/engine/query/question_private.h"

struct top_key question_key_of(const struct engine *engine, const struct page_ask *page,
			       const struct top_key *key)
{
	struct top_key out = *key;
	uint16_t words = page->order == PAGE_FIELD ? page->source.words : 0;
	bool named = words != 0 && !key->null && key->value > 0 &&
		     key->value <= words_count(&engine->words, words);
	if (named)
		out.text = words_text(&engine->words, words, (uint32_t)key->value);
	return out;
}

static struct top_key key_of(const struct engine *engine, const struct question *question,
			     uint32_t row)
{
	const struct page_ask *page = &question->page;
	if (page->order == PAGE_CREATED)
		return (struct top_key){.value = row};
	uint64_t raw = sources_raw(engine, &page->source, row, question->bound.today);
	int64_t value = source_value(&page->source, raw);
	bool null = source_has_null(&page->source) && value == SOURCE_NULL;
	return question_key_of(engine, page,
			       &(struct top_key){.null = null,
						 .value = null ? 0 : value,
						 .id = rows_id(&engine->rows, row)});
}

static void take_for_page(const struct engine *engine, struct question *question, uint32_t row)
{
	struct top_key key = key_of(engine, question, row);
	struct page_ask *page = &question->page;
	if (page->started && !top_before(&page->after, &key, page->descending))
		return;
	question->passed++;
	uint64_t *values = top_offer(&question->top, &key, rows_id(&engine->rows, row));
	if (values != NULL)
		show_capture(engine, &question->show, row, question->bound.today, values);
}

/* Where the fields of a grouping lie for the rows of a range; NULL: each is worked out. */
struct group_columns {
	const uint8_t *keys[2], *measure;
};

static inline uint64_t raw_of(const struct engine *engine, const struct source *source,
			      const uint8_t *column, uint32_t row, int32_t today)
{
	if (column == NULL)
		return sources_raw(engine, source, row, today);
	return source_word(column + (size_t)(row % ROWS_RANGE) * source->width, source->width);
}

static bool measure_row(const struct engine *engine, struct question *question,
			const uint8_t *column, struct group_of *group, uint32_t row)
{
	const struct group_ask *ask = &question->group;
	const struct source *source = &ask->measure;
	int64_t value =
	    source_value(source, raw_of(engine, source, column, row, question->bound.today));
	bool none = source_has_null(source) && value == SOURCE_NULL;
	group_add(group, !none, value);
	return none || ask->percentile == 0 ||
	       percentile_add(&question->percentile, group->number, value);
}

static bool group_row(const struct engine *engine, struct question *question,
		      const struct group_columns *columns, uint32_t row)
{
	const struct group_ask *ask = &question->group;
	int64_t keys[2] = {0, 0};
	uint64_t raw[2] = {0, 0};
	for (uint32_t i = 0; i < ask->by; i++)
		raw[i] =
		    raw_of(engine, &ask->keys[i], columns->keys[i], row, question->bound.today);
	struct group_of *group = groups_known(&question->groups, raw);
	if (group == NULL) {
		for (uint32_t i = 0; i < ask->by; i++)
			keys[i] = source_value(&ask->keys[i], raw[i]);
		group = groups_find(&question->groups, keys, raw);
	}
	if (group == NULL)
		return false;
	if (ask->measured)
		return measure_row(engine, question, columns->measure, group, row);
	group_add(group, false, 0);
	return true;
}

static bool take_for_groups(const struct engine *engine, struct question *question, uint32_t row)
{
	const struct group_columns nowhere = {{NULL, NULL}, NULL};
	return group_row(engine, question, &nowhere, row);
}

static bool take_for_stream(const struct engine *engine, struct question *question, uint32_t row)
{
	uint64_t *words = captured_add(&question->captured);
	if (words == NULL)
		return false;
	words[0] = rows_id(&engine->rows, row);
	show_capture(engine, &question->show, row, question->bound.today, words + 1);
	return true;
}

bool question_take(const struct engine *engine, struct question *question, uint32_t row)
{
	switch (question->kind) {
	case QUESTION_COUNT:
		question->passed++;
		return true;
	case QUESTION_PAGE:
		take_for_page(engine, question, row);
		return true;
	case QUESTION_GROUPS:
		question->passed++;
		return take_for_groups(engine, question, row);
	case QUESTION_STREAM:
		break;
	}
	question->passed++;
	return take_for_stream(engine, question, row);
}

static void take_groups(const struct engine *engine, struct question *question,
			const uint8_t *marks)
{
	const struct group_ask *ask = &question->group;
	const struct chunk *chunk = &question->chunk;
	struct group_columns columns = {{NULL, NULL}, NULL};
	for (uint32_t i = 0; i < ask->by; i++)
		columns.keys[i] = chunk_lying(chunk, &ask->keys[i]);
	if (ask->measured)
		columns.measure = chunk_lying(chunk, &ask->measure);
	for (uint32_t i = 0; i < chunk->count && !question->failed; i++) {
		if (marks[i] == 0)
			continue;
		question->passed++;
		question->failed = !group_row(engine, question, &columns, chunk_row(chunk, i));
	}
}

void question_take_marked(const struct engine *engine, struct question *question,
			  const uint8_t *marks)
{
	struct chunk *chunk = &question->chunk;
	if (question->kind == QUESTION_COUNT) {
		question->passed += chunk_count(chunk, marks);
		return;
	}
	if (question->kind == QUESTION_GROUPS) {
		take_groups(engine, question, marks);
		return;
	}
	for (uint32_t i = 0; i < chunk->count && !question->failed; i++)
		if (marks[i] != 0 && !question_take(engine, question, chunk_row(chunk, i)))
			question->failed = true;
}
