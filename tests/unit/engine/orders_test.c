/* orders_test.c -- what orders leave behind, piece by piece: the size of their events, pages and
 * cursors, days of zones, other days than today, programmes, and damage that engine_check finds.
 *
 * Rules are in tests/cases, whole histories in orders_model_test.c.
 */
#include <stdio.h>

#include "tests/unit/engine/fixture_care.h"

#include "server/engine/calendar.h"
#include "server/engine/effective.h"

static struct fixture_memory memory;
static struct engine *engine;
static struct decision decision;
static uint32_t serial;

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

static void buy(uint64_t customer, int32_t age, int64_t amount)
{
	char id[32];
	snprintf(id, sizeof id, "A-%u", serial++);
	struct command command = fixture_order(customer, id, FIXTURE_TODAY - age, amount);
	assert_int_equal(fixture_run(engine, &command, FIXTURE_START_US, &decision), VERDICT_EVENT);
}

static uint16_t ask(const struct command *command)
{
	fixture_decide(engine, command, FIXTURE_START_US, &decision);
	return decision.answer.status;
}

/* The goal of the log: at most 120 bytes an order. */
static void test_size_of_an_order(void **state)
{
	uint8_t bytes[EVENT_PLAIN_BYTES];
	(void)state;
	struct command command =
	    fixture_order(10000000, "S-20261122-0012345", FIXTURE_TODAY, 123456);
	assert_int_equal(fixture_run(engine, &command, FIXTURE_START_US, &decision), VERDICT_EVENT);
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	event_encode(&w, &decision.event);
	assert_false(w.failed);
	print_message("an order that lifts tier and stage has %zu bytes\n", w.at - bytes);
	assert_true(w.at - bytes <= 120);
}

/* The largest event a customer can have fits what commit reserves for it. */
static void test_largest_order(void **state)
{
	static const char id[] = "1234567890123456789012345678901234567890123456789012345678901234";
	uint8_t bytes[EVENT_PLAIN_BYTES];
	(void)state;
	buy(UINT64_MAX, 400, 0);
	struct command command = fixture_order(UINT64_MAX, id, FIXTURE_TODAY, INT64_MAX);
	command.as.order.items = UINT32_MAX;
	assert_int_equal(fixture_run(engine, &command, FIXTURE_START_US, &decision), VERDICT_EVENT);
	struct event event = decision.event;
	event.number = event.previous = UINT64_MAX - 1;
	event.number++;
	event.parts |= PART_tier | PART_stage;
	event.actor = UINT64_MAX;
	event.points = (struct part_points){INT64_MAX, INT64_MIN};
	event.order.day = event.order.spend = INT64_MIN;
	event.order.items = event.order.orders = event.order.tier = event.order.stage = UINT64_MAX;
	event.tier = (struct part_tier){UINT64_MAX, UINT64_MAX, UINT64_MAX,
					INT64_MIN,  INT64_MIN,  UINT64_MAX};
	event.stage = (struct part_stage){UINT64_MAX, UINT64_MAX};
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	event_encode(&w, &event);
	assert_false(w.failed);
}

static struct command page_of(uint32_t limit, bool descending)
{
	struct command command = {.opcode = OP_segment_page};
	command.as.segment_page = (struct msg_segment_page){
	    6, 0xffff, 0xffff, INT64_MIN, INT64_MAX, descending, limit, 0, 0, 0};
	return command;
}

static void test_pages_and_cursors(void **state)
{
	const struct ans_segment_page *page = &decision.answer.as.segment_page;
	(void)state;
	for (uint32_t i = 1; i <= 120; i++)
		buy(i, 0, 100 * (i / 2));
	struct command command = page_of(501, true);
	assert_int_equal(ask(&command), ERROR_LIMIT_TOO_HIGH);
	command = page_of(0, true);
	assert_int_equal(ask(&command), ERROR_OK);
	assert_int_equal(page->members.count, 100);
	assert_true(page->more == 1 && page->query != 0 && page->next_customer == 21);
	assert_int_equal(decision.cost, 101); /* rows, and one cell */

	struct msg_segment_page *m = &command.as.segment_page;
	m->query = page->query;
	m->after_spend = page->next_spend;
	m->after_customer = page->next_customer;
	assert_int_equal(ask(&command), ERROR_OK);
	assert_true(page->members.count == 20 && page->more == 0);
	m->descending = 0; /* another question */
	assert_int_equal(ask(&command), ERROR_CURSOR_FOREIGN);
	m->descending = 1;
	m->to = 5000;
	assert_int_equal(ask(&command), ERROR_CURSOR_FOREIGN);
	m->to = INT64_MAX;
	m->after_spend = 1; /* invented: a position like any other */
	m->after_customer = 77;
	assert_int_equal(ask(&command), ERROR_OK);
	assert_int_equal(page->members.count, 1);
	m->after_spend = INT64_MIN;
	assert_int_equal(ask(&command), ERROR_OK);
	assert_int_equal(page->members.count, 0);
	m->after_spend = INT64_MAX;
	assert_int_equal(ask(&command), ERROR_OK);
	assert_int_equal(page->members.count, 100);
}

/* A cursor outside the range of its own question reads nothing outside it. */
static void test_cursor_outside_the_range(void **state)
{
	const struct ans_segment_page *page = &decision.answer.as.segment_page;
	(void)state;
	for (uint32_t i = 1; i <= 50; i++)
		buy(i, 0, 100 * i);
	for (int descending = 0; descending < 2; descending++) {
		struct command command = page_of(500, descending != 0);
		struct msg_segment_page *m = &command.as.segment_page;
		m->from = 1000;
		m->to = 2000;
		assert_int_equal(ask(&command), ERROR_OK);
		assert_int_equal(page->members.count, 11);
		m->query = page->query;
		m->after_spend = descending ? 4000 : 10; /* before the start, reading on */
		assert_int_equal(ask(&command), ERROR_OK);
		assert_int_equal(page->members.count, 11);
		m->after_spend = descending ? 10 : 4000; /* behind the end */
		assert_int_equal(ask(&command), ERROR_OK);
		assert_int_equal(page->members.count, 0);
	}
}

static void test_walk(void **state)
{
	struct command command = {.opcode = OP_segment_walk};
	const struct ans_segment_walk *walk = &decision.answer.as.segment_walk;
	(void)state;
	assert_int_equal(ask(&command), ERROR_OK);
	assert_true(walk->members.count == 0 && walk->next == 0);
	for (uint32_t i = 0; i < 7; i++)
		buy(100 - i, 0, 1);
	command.as.segment_walk.limit = 4;
	assert_int_equal(ask(&command), ERROR_OK);
	assert_true(walk->members.count == 4 && walk->next == 4);
	command.as.segment_walk.from = 4;
	assert_int_equal(ask(&command), ERROR_OK);
	assert_true(walk->members.count == 3 && walk->next == 0);
	command.as.segment_walk.from = UINT64_MAX; /* invented */
	assert_int_equal(ask(&command), ERROR_OK);
	assert_true(walk->members.count == 0 && walk->next == 0);
	command.as.segment_walk.limit = 501;
	assert_int_equal(ask(&command), ERROR_LIMIT_TOO_HIGH);
}

/* I3: a question saw the last change of what it shows, and nothing newer elsewhere. */
static void test_what_questions_saw(void **state)
{
	struct command count = {.opcode = OP_segment_count}, matrix = {.opcode = OP_matrix};
	(void)state;
	buy(1, 0, 100);      /* event 2: none, new */
	buy(2, 100, 300000); /* event 3: gold, at_risk */
	count.as.segment_count = (struct msg_segment_count){4, 1, 0xffff, INT64_MIN, INT64_MAX};
	assert_int_equal(ask(&count), ERROR_OK);
	assert_int_equal(decision.saw, 2);
	struct command earn = fixture_write(OP_points_earn, fixture_key(FIXTURE_START_US, 1), 1, 5);
	fixture_run(engine, &earn, FIXTURE_START_US, &decision); /* event 4: points only */
	assert_int_equal(ask(&count), ERROR_OK);
	assert_int_equal(decision.saw, 2);
	assert_int_equal(ask(&matrix), ERROR_OK);
	assert_int_equal(decision.saw, 4);
	struct command page = page_of(10, true);
	page.as.segment_page.tiers = 1;
	assert_int_equal(ask(&page), ERROR_OK);
	assert_int_equal(decision.saw, 4); /* of the row it shows */
	buy(1, 0, 500000);                 /* event 5: leaves its cell */
	assert_int_equal(ask(&count), ERROR_OK);
	assert_int_equal(decision.saw, 5);
}

/* effective_row on days to come: what issue after issue will turn the columns into. */
static void test_other_days(void **state)
{
	struct effective e;
	(void)state;
	buy(1, 20, 40000);  /* 1998-06-11 */
	buy(1, 330, 20000); /* 1997-08-05 */
	effective_row(engine, 0, FIXTURE_TODAY, &e);
	assert_true(e.purchases.spend12 == 60000 && e.stage == STAGE_won_back);
	assert_true(e.band == BAND_middle && e.spend12_before == 0);
	effective_row(engine, 0, FIXTURE_TODAY + 31, &e); /* August 1998: one month rolled out */
	assert_true(e.purchases.spend12 == 40000 && e.purchases.orders12 == 1);
	assert_int_equal(e.spend12_before, 20000);
	effective_row(engine, 0, FIXTURE_TODAY + 70, &e);
	assert_int_equal(e.stage, STAGE_won_back);
	effective_row(engine, 0, FIXTURE_TODAY + 71, &e);
	assert_int_equal(e.stage, STAGE_at_risk);
	effective_row(engine, 0, FIXTURE_TODAY + 161, &e);
	assert_int_equal(e.stage, STAGE_churned);
	effective_row(engine, 0, FIXTURE_TODAY + 366, &e);
	assert_true(e.purchases.spend12 == 0 && e.spend12_before == 60000 && e.band == BAND_low);
}

static void test_calendar(void **state)
{
	static const struct {
		int64_t start;
		int32_t offset;
	} changes[] = {{0, 3600}, {86400, 7200}, {2 * 86400, -3600}};
	uint8_t bytes[36];
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		memcpy(bytes + 12 * i, &changes[i].start, 8);
		memcpy(bytes + 12 * i + 8, &changes[i].offset, 4);
	}
	struct wire_text table = {(const char *)bytes, sizeof bytes}, none = {NULL, 0};
	assert_int_equal(calendar_day(none, 86399999999), 0);
	assert_int_equal(calendar_day(none, 86400000000), 1);
	assert_int_equal(calendar_day(none, -1), 0); /* never before 1970 */
	assert_int_equal(calendar_day(none, INT64_MAX), CALENDAR_LAST_DAY);
	assert_int_equal(calendar_day(table, INT64_C(82799) * 1000000), 0);
	assert_int_equal(calendar_day(table, INT64_C(82800) * 1000000), 1);
	assert_int_equal(calendar_day(table, INT64_C(165600) * 1000000), 2);
	assert_int_equal(calendar_day(table, INT64_C(172800) * 1000000),
			 2); /* clocks went back over midnight: the day has begun */
	for (int32_t day = 0; day < 5; day++) {
		int64_t end = calendar_day_end(table, day);
		assert_true(calendar_day(table, end - 1) <= day && calendar_day(table, end) > day);
	}
	assert_int_equal(calendar_day(table, INT64_C(176400) * 1000000), 2);
}

static void test_programmes(void **state)
{
	uint8_t tiers[PROGRAMME_TIERS_BYTES];
	struct part_programme part;
	struct programme programme;
	(void)state;
	programme_default(0, tiers, &part);
	assert_true(programme_read(&part, &programme));
	assert_int_equal(programme.tier_count, 5);
	assert_int_equal(programme_points(&programme, 199, 3), 298); /* a currency without cents */
	assert_int_equal(programme_tier(&programme, 5000), 4);
	assert_true(programme_points(&programme, INT64_MAX, 4) == INT64_MAX); /* saturated */
	assert_int_equal(programme_tier_until(&programme, FIXTURE_TODAY), 10803);
	assert_int_equal(programme_tier_until(&programme, 10986), 11353); /* 2000-01-30 */
	part.tiers.size--;
	assert_false(programme_read(&part, &programme));
	part.tiers.size = 0;
	assert_false(programme_read(&part, &programme));
	programme_default(0, tiers, &part);
	memset(tiers + 16, 0xff, 8); /* an entry below the one before */
	assert_false(programme_read(&part, &programme));
	programme_default(0, tiers, &part);
	part.churned_days = 40000;
	assert_false(programme_read(&part, &programme));
	programme_default(0, tiers, &part);
	part.keep_months = 0; /* kept to the end of the month that the test itself looks back on */
	assert_false(programme_read(&part, &programme));
	part.keep_months = 1;
	assert_true(programme_read(&part, &programme));
}

/* Without a set clock an order placed now is of the clock's day, not of the programme's. */
static void test_day_of_an_order_placed_now(void **state)
{
	struct fixture_memory other;
	struct event genesis = fixture_genesis();
	int64_t later_us = FIXTURE_START_US + 40 * 24 * FIXTURE_HOUR_US; /* 2027-02-24 */
	(void)state;
	fixture_memory(&other);
	struct engine *wall = engine_new(&other.memory);
	genesis.genesis.clock_fixed = 0;
	genesis.genesis.zone_table.size = 0;
	assert_int_equal(engine_reserve(wall, 1), ERROR_OK);
	engine_apply(wall, &genesis);
	assert_int_equal(engine_index(wall), ERROR_OK);
	struct command command = fixture_order(1, "B-1", ORDER_DAY_TODAY, 100);
	assert_int_equal(fixture_run(wall, &command, later_us, &decision), VERDICT_EVENT);
	assert_int_equal(decision.event.order.day, later_us / 1000000 / 86400);
	command = fixture_order(1, "B-2", later_us / 1000000 / 86400 + 1, 100);
	assert_int_equal(fixture_run(wall, &command, later_us, &decision), VERDICT_EVENT);
	command = fixture_order(1, "B-3", later_us / 1000000 / 86400 + 2, 100);
	assert_int_equal(fixture_run(wall, &command, later_us, &decision), VERDICT_REFUSED);
	fixture_check(wall);
	engine_free(wall);
	command = fixture_order(1, "B-4", ORDER_DAY_TODAY, 100); /* a set clock */
	assert_int_equal(fixture_run(engine, &command, later_us, &decision), VERDICT_EVENT);
	assert_int_equal(decision.event.order.day, FIXTURE_TODAY);
	command = fixture_order(1, "B-5", FIXTURE_TODAY, -1);
	command.as.order.no_points = 2;
	assert_int_equal(fixture_run(engine, &command, later_us, &decision), VERDICT_REFUSED);
	assert_int_equal(decision.answer.status, ERROR_ORDER_FLAG);
}

static void expect_damage(const char *part)
{
	struct failure failure = {EXIT_FINE, ""};
	assert_false(engine_check(engine, &failure));
	assert_int_equal(failure.code, EXIT_DAMAGE);
	if (strstr(failure.text, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", failure.text, part);
}

static void test_check_finds_damage(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 200; i++)
		buy(1 + i % 60, (int32_t)(i * 7 % 500), (int64_t)i * 997);
	fixture_check(engine);
	struct rows *rows = &engine->rows;
	*rows_spend12(rows, 5) += 1;
	expect_damage("12 months hold");
	*rows_spend12(rows, 5) -= 1;
	*rows_stage(rows, 5) ^= 1;
	expect_damage("do not fit");
	*rows_stage(rows, 5) ^= 1;
	*rows_tier(rows, 5) = 9;
	expect_damage("do not fit");
	*rows_tier(rows, 5) = 0;
	*rows_tier(rows, 5) = 4; /* a tier, but not that of the index */
	expect_damage("is not in the spend index");
	engine_free(engine);
	fixture_memory(&memory);
	engine = fixture_engine(&memory);
	buy(1, 0, 50000);
	engine->totals.spend++;
	expect_damage("totals of spend and orders");
	engine->totals.spend--;
	census_cell(&engine->census, 2, STAGE_new)->points++;
	expect_damage("matrix");
	census_cell(&engine->census, 2, STAGE_new)->points--;
	struct spend_key stray = {0, 0, 0, 99};
	spend_index_add(engine->census.index, &stray);
	expect_damage("matrix");
	spend_index_remove(engine->census.index, &stray);
	fixture_check(engine);
	*rows_previous_day(&engine->rows, 0) = FIXTURE_TODAY;
	expect_damage("do not fit");
}

/* An order that is refused behind its day tells that the day has begun (I3). */
static void test_a_refusal_behind_the_day_saw_it(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	struct command first = fixture_order(7, "A-1", FIXTURE_TODAY, 100),
		       early = fixture_order(7, "A-2", FIXTURE_TODAY + 2, INT64_MAX);
	(void)state;
	assert_int_equal(fixture_kit_run(kit, &first), ERROR_OK);
	assert_int_equal(fixture_kit_run(kit, &early), ERROR_DAY_INVALID);
	fixture_kit_turn(kit, "1998-07-02");
	uint64_t begun = engine_applied(kit->engine);
	assert_int_equal(fixture_kit_run(kit, &early), ERROR_SPEND_OVERFLOW);
	assert_int_equal(kit->decision.saw, begun);
	fixture_kit_close(kit);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_engine, close_engine)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_size_of_an_order),
	    TEST(test_largest_order),
	    TEST(test_pages_and_cursors),
	    TEST(test_cursor_outside_the_range),
	    TEST(test_walk),
	    TEST(test_what_questions_saw),
	    TEST(test_other_days),
	    TEST(test_calendar),
	    TEST(test_day_of_an_order_placed_now),
	    TEST(test_programmes),
	    TEST(test_check_finds_damage),
	    cmocka_unit_test(test_a_refusal_behind_the_day_saw_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
