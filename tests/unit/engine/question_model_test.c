/* question_model_test.c -- questions against a naive evaluator, while everything changes.
 *
 *   SEED=n   the run to repeat      QUESTIONS=n   how many in the small crowd, 10,000 by default
 *
 * Up to eight questions run at a time, begun at different events; between their slices customers
 * are created, buy, are set, consent and are erased, and days turn.  Each answer must be what the
 * evaluator finds in a copy of all customers made when the question began: the program read step by
 * step, values worked out from orders, months and texts (naive.h, seen.h).
 *
 *   small   400 customers: the index, candidates, and all that changes before a scan meets it
 *   large   9,000: three ranges, with changes between them
 */
#include <time.h>

#include "server/engine/query/question_private.h"
#include "tests/support/draw_program.h"
#include "tests/unit/engine/query/draw_value.h"
#include "tests/unit/engine/query/expect.h"

#define ASKED 8u
#define NAMES 192u

struct asked {
	struct question *question; /* NULL: none runs here */
	struct snapshot *snapshot;
	struct program program;
	struct command command;
	char order[NAMES], show[NAMES], by[NAMES], measure[NAMES];
	struct snapshot_key after;
	bool part; /* of a stream: the first answer was given */
	uint32_t rows_given;
	bool *given; /* rows of the snapshot */
};

static struct {
	struct crowd crowd;
	struct asked asked[ASKED];
	struct snapshot snapshots[ASKED + 1];
	const struct snapshot *now; /* the newest */
	uint64_t plans[5], kinds[4], refused, early, changes, days, passed;
} model;

static struct engine *engine;

static uint64_t roll(uint64_t sides)
{
	return crowd_roll(&model.crowd, sides);
}

/* --- drawing --- */

static uint64_t draw_roll(void *context, uint64_t sides)
{
	(void)context;
	return roll(sides);
}

static uint32_t draw_field(void *context)
{
	static const uint32_t indexed[] = {CATALOGUE_tier, CATALOGUE_stage, CATALOGUE_spend};
	(void)context;
	if (roll(5) < 2)
		return indexed[roll(3)];
	return (uint32_t)roll(CATALOGUE_external_id);
}

static bool draw_value(void *context, uint32_t place, struct predicate_value *value)
{
	(void)context;
	return draw_value_of(&model.crowd, model.now, place, value);
}

static const char *draw_name(char *name, bool (*fits)(uint32_t place))
{
	uint32_t place;
	do
		place = (uint32_t)roll(CATALOGUE_external_id);
	while (!fits(place));
	snprintf(name, NAMES / 2, "%s", catalogue_fields[place].name);
	return name;
}

static bool can_order(uint32_t place)
{
	return catalogue_fields[place].kind != FIELD_KIND_tags;
}

static bool can_group(uint32_t place)
{
	return catalogue_fields[place].kind != FIELD_KIND_tags && place != CATALOGUE_id;
}

static bool can_measure(uint32_t place)
{
	enum field_kind kind = catalogue_fields[place].kind;
	return place != CATALOGUE_id &&
	       (kind == FIELD_KIND_number || kind == FIELD_KIND_money || kind == FIELD_KIND_date);
}

static void draw_show(char *show)
{
	size_t size = 0;
	uint64_t step = 1 + roll(5), from = roll(7);
	show[0] = '\0';
	for (uint64_t i = from;
	     roll(4) > 0 && i < CATALOGUE_COUNT && i < from + 16 * step && size < NAMES - 32;
	     i += step)
		size += (size_t)snprintf(show + size, NAMES - size, "%s%s", size > 0 ? "," : "",
					 catalogue_fields[i].name);
}

static void draw_page(struct asked *asked)
{
	struct msg_query_page *m = &asked->command.as.query_page;
	asked->order[0] = '\0';
	if (roll(3) > 0)
		draw_name(asked->order, can_order);
	if (roll(3) == 0)
		snprintf(asked->order, NAMES, "spend");
	draw_show(asked->show);
	m->order = fixture_text(asked->order);
	m->show = fixture_text(asked->show);
	m->descending = (uint8_t)roll(2);
	m->limit = (uint32_t)(roll(3) == 0 ? 1 + roll(5) : roll(501));
}

static void draw_question(struct asked *asked)
{
	const struct draw_program draw = {&model, draw_roll, draw_field, draw_value};
	program_open(&asked->program);
	draw_program(&draw, &asked->program, (unsigned)roll(4));
	struct wire_text text = program_text(&asked->program);
	memset(&asked->command, 0, sizeof asked->command);
	asked->part = false;
	asked->command.opcode = (uint16_t)(OP_query_count + roll(4));
	switch (asked->command.opcode) {
	case OP_query_count:
		asked->command.as.query_count.predicate = text;
		break;
	case OP_query_page:
		asked->command.as.query_page.predicate = text;
		draw_page(asked);
		break;
	case OP_query_groups:
		asked->by[0] = asked->measure[0] = '\0';
		if (roll(5) > 0)
			draw_name(asked->by, can_group);
		if (roll(2) == 0 && asked->by[0] != '\0') {
			size_t size = strlen(asked->by);
			asked->by[size] = ',';
			draw_name(asked->by + size + 1, can_group);
		}
		if (roll(3) > 0)
			draw_name(asked->measure, can_measure);
		asked->command.as.query_groups.predicate = text;
		asked->command.as.query_groups.by = fixture_text(asked->by);
		asked->command.as.query_groups.measure = fixture_text(asked->measure);
		break;
	default:
		draw_show(asked->show);
		asked->command.as.query_stream.predicate = text;
		asked->command.as.query_stream.show = fixture_text(asked->show);
	}
}

/* --- answers --- */

static struct snapshot_order order_of(const struct asked *asked)
{
	bool created = asked->order[0] == '\0';
	return (struct snapshot_order){created ? -1
					       : catalogue_find(asked->order, strlen(asked->order)),
				       asked->command.as.query_page.descending != 0};
}

/* The cursor a page gives as a key of the naive order. */
static struct snapshot_key key_of(const struct asked *asked, const struct msg_query_page *m)
{
	struct snapshot_key key = {
	    .none = m->after_null != 0, .value = m->after_value, .id = m->after_customer};
	int place = order_of(asked).place;
	if (place == CATALOGUE_id)
		key.value = (naive_number)((uint64_t)m->after_value ^ (UINT64_C(1) << 63));
	if (place < 0)
		key.id = 0;
	if (place >= CATALOGUE_region && place <= CATALOGUE_partner && m->query != 0) {
		const struct person_field *field =
		    person_field_named(asked->order, strlen(asked->order));
		if (!key.none)
			key.word =
			    words_text(&engine->words, field->number, (uint32_t)m->after_value);
		key.value = 0;
	}
	if (key.none)
		key.value = 0;
	return key;
}

static uint32_t expect_page(struct asked *asked, struct found *found,
			    const struct ans_query_page *page)
{
	const struct msg_query_page *m = &asked->command.as.query_page;
	struct snapshot_order order = order_of(asked);
	struct snapshot_key after = key_of(asked, m);
	struct expect_columns columns = expect_columns(asked->show);
	uint32_t limit = m->limit == 0 ? LIMIT_MEMBERS_PAGE_DEFAULT : m->limit;
	struct wire_reader r = {page->rows.bytes, page->rows.bytes + page->rows.size, false};
	snapshot_sort(found, &order, m->query != 0 ? &after : NULL);
	uint32_t wanted = found->count < limit ? found->count : limit;
	assert_true(page->rows.count <= wanted);
	assert_true(page->rows.count == wanted || page->rows.size > 60000); /* it was cut */
	for (uint32_t i = 0; i < page->rows.count; i++) {
		struct rec_row row;
		assert_true(decode_rec_row(&r, &row));
		expect_row(&row, found->seen[i], &columns);
	}
	assert_true(r.at == r.end);
	expect_heads(&page->columns, &columns, 2);
	assert_true(page->more != 0 || page->rows.count == found->count);
	assert_true(page->more == 0 || page->rows.count < found->count ||
		    page->rows.count == limit);
	assert_int_not_equal(page->query, 0);
	return page->rows.count;
}

static void expect_grouped(struct asked *asked, const struct found *found, struct decision *got)
{
	static uint8_t room[LIMIT_ANSWER_BYTES];
	struct expect_columns by = {.count = 0};
	const struct wire_list *list = &got->answer.as.query_groups.groups;
	uint32_t count, at = 0;
	int measure = catalogue_find(asked->measure, strlen(asked->measure));
	if (asked->by[0] != '\0')
		by = expect_columns(asked->by);
	struct expect_group *groups = expect_groups(found, &by, measure, &count);
	for (bool more = true; more;) {
		struct wire_reader r = {list->bytes, list->bytes + list->size, false};
		for (uint32_t i = 0; i < list->count; i++) {
			struct rec_group record;
			assert_true(at < count && decode_rec_group(&r, &record));
			expect_group(&record, &groups[at++], &by);
		}
		assert_true(r.at == r.end);
		more = question_has_rest(asked->question);
		if (more)
			question_part(engine, asked->question, room, got);
		list = &got->answer.as.stream_next.rows;
	}
	assert_int_equal(at, count);
	free(groups);
}

/* The next page of a cursor, when nothing changed: each customer once. */
static void expect_answer(struct asked *asked, struct decision *got)
{
	struct found found = snapshot_ask(asked->snapshot, program_text(&asked->program));
	const struct answer *answer = &got->answer;
	if (got->verdict == VERDICT_REFUSED)
		fail_msg("%s", error_info(answer->status)->name);
	assert_int_equal(got->verdict, VERDICT_ANSWER);
	assert_int_equal(answer->opcode, asked->command.opcode);
	model.kinds[answer->opcode - OP_query_count]++;
	model.passed += found.count;
	switch (answer->opcode) {
	case OP_query_count:
		assert_int_equal(answer->as.query_count.customers, found.count);
		model.plans[answer->as.query_count.plan]++;
		break;
	case OP_query_page:
		model.plans[answer->as.query_page.plan]++;
		expect_page(asked, &found, &answer->as.query_page);
		break;
	case OP_query_groups:
		model.plans[answer->as.query_groups.plan]++;
		expect_grouped(asked, &found, got);
		break;
	default:
		assert_int_equal(asked->rows_given, found.count);
		for (uint32_t i = 0; i < found.count; i++)
			assert_true(asked->given[found.seen[i] - asked->snapshot->seen]);
	}
	free(found.seen);
}

/* A part of a stream; false: it was the last. */
static bool take_part(struct asked *asked, struct decision *got)
{
	static uint8_t room[LIMIT_ANSWER_BYTES];
	struct expect_columns columns = expect_columns(asked->show);
	question_part(engine, asked->question, room, got);
	assert_int_equal(got->verdict, VERDICT_ANSWER);
	const struct ans_stream_next *part = &got->answer.as.stream_next;
	struct wire_reader r = {part->rows.bytes, part->rows.bytes + part->rows.size, false};
	for (uint32_t i = 0; i < part->rows.count; i++) {
		struct rec_row row;
		assert_true(decode_rec_row(&r, &row));
		struct seen *seen = snapshot_find(asked->snapshot, row.customer);
		assert_non_null(seen);
		expect_row(&row, seen, &columns);
		assert_false(asked->given[seen - asked->snapshot->seen]); /* once */
		asked->given[seen - asked->snapshot->seen] = true;
		asked->rows_given++;
	}
	return part->more != 0;
}

/* --- running --- */

static struct snapshot *snapshot_now(void)
{
	struct snapshot *spare = NULL;
	for (uint32_t i = 0; i <= ASKED; i++) {
		if (model.snapshots[i].applied == engine->applied)
			return &model.snapshots[i];
		if (model.snapshots[i].users == 0)
			spare = &model.snapshots[i];
	}
	assert_non_null(spare);
	snapshot_take(spare, engine);
	return spare;
}

static void end(struct asked *asked)
{
	question_end(engine, asked->question);
	question_free(asked->question);
	asked->question = NULL;
	asked->snapshot->users--;
	free(asked->given);
	asked->given = NULL;
}

static enum verdict decide(struct asked *asked, struct decision *got)
{
	static uint8_t room[LIMIT_ANSWER_BYTES];
	struct request request = {.command = &asked->command,
				  .now_us = FIXTURE_CARE_NOW_US,
				  .room = room,
				  .question = asked->question};
	memset(got, 0xa5, sizeof *got);
	engine_decide(engine, &request, got);
	return got->verdict;
}

/* Slices until there is something to give, or only one.  True: answered, it has ended. */
static bool step(struct asked *asked, bool whole)
{
	static uint8_t room[LIMIT_ANSWER_BYTES];
	static struct decision got;
	enum question_state state;
	do
		state = question_step(engine, asked->question, 1 + (uint32_t)roll(5000));
	while (whole && state == QUESTION_MORE);
	assert_int_not_equal(state, QUESTION_FAILED);
	if (state == QUESTION_MORE)
		return false;
	model.early += asked->question->early;
	if (asked->command.opcode != OP_query_stream) {
		question_answer(engine, asked->question, room, &got);
		assert_int_equal(question_number(asked->question), asked->snapshot->applied);
		expect_answer(asked, &got);
		return true;
	}
	for (bool more = true; more && state != QUESTION_FULL;)
		if (!(more = take_part(asked, &got))) {
			got.answer.opcode = OP_query_stream;
			expect_answer(asked, &got);
			return true;
		}
	take_part(asked, &got);
	return whole ? step(asked, true) : false;
}

static enum error expect_fault(const struct asked *asked)
{
	struct seen *seen = &asked->snapshot->seen[0];
	struct naive naive = {seen, seen->today, seen_value, seen_tag, seen_rank, NULL};
	return naive_fault(&naive, program_text(&asked->program));
}

/* Ask the drawn question.  False: answered at once. */
static bool ask(struct asked *asked)
{
	static struct decision got;
	asked->snapshot = snapshot_now();
	asked->question = question_new(&model.crowd.kit->memory.memory);
	assert_non_null(asked->question);
	asked->snapshot->users++;
	asked->given = calloc(asked->snapshot->count + 1, sizeof *asked->given);
	asked->rows_given = 0;
	enum verdict verdict = decide(asked, &got);
	if (verdict == VERDICT_QUESTION) {
		assert_int_equal(question_begin(engine, asked->question), ERROR_OK);
		return true;
	}
	if (verdict == VERDICT_REFUSED) {
		assert_int_equal(got.answer.status, expect_fault(asked));
		model.refused++;
	} else {
		expect_answer(asked, &got);
	}
	end(asked);
	return false;
}

static void change(void)
{
	if (roll(400) == 0 && !engine_is_turning(engine)) {
		struct day_begin begin = {FIXTURE_CARE_NOW_US, 2};
		assert_int_equal(engine_reserve_days(engine, 1), ERROR_OK);
		engine_begin_day(engine, &begin, &model.crowd.kit->decision.event);
		engine_apply(engine, &model.crowd.kit->decision.event);
		model.days++;
	}
	crowd_age(&model.crowd, 1 + (uint32_t)roll(20));
	crowd_change(&model.crowd);
	model.changes++;
}

static void turn_to_end(void)
{
	while (engine_is_turning(engine))
		crowd_age(&model.crowd, 100);
}

static void ask_one(struct asked *asked)
{
	turn_to_end(); /* questions wait for it */
	model.now = snapshot_now();
	draw_question(asked);
	ask(asked);
}

/* Questions begin, go on and end in any order, with changes between. */
static void run_crowd(uint64_t customers, uint64_t questions, uint64_t changes)
{
	crowd_open(&model.crowd, model.crowd.random, customers);
	engine = model.crowd.kit->engine;
	for (uint64_t begun = 0; begun < questions;) {
		struct asked *asked = &model.asked[roll(ASKED)];
		if (asked->question == NULL) {
			ask_one(asked);
			begun++;
		} else if (step(asked, roll(3) == 0)) {
			end(asked);
		}
		for (uint64_t i = roll(3) == 0 ? roll(changes) : 0; i > 0; i--)
			change();
	}
	for (uint32_t i = 0; i < ASKED; i++)
		if (model.asked[i].question != NULL) {
			assert_true(step(&model.asked[i], true));
			end(&model.asked[i]);
		}
	turn_to_end();
	for (uint32_t i = 0; i <= ASKED; i++)
		model.snapshots[i].applied = 0;
	crowd_close(&model.crowd);
}

static void test_model(void **state)
{
	const char *wanted = getenv("QUESTIONS");
	uint64_t questions = wanted != NULL ? strtoull(wanted, NULL, 10) : 10000;
	(void)state;
	model.crowd.random = fixture_seed((uint64_t)time(NULL));
	run_crowd(400, questions, 6);
	run_crowd(9000, questions / 100, 300);
	for (uint32_t i = 0; i <= ASKED; i++)
		free(model.snapshots[i].seen);
	print_message("%llu counts, %llu pages, %llu groups, %llu streams; %llu by the index, %llu "
		      "candidates, %llu scans\n",
		      (unsigned long long)model.kinds[0], (unsigned long long)model.kinds[1],
		      (unsigned long long)model.kinds[2], (unsigned long long)model.kinds[3],
		      (unsigned long long)model.plans[PLAN_index],
		      (unsigned long long)model.plans[PLAN_candidates],
		      (unsigned long long)model.plans[PLAN_scan]);
	print_message(
	    "%llu changes, %llu days, %llu rows judged early, %llu reversed, %llu passed\n",
	    (unsigned long long)model.changes, (unsigned long long)model.days,
	    (unsigned long long)model.early, (unsigned long long)model.refused,
	    (unsigned long long)model.passed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_model)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
