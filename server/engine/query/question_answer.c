/* question_answer.c -- what a question found, as answers; see question.h.
 *
 * An answer has LIMIT_ANSWER_BYTES: a page ends before the row that does not fit, and says so as if
 * its limit had been reached; groups go on as a stream.
 */
#include <string.h>

#include "protocol/cell.h"
#include "protocol/person.h"
#include "server/engine/query/question_private.h"
#include "server/engine/rules/rules.h"

#define COLUMNS_BYTES 2048u /* 16 columns of 48 bytes of name and a few more */
#define ANSWER_ROOM (LIMIT_ANSWER_BYTES - 512u)
/* Its size, the customer, the size of its cells. */
#define ROW_HEAD_BYTES (RECORD_HEAD_BYTES + 12u)

static struct wire_writer writer_of(uint8_t *room, size_t size)
{
	return (struct wire_writer){room, room + size, false};
}

static struct wire_list list_of(const uint8_t *from, const struct wire_writer *w, uint32_t count)
{
	return (struct wire_list){from, (uint32_t)(w->at - from), count};
}

static struct wire_list columns_of(const struct engine *engine, const struct source *columns,
				   uint32_t count, uint8_t *room)
{
	struct wire_writer w = writer_of(room, COLUMNS_BYTES);
	show_columns(engine, columns, count, &w);
	ENSURE(!w.failed);
	return list_of(room, &w, count);
}

struct shown_row {
	uint64_t id;
	const uint64_t *values;
	const struct wire_text *texts; /* of its columns of the profile; NULL: none were read */
};

/* Texts of the n-th row of the answer. */
static const struct wire_text *texts_of(const struct question *question, uint32_t row)
{
	if (question->texts == NULL || row >= question->text_rows)
		return NULL;
	return question->texts + (size_t)row * question->text_columns;
}

static void write_text(const struct wire_text *text, struct wire_writer *w)
{
	if (text->size == 0)
		cell_write_null(w);
	else
		cell_write_text(w, *text);
}

/* Record `row`; false: no room, and `w` is as it was. */
static bool write_row(const struct engine *engine, const struct show *show,
		      const struct shown_row *row, struct wire_writer *w)
{
	uint32_t text = 0; /* columns of the profile so far */
	struct wire_writer before = *w;
	uint8_t *at = w->at, *cells = at + ROW_HEAD_BYTES;
	encode_rec_row(w, &(struct rec_row){row->id, {"", 0}}); /* its cells follow, in place */
	for (uint32_t i = 0; i < show->count; i++)
		if (show->columns[i].kind == FIELD_KIND_text && row->texts != NULL)
			write_text(&row->texts[text++], w);
		else
			show_cell(engine, &show->columns[i], row->values[i], w);
	if (w->failed) {
		*w = before;
		return false;
	}
	ENSURE(cells <= w->at);
	uint32_t size = (uint32_t)(w->at - cells), whole = (uint32_t)(w->at - at);
	uint32_t members = whole - RECORD_HEAD_BYTES;
	memcpy(at, &members, sizeof members);
	memcpy(cells - sizeof size, &size, sizeof size);
	return true;
}

static int64_t cut(groups_sum sum)
{
	if (sum > INT64_MAX)
		return INT64_MAX;
	return sum < INT64_MIN ? INT64_MIN : (int64_t)sum;
}

static void write_key(const struct engine *engine, const struct source *source, int64_t value,
		      struct wire_writer *w)
{
	if (source_has_null(source) && value == SOURCE_NULL)
		cell_write_null(w);
	else
		show_cell(engine, source, source_raw(source, value), w);
}

static bool write_group(const struct engine *engine, const struct question *question,
			const struct group_of *group, struct wire_writer *w)
{
	struct wire_writer before = *w;
	uint8_t cells[512];
	struct wire_writer c = writer_of(cells, sizeof cells);
	for (uint32_t i = 0; i < question->group.by; i++)
		write_key(engine, &question->group.keys[i], group->keys[i], &c);
	ENSURE(!c.failed);
	bool valued = group->valued > 0;
	struct rec_group record = {.keys = {(const char *)cells, (uint32_t)(c.at - cells)},
				   .customers = group->customers,
				   .valued = group->valued,
				   .sum = cut(group->sum),
				   .least = valued ? group->least : 0,
				   .greatest = valued ? group->greatest : 0,
				   .percentile =
				       valued && question->group.percentile > 0
					   ? percentile_of(&question->percentile, group->number)
					   : 0};
	encode_rec_group(w, &record);
	if (!w->failed)
		return true;
	*w = before;
	return false;
}

/* Groups from question->given on, as many as there is room for. */
static struct wire_list give_groups(const struct engine *engine, struct question *question,
				    uint8_t *room, size_t size)
{
	struct wire_writer w = writer_of(room, size);
	uint32_t from = question->given;
	while (question->given < question->groups.count &&
	       write_group(engine, question, &question->groups.items[question->given], &w))
		question->given++;
	return list_of(room, &w, question->given - from);
}

/* --- first answers --- */

static uint64_t estimate_of(const struct engine *engine, const struct question *question)
{
	if (question->answered_by == PLAN_scan)
		return engine->rows.count;
	return question->answered_by == PLAN_candidates ? question->plan.customers : 0;
}

static void answer_count(const struct engine *engine, const struct question *question,
			 struct answer *answer)
{
	answer->as.query_count =
	    (struct ans_query_count){question->passed, (uint8_t)question->answered_by,
				     estimate_of(engine, question), question->judged_rows, 0};
}

static void sort_top(struct question *question)
{
	if (!question->sorted)
		top_sort(&question->top);
	question->sorted = true;
}

static void answer_page(const struct engine *engine, struct question *question, uint8_t *room,
			struct answer *answer)
{
	struct ans_query_page *page = &answer->as.query_page;
	struct wire_writer w = writer_of(room + COLUMNS_BYTES, ANSWER_ROOM - COLUMNS_BYTES);
	const struct top *top = &question->top;
	uint32_t count = 0;
	sort_top(question);
	for (; count < top->count; count++) {
		struct shown_row row = {top->items[count].id, top_values(top, &top->items[count]),
					texts_of(question, count)};
		if (!write_row(engine, &question->show, &row, &w))
			break;
	}
	bool created = question->page.order == PAGE_CREATED;
	struct top_key last = count > 0 ? top->items[count - 1].key : question->page.after;
	*page = (struct ans_query_page){
	    .columns = columns_of(engine, question->show.columns, question->show.count, room),
	    .rows = list_of(room + COLUMNS_BYTES, &w, count),
	    .more = question->passed > count || (created && count == question->page.limit),
	    .query = question->page.hash,
	    .next_null = last.null,
	    .next_value = last.value,
	    .next_customer = last.id,
	    .plan = (uint8_t)question->answered_by,
	    .estimate = estimate_of(engine, question),
	    .judged = question->judged_rows};
}

static void answer_groups(const struct engine *engine, struct question *question, uint8_t *room,
			  struct answer *answer)
{
	struct source columns[3];
	const struct group_ask *ask = &question->group;
	memcpy(columns, ask->keys, sizeof ask->keys);
	columns[ask->by] = ask->measure;
	groups_sort(&question->groups);
	answer->as.query_groups = (struct ans_query_groups){
	    .columns = columns_of(engine, columns, ask->by + ask->measured, room),
	    .groups =
		give_groups(engine, question, room + COLUMNS_BYTES, ANSWER_ROOM - COLUMNS_BYTES),
	    .plan = (uint8_t)question->answered_by,
	    .estimate = estimate_of(engine, question),
	    .judged = question->judged_rows};
}

void question_answer(const struct engine *engine, struct question *question, uint8_t *room,
		     struct decision *decision)
{
	static const uint16_t opcodes[] = {OP_query_count, OP_query_page, OP_query_groups,
					   OP_query_stream};
	if (question->failed) {
		outcome_refuse(decision, question->gone ? ERROR_FIELD_GONE : ERROR_QUERY_TOO_LARGE,
			       0, LIMIT_QUERY_GROUPS);
		return;
	}
	outcome_answer(decision);
	decision->answer.opcode = opcodes[question->kind];
	switch (question->kind) {
	case QUESTION_COUNT:
		answer_count(engine, question, &decision->answer);
		break;
	case QUESTION_PAGE:
		answer_page(engine, question, room, &decision->answer);
		break;
	case QUESTION_GROUPS:
		answer_groups(engine, question, room, &decision->answer);
		break;
	case QUESTION_STREAM:
		decision->answer.as.query_stream = (struct ans_query_stream){
		    columns_of(engine, question->show.columns, question->show.count, room), 0};
		break;
	}
}

/* --- parts of streams --- */

bool question_is_stream(const struct question *question)
{
	return question->kind == QUESTION_STREAM;
}

bool question_has_rest(const struct question *question)
{
	return question->kind == QUESTION_GROUPS && question->given < question->groups.count;
}

/* Rows behind those whose texts were read wait for the next part. */
static bool has_texts(const struct question *question, uint32_t row)
{
	return !question->show.profile || question->texts == NULL || row < question->text_rows;
}

static struct wire_list give_rows(const struct engine *engine, struct question *question,
				  uint8_t *room)
{
	struct wire_writer w = writer_of(room, ANSWER_ROOM);
	const uint64_t *words;
	uint32_t count = 0;
	while (has_texts(question, count) &&
	       (words = captured_first(&question->captured)) != NULL) {
		struct shown_row row = {words[0], words + 1, texts_of(question, count)};
		if (!write_row(engine, &question->show, &row, &w))
			break;
		captured_drop(&question->captured);
		count++;
	}
	question->texts = NULL;
	return list_of(room, &w, count);
}

/* --- texts of the profile --- */

uint32_t question_texts_wanted(const struct question *question, uint16_t fields[LIMIT_QUERY_SHOWN])
{
	const struct show *show = &question->show;
	uint32_t count = 0;
	for (uint32_t i = 0; i < show->count; i++) {
		const struct source *source = &show->columns[i];
		if (source->kind == FIELD_KIND_text)
			fields[count++] =
			    person_field_named(source->name.bytes, source->name.size)->number;
	}
	return count;
}

/* The column that has the version; its row has one. */
static uint32_t version_column(const struct show *show)
{
	uint32_t at = 0;
	while (at < show->count && show->columns[at].kind != FIELD_KIND_text)
		at++;
	ENSURE(at < show->count);
	return at;
}

uint32_t question_people(const struct engine *engine, struct question *question,
			 struct question_person people[LIMIT_MEMBERS_PAGE])
{
	uint32_t at = version_column(&question->show), count = 0;
	(void)engine;
	if (question->kind == QUESTION_PAGE) {
		sort_top(question);
		for (; count < question->top.count; count++) {
			const struct top_item *item = &question->top.items[count];
			people[count] = (struct question_person){
			    item->id, top_values(&question->top, item)[at]};
		}
		return count;
	}
	struct captured_place place = captured_begin(&question->captured);
	const uint64_t *words;
	while (count < LIMIT_MEMBERS_PAGE &&
	       (words = captured_next(&question->captured, &place)) != NULL)
		people[count++] = (struct question_person){words[0], words[1 + at]};
	return count;
}

void question_give_texts(struct question *question, const struct wire_text *texts, uint32_t rows)
{
	uint16_t fields[LIMIT_QUERY_SHOWN];
	question->texts = texts;
	question->text_rows = rows;
	question->text_columns = question_texts_wanted(question, fields);
}

void question_part(const struct engine *engine, struct question *question, uint8_t *room,
		   struct decision *decision)
{
	struct ans_stream_next *part = &decision->answer.as.stream_next;
	if (question->failed) {
		outcome_refuse(decision, question->gone ? ERROR_FIELD_GONE : ERROR_SNAPSHOT_LOST, 0,
			       0);
		return;
	}
	outcome_answer(decision);
	decision->answer.opcode = OP_stream_next;
	if (question->kind == QUESTION_GROUPS) {
		part->rows = give_groups(engine, question, room, ANSWER_ROOM);
		part->more = question_has_rest(question);
		return;
	}
	part->rows = give_rows(engine, question, room);
	part->more = question->captured.count > 0 || !question_is_through(question);
}
