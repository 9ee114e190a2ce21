/* hostile_test.c -- programs, lists and cursors nobody would send who means well: no fault, no
 * unbounded work, and memory that ends at any allocation.
 *
 * Every program ends at a page that may not be read.
 */
#include <time.h>

#include "server/engine/query/question_private.h"
#include "tests/support/draw_program.h"
#include "tests/support/guard.h"
#include "tests/unit/engine/query/draw_value.h"

static struct crowd crowd;
static struct snapshot snapshot;
static struct decision got;
static uint8_t room[LIMIT_ANSWER_BYTES];

static int open_all(void **state)
{
	(void)state;
	crowd_open(&crowd, fixture_seed((uint64_t)time(NULL)), 700);
	snapshot_take(&snapshot, crowd.kit->engine);
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	free(snapshot.seen);
	crowd_close(&crowd);
	return 0;
}

/* Decide, run to its end and answer with this memory.  The status. */
static enum error run_with(const struct command *command, const struct memory *memory)
{
	struct engine *engine = crowd.kit->engine;
	struct question *question = question_new(memory);
	struct request request = {
	    .command = command, .now_us = FIXTURE_CARE_NOW_US, .room = room, .question = question};
	enum error error = ERROR_OK;
	engine_decide(engine, &request, &got);
	if (got.verdict == VERDICT_QUESTION) {
		error = question_begin(engine, question);
		while (error == ERROR_OK && question_step(engine, question, 1000) == QUESTION_MORE)
			continue;
		if (error == ERROR_OK)
			question_answer(engine, question, room, &got);
	}
	if (error == ERROR_OK && got.verdict == VERDICT_REFUSED)
		error = (enum error)got.answer.status;
	if (question != NULL)
		question_end(engine, question);
	question_free(question);
	return error;
}

static enum error run(const struct command *command)
{
	return run_with(command, &crowd.kit->memory.memory);
}

static enum error count(const void *bytes, size_t size)
{
	struct command command = {.opcode = OP_query_count};
	command.as.query_count.predicate =
	    (struct wire_text){(const char *)guard_copy(bytes, size), (uint32_t)size};
	return run(&command);
}

/* --- programs --- */

static uint64_t draw_roll(void *context, uint64_t sides)
{
	(void)context;
	return crowd_roll(&crowd, sides);
}

static uint32_t draw_field(void *context)
{
	return (uint32_t)draw_roll(context, CATALOGUE_external_id);
}

static bool draw_value(void *context, uint32_t place, struct predicate_value *value)
{
	(void)context;
	return draw_value_of(&crowd, &snapshot, place, value);
}

static const struct draw_program draw = {NULL, draw_roll, draw_field, draw_value};

/* Every part of a program but the whole is none, or means something else; each byte is spoilt. */
static void test_parts_and_spoilt_bytes(void **state)
{
	struct program program;
	uint64_t passed = 0;
	(void)state;
	for (int i = 0; i < 150; i++) {
		program_open(&program);
		draw_program(&draw, &program, 3);
		size_t size = program_text(&program).size;
		for (size_t part = 0; part < size; part++)
			count(program.bytes, part);
		for (size_t at = 0; at < size; at++) {
			uint8_t kept = program.bytes[at];
			program.bytes[at] = (uint8_t)crowd_roll(&crowd, 256);
			passed += count(program.bytes, size) == ERROR_OK;
			program.bytes[at] = kept;
		}
	}
	assert_true(passed > 0);
	assert_int_equal(count("", 0), ERROR_PREDICATE_BROKEN);
}

static void test_random_bytes(void **state)
{
	uint8_t bytes[96];
	(void)state;
	for (int i = 0; i < 100000; i++) {
		size_t size = crowd_roll(&crowd, sizeof bytes);
		for (size_t at = 0; at < size; at++)
			bytes[at] =
			    (uint8_t)crowd_roll(&crowd, crowd_roll(&crowd, 2) == 0 ? 8 : 256);
		count(bytes, size);
	}
}

static void test_limits(void **state)
{
	static uint8_t nots[1 << 16];
	struct program program;
	(void)state;
	memset(nots, PREDICATE_NOT, sizeof nots);
	nots[0] = PREDICATE_ALL;
	assert_int_equal(count(nots, LIMIT_PREDICATE_DEPTH), ERROR_OK);
	assert_int_equal(count(nots, LIMIT_PREDICATE_DEPTH + 1), ERROR_PREDICATE_TOO_LARGE);
	assert_int_equal(count(nots, sizeof nots), ERROR_PREDICATE_TOO_LARGE);
	memset(nots, PREDICATE_ALL, sizeof nots);
	assert_int_equal(count(nots, LIMIT_PREDICATE_STEPS), ERROR_PREDICATE_BROKEN);
	assert_int_equal(count(nots, LIMIT_PREDICATE_STEPS + 1), ERROR_PREDICATE_TOO_LARGE);
	for (uint16_t values = 1000; values <= 1100; values += 100) {
		program_open(&program);
		program_test(&program, "points", COMPARE_NOT_IN, values);
		for (uint16_t i = 0; i < values; i++)
			program_decimal(&program, 3 * (int64_t)(values - i), 0);
		assert_int_equal(count(program.bytes, program_text(&program).size),
				 values <= LIMIT_PREDICATE_VALUES ? ERROR_OK
								  : ERROR_PREDICATE_TOO_LARGE);
	}
}

/* 255 tests on yearly days and amounts, joined by or: the plan of it is found, and in time. */
static void test_the_widest_program(void **state)
{
	struct program program;
	(void)state;
	program_open(&program);
	for (int64_t i = 0; i < LIMIT_PREDICATE_STEPS - 1; i++) {
		program_test(&program, "spend", COMPARE_EQUAL, 1);
		program_decimal(&program, 2 * i, 2);
	}
	program_joint(&program, PREDICATE_OR, LIMIT_PREDICATE_STEPS - 1);
	assert_int_equal(count(program.bytes, program_text(&program).size), ERROR_OK);
	assert_true(got.answer.as.query_count.customers > 0);
	assert_int_not_equal(got.answer.as.query_count.plan, PLAN_index); /* too many ranges */
}

/* --- cursors --- */

static void test_forged_cursors(void **state)
{
	static const char *const orders[] = {"", "spend", "id", "last_order", "tier", "gap"};
	static const int64_t values[] = {INT64_MIN, INT64_MIN + 1, -1,         0,        1,
					 699,       700,           UINT32_MAX, INT64_MAX};
	static const uint64_t customers[] = {0, 1, UINT64_MAX, 300};
	struct program program;
	(void)state;
	program_open(&program);
	program_all(&program);
	for (uint32_t i = 0; i < 6 * 9 * 4 * 4; i++) {
		struct command command = {.opcode = OP_query_page};
		struct msg_query_page *m = &command.as.query_page;
		m->predicate = program_text(&program);
		m->order = fixture_text(orders[i % 6]);
		m->descending = i / 6 % 2 != 0;
		m->limit = 10;
		assert_int_equal(run(&command), ERROR_OK);
		m->query = got.answer.as.query_page.query;
		m->after_null = i / 12 % 2 != 0;
		m->after_value = values[i / 24 % 9];
		m->after_customer = customers[i / 216 % 4];
		assert_int_equal(run(&command), ERROR_OK);
		assert_true(got.answer.as.query_page.rows.count <= 10);
		m->query ^= 1;
		assert_int_equal(run(&command), ERROR_CURSOR_FOREIGN);
	}
}

/* Pages of a cursor, while nothing changes: each customer once. */
static void test_cursors_visit_each_once(void **state)
{
	static const char *const orders[] = {"",     "spend", "id",     "last_order", "tier",
					     "band", "gap",   "events", "birthday",   "gender"};
	struct program program;
	(void)state;
	program_open(&program);
	program_all(&program);
	for (uint32_t i = 0; i < 20; i++) {
		struct command command = {.opcode = OP_query_page};
		struct msg_query_page *m = &command.as.query_page;
		bool *met = calloc(snapshot.count, sizeof *met);
		uint32_t all = 0;
		m->predicate = program_text(&program);
		m->order = fixture_text(orders[i % 10]);
		m->descending = i >= 10;
		m->limit = 37;
		for (bool more = true; more; more = got.answer.as.query_page.more != 0) {
			assert_int_equal(run(&command), ERROR_OK);
			const struct ans_query_page *page = &got.answer.as.query_page;
			struct wire_reader r = {page->rows.bytes,
						page->rows.bytes + page->rows.size, false};
			struct rec_row row;
			for (uint32_t k = 0; k < page->rows.count; k++, all++) {
				assert_true(decode_rec_row(&r, &row));
				const struct seen *seen = snapshot_find(&snapshot, row.customer);
				assert_non_null(seen);
				assert_false(met[seen - snapshot.seen]);
				met[seen - snapshot.seen] = true;
			}
			m->query = page->query;
			m->after_null = page->next_null;
			m->after_value = page->next_value;
			m->after_customer = page->next_customer;
		}
		assert_int_equal(all, snapshot.count);
		free(met);
	}
}

/* --- memory --- */

static void test_memory_ends_anywhere(void **state)
{
	struct program program;
	struct fixture_memory memory;
	(void)state;
	program_open(&program);
	program_test(&program, "points", COMPARE_AT_LEAST, 1);
	program_decimal(&program, 0, 0);
	for (uint16_t opcode = OP_query_count; opcode <= OP_query_stream; opcode++) {
		struct command command = {.opcode = opcode};
		command.as.query_count.predicate = program_text(&program);
		if (opcode == OP_query_page)
			command.as.query_page.order = fixture_text("spend");
		if (opcode == OP_query_groups)
			command.as.query_groups.by = fixture_text("id");
		enum error error = ERROR_OUT_OF_MEMORY;
		for (uint64_t n = 1; error != ERROR_OK; n++) {
			fixture_memory(&memory);
			memory.fail_at = n;
			error = run_with(&command, &memory.memory);
			assert_int_equal(memory.used, 0);
			assert_true(error == ERROR_OK || error == ERROR_OUT_OF_MEMORY ||
				    error == ERROR_QUERY_TOO_LARGE);
			assert_null(crowd.kit->engine->questions);
			assert_true(n < 100);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parts_and_spoilt_bytes),
	    cmocka_unit_test(test_random_bytes),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_the_widest_program),
	    cmocka_unit_test(test_forged_cursors),
	    cmocka_unit_test(test_cursors_visit_each_once),
	    cmocka_unit_test(test_memory_ends_anywhere),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
