/* saved_test.c -- saving, dropping, listing and asking segments: which rule wins, what is bound
 * again on later days, what runs beside, and where memory ends. */
#include <stdio.h>

#include "protocol/catalogue.h"
#include "protocol/predicate.h"
#include "server/engine/query/question.h"
#include "server/engine/settle.h"
#include "server/engine/state.h"
#include "tests/unit/engine/days_fixture.h"

#define NOW_US FIXTURE_START_US

static struct fixture_memory memory;
static struct engine *engine;
static struct decision decision;
static uint64_t serial;
static uint8_t program_room[LIMIT_PREDICATE_BYTES + 64];

static int open_engine(void **state)
{
	(void)state;
	fixture_memory(&memory);
	engine = fixture_engine(&memory);
	return 0;
}

static int close_engine(void **state)
{
	(void)state;
	engine_free(engine);
	assert_int_equal(memory.used, 0);
	return 0;
}

/* --- programs --- */

static struct wire_writer begin(void)
{
	return (struct wire_writer){program_room, program_room + sizeof program_room, false};
}

static struct wire_text end(const struct wire_writer *w)
{
	assert_false(w->failed);
	return (struct wire_text){(const char *)program_room, (uint32_t)(w->at - program_room)};
}

static void put_test(struct wire_writer *w, const char *field, enum predicate_comparison comparison,
		     const struct predicate_value *values, uint16_t count)
{
	predicate_write(w, &(struct predicate_step){.op = PREDICATE_TEST,
						    .comparison = comparison,
						    .count = count,
						    .name = fixture_text(field)});
	for (uint16_t i = 0; i < count; i++)
		predicate_write_value(w, &values[i]);
}

static struct wire_text points_at_least(int64_t number)
{
	struct wire_writer w = begin();
	struct predicate_value value = {.kind = VALUE_DECIMAL, .number = number};
	put_test(&w, "points", COMPARE_AT_LEAST, &value, 1);
	return end(&w);
}

static struct wire_text saved(const char *name)
{
	struct wire_writer w = begin();
	predicate_write(
	    &w, &(struct predicate_step){.op = PREDICATE_SAVED, .name = fixture_text(name)});
	return end(&w);
}

/* `count` birthdays within a week, or none of them. */
static struct wire_text birthdays(uint16_t count)
{
	struct wire_writer w = begin();
	struct predicate_value value = {.kind = VALUE_FROM, .number = 7, .detail = 'd'};
	for (uint16_t i = 0; i < count; i++)
		put_test(&w, "birthday", COMPARE_WITHIN, &value, 1);
	predicate_write(&w, &(struct predicate_step){.op = PREDICATE_OR, .count = count});
	return end(&w);
}

/* --- commands --- */

static enum error save(const char *name, struct wire_text program)
{
	struct command command = {.opcode = OP_segment_save};
	command.as.segment_save =
	    (struct msg_segment_save){3, fixture_key(NOW_US, ++serial), fixture_text(name), program,
				      fixture_text("as it was written")};
	if (fixture_run(engine, &command, NOW_US, &decision) == VERDICT_EVENT)
		return ERROR_OK;
	assert_int_equal(decision.verdict, VERDICT_REFUSED);
	return (enum error)decision.answer.status;
}

static enum error drop(const char *name)
{
	struct command command = {.opcode = OP_segment_drop};
	command.as.segment_drop =
	    (struct msg_segment_drop){2, fixture_key(NOW_US, ++serial), fixture_text(name)};
	if (fixture_run(engine, &command, NOW_US, &decision) == VERDICT_EVENT)
		return ERROR_OK;
	assert_int_equal(decision.verdict, VERDICT_REFUSED);
	return (enum error)decision.answer.status;
}

static void earn(uint64_t customer, int64_t points)
{
	struct command command =
	    fixture_write(OP_customer_create, fixture_key(NOW_US, ++serial), customer, 0);
	fixture_run(engine, &command, NOW_US, &decision);
	command = fixture_write(OP_points_earn, fixture_key(NOW_US, ++serial), customer, points);
	assert_int_equal(fixture_run(engine, &command, NOW_US, &decision), VERDICT_EVENT);
}

static enum error ask_test(uint64_t customer, const char *name)
{
	struct command command = {.opcode = OP_segment_test};
	command.as.segment_test = (struct msg_segment_test){2, customer, fixture_text(name)};
	fixture_decide(engine, &command, NOW_US, &decision);
	return (enum error)decision.answer.status;
}

static bool is_in(uint64_t customer, const char *name)
{
	assert_int_equal(ask_test(customer, name), ERROR_OK);
	return decision.answer.as.segment_test.member != 0;
}

static void settle(void)
{
	struct event event;
	while (engine_settle(engine, NOW_US, &event))
		engine_apply(engine, &event);
}

static void build(void)
{
	while (engine_build(engine, 1))
		;
}

static bool says(struct wire_text text, const char *words)
{
	return text.size == strlen(words) && memcmp(text.bytes, words, text.size) == 0;
}

/* --- rules --- */

static void refusals(void **state)
{
	struct predicate_value word = {.kind = VALUE_TEXT, .text = fixture_text("golden")};
	char name[16];
	(void)state;
	struct wire_writer w = begin();
	put_test(&w, "tier", COMPARE_EQUAL, &word, 1);
	/* Each heals the defect before it. */
	assert_int_equal(save("A!", fixture_text("?")), ERROR_PREDICATE_BROKEN);
	assert_int_equal(save("A!", birthdays(13)), ERROR_PREDICATE_TOO_LARGE);
	assert_int_equal(decision.answer.detail.a, 13);
	assert_int_equal(decision.answer.detail.b, 12);
	w = begin();
	put_test(&w, "tier", COMPARE_EQUAL, &word, 1);
	assert_int_equal(save("A!", end(&w)), ERROR_QUERY_VALUE);
	assert_true(says(decision.answer.words.word, "golden"));
	assert_int_equal(save("A!", saved("rich")), ERROR_SEGMENT_UNKNOWN);
	assert_int_equal(save("A!", points_at_least(5)), ERROR_SEGMENT_NAME);
	assert_int_equal(save("and", points_at_least(5)), ERROR_SEGMENT_NAME);
	assert_int_equal(save("spend", points_at_least(5)), ERROR_SEGMENT_EXISTS);
	assert_int_equal(save("rich", points_at_least(5)), ERROR_OK);
	assert_int_equal(save("rich", points_at_least(6)), ERROR_SEGMENT_EXISTS);
	assert_int_equal(save("riches", saved("rick")), ERROR_SEGMENT_UNKNOWN);
	assert_true(says(decision.answer.words.near, "; did you mean \"rich\"?"));
	assert_int_equal(save("richer", saved("rich")), ERROR_OK);
	assert_int_equal(drop("poor"), ERROR_SEGMENT_UNKNOWN);
	assert_int_equal(drop("rich"), ERROR_SEGMENT_USED);
	assert_true(says(decision.answer.words.near, "richer"));
	assert_int_equal(drop("richer"), ERROR_OK);
	assert_int_equal(drop("rich"), ERROR_OK);
	for (unsigned i = 0; i < LIMIT_SEGMENTS; i++) {
		snprintf(name, sizeof name, "s%u", i);
		assert_int_equal(save(name, points_at_least((int64_t)i)), ERROR_OK);
	}
	assert_int_equal(save("more", points_at_least(1)), ERROR_SEGMENT_FULL);
	assert_int_equal(ask_test(0, "none"), ERROR_ID_ZERO);
	assert_int_equal(ask_test(1, "none"), ERROR_SEGMENT_UNKNOWN);
	assert_int_equal(ask_test(1, "s1"), ERROR_NOT_FOUND);
	fixture_check(engine);
}

/* A field that a saved segment asks for stays, under whatever name; names are of one or the other.
 */
static void fields_in_use(void **state)
{
	struct command add = {.opcode = OP_field_add}, command = {.opcode = OP_field_drop};
	struct wire_writer w;
	(void)state;
	add.as.field_add = (struct msg_field_add){.given = 3,
						  .key = fixture_key(NOW_US, ++serial),
						  .name = fixture_text("shoe_size"),
						  .kind = FIELD_KIND_number};
	assert_int_equal(fixture_run(engine, &add, NOW_US, &decision), VERDICT_EVENT);
	assert_int_equal(save("shoe_size", points_at_least(1)), ERROR_SEGMENT_EXISTS);
	w = begin();
	put_test(&w, "shoe_size", COMPARE_IS_NOT_NULL, NULL, 0);
	assert_int_equal(save("measured", end(&w)), ERROR_OK);
	build();
	add.as.field_add.key = fixture_key(NOW_US, ++serial);
	add.as.field_add.name = fixture_text("measured");
	assert_int_equal(fixture_run(engine, &add, NOW_US, &decision), VERDICT_REFUSED);
	assert_int_equal(decision.answer.status, ERROR_SEGMENT_EXISTS);
	command.as.field_drop =
	    (struct msg_field_drop){2, fixture_key(NOW_US, ++serial), fixture_text("shoe_size")};
	assert_int_equal(fixture_run(engine, &command, NOW_US, &decision), VERDICT_REFUSED);
	assert_int_equal(decision.answer.status, ERROR_FIELD_USED);
	assert_true(says(decision.answer.words.near, "measured"));
	assert_int_equal(drop("measured"), ERROR_OK);
	assert_int_equal(fixture_run(engine, &command, NOW_US, &decision), VERDICT_EVENT);
	fixture_check(engine);
}

static void listed(void **state)
{
	struct command command = {.opcode = OP_segment_list};
	struct rec_saved record;
	(void)state;
	earn(1, 10);
	settle();
	save("first", points_at_least(5));
	build();
	save("second", points_at_least(50));
	build();
	earn(1, 100);
	settle();
	fixture_decide(engine, &command, NOW_US, &decision);
	struct ans_segment_list *list = &decision.answer.as.segment_list;
	struct wire_reader r = {list->segments.bytes, list->segments.bytes + list->segments.size,
				false};
	assert_int_equal(list->segments.count, 2);
	assert_int_equal(list->next, 0);
	assert_true(decode_rec_saved(&r, &record));
	assert_true(says(record.name, "first"));
	assert_true(says(record.source, "as it was written"));
	assert_int_equal(record.customers, 1);
	assert_int_equal(record.building, 0);
	assert_true(decode_rec_saved(&r, &record));
	assert_int_equal(record.number, 1);
	assert_int_equal(record.customers, 1);
}

/* --- building --- */

#define MANY 600u /* a build looks at 256 at a time */

static void built_beside_changes(void **state)
{
	(void)state;
	for (uint64_t customer = 1; customer <= MANY; customer++)
		earn(customer, 1 + (int64_t)(customer % 10));
	settle();
	assert_int_equal(save("five", points_at_least(5)), ERROR_OK);
	assert_true(engine_is_building(engine));
	assert_true(engine_build(engine, 1));
	assert_true(is_in(15, "five") && is_in(585, "five") && !is_in(593, "five"));
	earn(585, 1);  /* judged early: it was in */
	earn(593, 1);  /* it was not, and is now */
	earn(1000, 9); /* made later */
	uint64_t before = engine_applied(engine);
	settle();
	assert_int_equal(engine_applied(engine), before + 2); /* 593 and 1000 entered */
	assert_true(is_in(585, "five") && is_in(593, "five") && is_in(1000, "five"));
	build();
	fixture_check(engine);
	assert_int_equal(engine->segments.all[0].customers, MANY * 6 / 10 + 2);
}

/* --- later days --- */

static void turn_to(int32_t day)
{
	while (engine->today < day) {
		days_turn_one(engine, NOW_US);
		settle();
	}
}

/* B4: ends that meet, and a date behind the calendar. */
static void bound_again(void **state)
{
	struct predicate_value ends[] = {
	    {.kind = VALUE_FROM, .number = -3, .detail = 'd'},
	    {.kind = VALUE_DATE, .number = FIXTURE_TODAY + 5},
	};
	struct predicate_value far = {.kind = VALUE_FROM, .detail = 'd'};
	(void)state;
	earn(1, 1);
	struct command order = fixture_order(1, "o-1", FIXTURE_TODAY, 100);
	assert_int_equal(fixture_run(engine, &order, NOW_US, &decision), VERDICT_EVENT);
	settle();
	struct wire_writer w = begin();
	put_test(&w, "last_order", COMPARE_BETWEEN, ends, 2);
	assert_int_equal(save("between_them", end(&w)), ERROR_OK);
	build();
	far.number = 47481 - FIXTURE_TODAY;
	w = begin();
	put_test(&w, "last_order", COMPARE_LESS, &far, 1);
	assert_int_equal(save("before_the_end", end(&w)), ERROR_OK);
	build();
	assert_true(is_in(1, "between_them"));
	turn_to(FIXTURE_TODAY + 3);
	assert_true(is_in(1, "between_them"));
	turn_to(FIXTURE_TODAY + 4);
	assert_false(is_in(1, "between_them"));
	turn_to(FIXTURE_TODAY + 12);
	assert_false(is_in(1, "between_them"));
	assert_true(is_in(1, "before_the_end"));
	w = begin(); /* it could not be saved any more, but what names it can */
	put_test(&w, "last_order", COMPARE_BETWEEN, ends, 2);
	assert_int_equal(save("late", end(&w)), ERROR_QUERY_REVERSED);
	assert_int_equal(save("late", saved("between_them")), ERROR_OK);
	build();
	assert_false(is_in(1, "late"));
	assert_int_equal(save("late_too", saved("before_the_end")), ERROR_OK);
	build();
	assert_true(is_in(1, "late_too"));
	turn_to(FIXTURE_TODAY + 13);
	fixture_check(engine);
}

/* All that a condition may hold of it, on the last days of a year. */
static void birthdays_at_new_year(void **state)
{
	(void)state;
	assert_int_equal(save("born", birthdays(12)), ERROR_OK);
	build();
	turn_to(FIXTURE_TODAY + 190); /* 1999-01-07 */
	fixture_check(engine);
}

/* --- questions --- */

static struct question *ask_count(struct wire_text program)
{
	struct question *question = question_new(&memory.memory);
	struct command command = {.opcode = OP_query_count};
	command.as.query_count.given = 1;
	command.as.query_count.predicate = program;
	struct request request = {.command = &command, .now_us = NOW_US, .question = question};
	static uint8_t room[LIMIT_ANSWER_BYTES];
	request.room = room;
	engine_decide(engine, &request, &decision);
	return question;
}

/* A question about a segment that was dropped meanwhile goes on, until its bit is used again. */
static void dropped_meanwhile(void **state)
{
	struct wire_text program;
	char name[16];
	(void)state;
	for (uint64_t customer = 1; customer <= MANY; customer++)
		earn(customer, 10);
	settle();
	assert_int_equal(save("ten", points_at_least(10)), ERROR_OK);
	build();
	struct wire_writer w = begin();
	predicate_write(
	    &w, &(struct predicate_step){.op = PREDICATE_SAVED, .name = fixture_text("ten")});
	predicate_write(&w, &(struct predicate_step){.op = PREDICATE_NOT});
	predicate_write(&w, &(struct predicate_step){.op = PREDICATE_NOT});
	program = end(&w);
	struct question *first = ask_count(program);
	assert_int_equal(decision.verdict, VERDICT_QUESTION);
	assert_int_equal(question_begin(engine, first), ERROR_OK);
	assert_int_equal(drop("ten"), ERROR_OK);
	static uint8_t room[LIMIT_ANSWER_BYTES];
	assert_int_equal(question_step(engine, first, 10000), QUESTION_DONE);
	question_answer(engine, first, room, &decision);
	assert_int_equal(decision.answer.as.query_count.customers, MANY);
	question_end(engine, first);
	question_free(first);
	/* The same, and 64 more are saved while it waits. */
	assert_int_equal(save("ten", points_at_least(10)), ERROR_OK);
	build();
	w = begin();
	predicate_write(
	    &w, &(struct predicate_step){.op = PREDICATE_SAVED, .name = fixture_text("ten")});
	predicate_write(&w, &(struct predicate_step){.op = PREDICATE_NOT});
	first = ask_count(end(&w));
	assert_int_equal(question_begin(engine, first), ERROR_OK);
	assert_int_equal(drop("ten"), ERROR_OK);
	for (unsigned i = 0; i < LIMIT_SEGMENTS; i++) {
		snprintf(name, sizeof name, "s%u", i);
		assert_int_equal(save(name, points_at_least(1)), ERROR_OK);
		build();
	}
	assert_int_equal(question_step(engine, first, 10000), QUESTION_FAILED);
	question_end(engine, first);
	question_free(first);
	fixture_check(engine);
}

/* I3: what is refused, or known to the index, saw that there is a segment. */
static void seen(void **state)
{
	struct predicate_value nothing = {.kind = VALUE_DECIMAL};
	(void)state;
	earn(1, 10);
	settle();
	struct wire_writer w = begin();
	put_test(&w, "spend", COMPARE_AT_LEAST, &nothing, 1);
	assert_int_equal(save("all_of_them", end(&w)), ERROR_OK);
	uint64_t event = engine->applied;
	question_free(ask_count(saved("all_of_them"))); /* it is built: its condition is asked */
	assert_int_equal(decision.answer.as.query_count.plan, PLAN_index);
	assert_int_equal(decision.answer.as.query_count.customers, 1);
	assert_int_equal(decision.saw, event);
	assert_int_equal(ask_test(2, "all_of_them"), ERROR_NOT_FOUND);
	assert_int_equal(decision.saw, event);
}

/* I3: dates of a condition are bound from the day, also where the index answers. */
static void seen_day(void **state)
{
	struct predicate_value far = {.kind = VALUE_FROM, .number = 90, .detail = 'y'};
	(void)state;
	earn(1, 10);
	turn_to(FIXTURE_TODAY + 1);
	struct wire_writer w = begin();
	put_test(&w, "birth_date", COMPARE_AT_LEAST, &far, 1); /* nobody's date can be so late */
	question_free(ask_count(end(&w)));
	assert_int_equal(decision.answer.as.query_count.plan, PLAN_index);
	assert_int_equal(decision.answer.as.query_count.customers, 0);
	assert_int_equal(decision.saw, engine->day_event);
}

/* --- memory --- */

/* Each allocation of a life fails once: it is refused, and done at the next attempt. */
static void without_memory(void **state)
{
	struct fixture_memory m;
	struct event genesis = fixture_genesis();
	(void)state;
	for (uint64_t at = 1;; at++) {
		fixture_memory(&m);
		m.fail_at = at;
		struct engine *e = engine_new(&m.memory);
		if (e == NULL)
			continue;
		while (engine_reserve(e, 1) != ERROR_OK)
			assert_true(m.calls >= at);
		engine_apply(e, &genesis);
		while (engine_index(e) != ERROR_OK)
			assert_true(m.calls >= at);
		for (int i = 0; i < 2; i++) {
			struct event event = {.number = engine_applied(e) + 1,
					      .time_us = genesis.time_us,
					      .type = EVENT_segment_saved,
					      .parts = PART_segment};
			event.segment.number = (uint64_t)i;
			event.segment.name = fixture_text(i == 0 ? "a" : "b");
			event.segment.program = points_at_least(i);
			while (engine_reserve(e, 1) != ERROR_OK)
				assert_true(m.calls >= at);
			engine_apply(e, &event);
		}
		bool failed = m.calls >= at;
		m.fail_at = 0; /* a check takes memory, too */
		fixture_check(e);
		engine_free(e);
		assert_int_equal(m.used, 0);
		if (!failed)
			return;
	}
}

int main(void)
{
#define WITH_ENGINE(test) cmocka_unit_test_setup_teardown(test, open_engine, close_engine)
	const struct CMUnitTest tests[] = {
	    WITH_ENGINE(refusals),
	    WITH_ENGINE(listed),
	    WITH_ENGINE(fields_in_use),
	    WITH_ENGINE(bound_again),
	    WITH_ENGINE(built_beside_changes),
	    WITH_ENGINE(birthdays_at_new_year),
	    WITH_ENGINE(dropped_meanwhile),
	    WITH_ENGINE(seen),
	    WITH_ENGINE(seen_day),
	    cmocka_unit_test(without_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
