/* history_test.c -- records of days: what fits, what is found, memory that runs out at each
 * allocation, codecs at their limits; the event that closes a day; and damage that engine_check
 * finds.
 *
 * What records say is in history_model_test.c.
 */
#include <stdio.h>

#include "tests/unit/engine/history_fixture.h"

#include "server/engine/state.h"

static struct fixture_memory memory;
static struct engine *engine;
static struct decision decision;

static int open_engine(void **state)
{
	struct rules rules = rules_default();
	struct event genesis = genesis_of(&rules, FIXTURE_TODAY);
	(void)state;
	fixture_memory(&memory);
	engine = engine_of(&memory, &genesis);
	assert_int_equal(engine_index(engine), ERROR_OK);
	return 0;
}

static int close_engine(void **state)
{
	(void)state;
	engine_free(engine);
	assert_int_equal(memory.used, 0);
	return 0;
}

static void buy(uint64_t customer, int64_t amount)
{
	char id[32];
	snprintf(id, sizeof id, "A-%u", (unsigned)customer);
	struct command command = fixture_order(customer, id, engine_today(engine), amount);
	assert_int_equal(fixture_run(engine, &command, FIXTURE_START_US, &decision), VERDICT_EVENT);
}

static void expect_damage(const char *part)
{
	struct failure failure = {EXIT_FINE, ""};
	assert_false(engine_check(engine, &failure));
	assert_int_equal(failure.code, EXIT_DAMAGE);
	if (strstr(failure.text, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", failure.text, part);
}

/* --- records --- */

#define DAYS 2000u

struct told {
	uint32_t cells, segments; /* bytes */
	uint8_t fill;
};

static struct part_history record_of(const struct told *told, uint32_t day, uint8_t *room)
{
	memset(room, told->fill, told->cells + told->segments);
	const char *text = (const char *)room;
	return (struct part_history){
	    (int64_t)day + 10000, {text, told->cells}, {text + told->cells, told->segments}};
}

static void expect_record(const struct history *history, const struct told *told, uint32_t day)
{
	uint8_t room[HISTORY_DAY_BYTES];
	struct part_history part = record_of(told, day, room);
	const struct history_day *found = history_find(history, part.day);
	assert_non_null(found);
	assert_int_equal(found->event, 2 * day + 7);
	assert_int_equal(found->part.day, part.day);
	assert_int_equal(found->part.cells.size, part.cells.size);
	assert_int_equal(found->part.segments.size, part.segments.size);
	assert_memory_equal(found->part.cells.bytes, part.cells.bytes, part.cells.size);
	assert_memory_equal(found->part.segments.bytes, part.segments.bytes, part.segments.size);
}

/* Records of any size within what was reserved for all of them together. */
static void test_records_of_any_size(void **state)
{
	static struct told told[DAYS];
	uint64_t random = fixture_seed(11);
	uint8_t room[HISTORY_DAY_BYTES];
	struct history history;
	(void)state;
	history_open(&history, &memory.memory);
	assert_null(history_last(&history));
	assert_null(history_find(&history, 10000));
	for (uint32_t day = 0, end; day < DAYS; day = end) {
		uint64_t bytes = 0;
		end = day + 1 + (uint32_t)days_draw(&random, 60);
		end = end > DAYS ? DAYS : end;
		for (uint32_t i = day; i < end; i++) {
			uint32_t most = days_draw(&random, 3) == 0 ? HISTORY_DAY_BYTES : 900;
			uint32_t size = (uint32_t)days_draw(&random, most + 1);
			uint32_t cells = (uint32_t)days_draw(&random, size + 1);
			told[i] = (struct told){cells, size - cells, (uint8_t)random};
			bytes += size;
		}
		assert_true(history_reserve(&history, end - day, bytes));
		uint64_t calls = memory.calls;
		for (; day < end; day++) {
			struct part_history part = record_of(&told[day], day, room);
			history_add(&history, &part, 2 * day + 7);
		}
		assert_true(memory.calls == calls); /* E2 */
	}
	for (uint32_t day = 0; day < DAYS; day++)
		expect_record(&history, &told[day], day);
	assert_null(history_find(&history, 9999));
	assert_null(history_find(&history, 10000 + DAYS));
	assert_null(history_find(&history, INT64_MIN));
	assert_null(history_find(&history, INT64_MAX));
	assert_int_equal(history_last(&history)->part.day, 9999 + DAYS);
	history_close(&history);
}

/* What was reserved before the memory ended is there; the same again succeeds. */
static void test_out_of_memory(void **state)
{
	static const struct told most = {HISTORY_DAY_BYTES, 0, 5};
	uint8_t room[HISTORY_DAY_BYTES];
	uint64_t n = 0;
	(void)state;
	for (bool refused = true; refused; n++) {
		struct history history;
		history_open(&history, &memory.memory);
		refused = false;
		memory.fail_at = memory.calls + n + 1;
		for (uint32_t day = 0; day < 40; day++) {
			if (!history_reserve(&history, 1, HISTORY_DAY_BYTES)) {
				refused = true;
				assert_true(history_reserve(&history, 1, HISTORY_DAY_BYTES));
			}
			struct part_history part = record_of(&most, day, room);
			history_add(&history, &part, 2 * day + 7);
		}
		memory.fail_at = 0;
		for (uint32_t day = 0; day < 40; day++)
			expect_record(&history, &most, day);
		history_close(&history);
	}
	assert_true(n > 5);
}

/* The largest record there can be, read back; cut anywhere it is none. */
static void test_codecs_at_their_limits(void **state)
{
	uint8_t bytes[HISTORY_DAY_BYTES];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct rec_cell most = {15, 6, UINT32_MAX, INT64_MAX, INT64_MAX}, cell;
	struct history_segment whole = {63, UINT64_MAX, UINT32_MAX}, segment;
	(void)state;
	for (uint32_t i = 0; i < SPEND_CELLS; i++)
		history_write_cell(&w, &most);
	assert_true(w.at - bytes <= (int64_t)(SPEND_CELLS * HISTORY_CELL_BYTES));
	const uint8_t *middle = w.at;
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++)
		history_write_segment(&w, &whole);
	assert_false(w.failed);
	struct wire_reader r = {bytes, middle, false};
	uint32_t count = 0;
	for (; history_read_cell(&r, &cell); count++)
		assert_true(cell.tier == most.tier && cell.stage == most.stage &&
			    cell.customers == most.customers && cell.spend == most.spend &&
			    cell.points == most.points);
	assert_true(!r.failed && count == SPEND_CELLS);
	r = (struct wire_reader){middle, w.at, false};
	for (count = 0; history_read_segment(&r, &segment); count++)
		assert_true(segment.number == whole.number && segment.event == whole.event &&
			    segment.customers == whole.customers);
	assert_true(!r.failed && count == LIMIT_SEGMENTS);
	size_t of_cell = (size_t)(middle - bytes) / SPEND_CELLS;
	for (size_t size = 1; size < of_cell; size++) {
		r = (struct wire_reader){bytes, bytes + size, false};
		assert_true(!history_read_cell(&r, &cell) && r.failed);
	}
	r = (struct wire_reader){middle, middle + 3, false};
	assert_true(!history_read_segment(&r, &segment) && r.failed);
}

/* --- the event --- */

static void test_a_day_is_closed_once(void **state)
{
	struct day_close close = {.now_us = 0};
	struct event event;
	(void)state;
	buy(1, 20000);
	buy(2, 100);
	assert_null(history_last(&engine->history)); /* no day ended */
	assert_true(engine_close_day(engine, &close, &event));
	assert_true(event.type == EVENT_day_closed && event.parts == PART_history);
	assert_true(event.customer == 0 && event.flags == 0 && event.previous == 0);
	assert_int_equal(event.history.day, FIXTURE_TODAY);
	assert_int_equal(event.history.segments.size, 0);
	static const uint8_t cells[] = {0, 1, 1, 100, 1, 1, 1, 1, 0xa0, 0x9c, 1, 0xc8, 1};
	assert_int_equal(event.history.cells.size, sizeof cells);
	assert_memory_equal(event.history.cells.bytes, cells, sizeof cells);
	assert_int_equal(engine_day_cost(&event), 2);
	history_end_day(engine, NULL);
	fixture_check(engine);
	assert_false(engine_close_day(engine, &close, &event));
	days_turn_one(engine, 0);
	fixture_check(engine);
	assert_true(engine_close_day(engine, &close, &event));
}

static void test_an_event_without_history_counts_as_one(void **state)
{
	struct event event = {.parts = PART_day};
	(void)state;
	assert_int_equal(engine_day_cost(&event), 1);
	event.parts = PART_history;
	event.history.cells.size = EVENT_DAY_BYTES;
	event.history.segments.size = 1;
	assert_int_equal(engine_day_cost(&event), 3);
}

/* --- refused --- */

/* A segment and tiers, an unknown one, a page too long: each heals the one before. */
static void test_what_a_trend_may_not_be(void **state)
{
	struct command command = {.opcode = OP_trend};
	struct msg_trend *m = &command.as.trend;
	char name[LIMIT_WORD_BYTES + 40];
	(void)state;
	memset(name, 'x', sizeof name);
	*m = (struct msg_trend){.first = INT64_MIN,
				.last = FIXTURE_TODAY + 1,
				.tiers = 1,
				.stages = 0xffff,
				.segment = {name, sizeof name},
				.limit = 501};
	fixture_decide(engine, &command, 0, &decision);
	assert_int_equal(decision.answer.status, ERROR_TREND_BOTH);
	m->tiers = 0xffff;
	fixture_decide(engine, &command, 0, &decision);
	assert_int_equal(decision.answer.status, ERROR_SEGMENT_UNKNOWN);
	assert_int_equal(decision.answer.words.word.size, LIMIT_WORD_BYTES);
	m->segment.size = 0;
	fixture_decide(engine, &command, 0, &decision);
	assert_int_equal(decision.answer.status, ERROR_HISTORY_AHEAD);
	m->last = INT64_MAX;
	fixture_decide(engine, &command, 0, &decision);
	assert_int_equal(decision.answer.status, ERROR_LIMIT_TOO_HIGH);
	m->limit = 500;
	fixture_decide(engine, &command, 0, &decision);
	assert_int_equal(decision.verdict, VERDICT_ANSWER);
}

/* --- damage --- */

static void test_check_finds_damage(void **state)
{
	struct history *history = &engine->history;
	(void)state;
	buy(1, 20000);
	buy(2, 100);
	for (int day = 0; day < 3; day++) {
		history_end_day(engine, NULL);
		days_turn_one(engine, 0);
	}
	fixture_check(engine);
	uint8_t *cells = (uint8_t *)(uintptr_t)history->days[1].part.cells.bytes;
	cells[3]++; /* C22 */
	expect_damage("is not what was recorded");
	cells[3]--;
	cells[2] = 0; /* C23: nobody there */
	expect_damage("day 10409 cannot be");
	cells[2] = 3; /* more than all */
	expect_damage("day 10409 cannot be");
	cells[2] = 1;
	cells[0] = 1; /* the same cell twice */
	expect_damage("day 10409 cannot be");
	cells[0] = 0;
	history->days[1].part.cells.size--;
	expect_damage("day 10409 cannot be");
	history->days[1].part.cells.size++;
	history->days[1].part.day++;
	expect_damage("out of order");
	history->days[1].part.day--;
	fixture_check(engine);
	engine->today++; /* C22 */
	engine->month = 10000;
	assert_false(engine_check(engine, &(struct failure){EXIT_FINE, ""}));
}

/* Each tells of the rows behind the last day, as long as nothing happens. */
static void test_check_compares_with_the_rows(void **state)
{
	(void)state;
	buy(1, 20000);
	buy(2, 100);
	history_end_day(engine, NULL);
	struct history *history = &engine->history;
	uint8_t *cells = (uint8_t *)(uintptr_t)history->days[0].part.cells.bytes;
	cells[3]++;
	history->digest = history_digest(0, &history->days[0].part);
	expect_damage("says 1 customers of tier 0, stage 1"); /* C24 */
	cells[3]--;
	history->days[0].part.cells.size = 5;
	history->digest = history_digest(0, &history->days[0].part);
	expect_damage("leaves customers out"); /* C24 */
	buy(3, 100);
	fixture_check(engine); /* that was yesterday, who knows */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_engine, close_engine)
	const struct CMUnitTest tests[] = {
	    TEST(test_records_of_any_size),
	    TEST(test_out_of_memory),
	    TEST(test_codecs_at_their_limits),
	    TEST(test_a_day_is_closed_once),
	    TEST(test_an_event_without_history_counts_as_one),
	    TEST(test_what_a_trend_may_not_be),
	    TEST(test_check_finds_damage),
	    TEST(test_check_compares_with_the_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
