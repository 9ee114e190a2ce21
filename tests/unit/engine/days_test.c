/* days_test.c -- what turning days leaves behind, piece by piece: order within a day, the last day,
 * what turning costs, memory that runs out at each allocation, and damage that engine_check finds.
 *
 * Rules are in tests/cases/days.case and tier_test.c, whole lives in days_model_test.c.
 */
#include <stdio.h>

#include "tests/unit/engine/days_fixture.h"
#include "tests/unit/engine/fixture_people.h"

#include "server/engine/days.h"

static struct fixture_memory memory;
static struct engine *engine;
static struct decision decision;
static uint32_t serial;

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

static void buy(uint64_t customer, int32_t day, int64_t amount)
{
	static char id[32];
	snprintf(id, sizeof id, "A-%u", serial++);
	struct command command = fixture_order(customer, id, day, amount);
	assert_int_equal(fixture_run(engine, &command, FIXTURE_START_US, &decision), VERDICT_EVENT);
}

static void begin_day(void)
{
	struct day_begin begin = {0, 2};
	struct event event;
	engine_begin_day(engine, &begin, &event);
	assert_int_equal(engine_reserve_days(engine, 1), ERROR_OK);
	engine_apply(engine, &event);
}

static void turn(int days)
{
	while (days-- > 0)
		days_turn_one(engine, 0);
}

static void expect_damage(const char *part)
{
	struct failure failure = {EXIT_FINE, ""};
	assert_false(engine_check(engine, &failure));
	assert_int_equal(failure.code, EXIT_DAMAGE);
	if (strstr(failure.text, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", failure.text, part);
}

/* --- turning --- */

/* One event tells both: the tier by the window of the day before, the stage by that of the day. */
static void test_order_within_a_day(void **state)
{
	uint32_t budget = 10;
	struct event event;
	(void)state;
	buy(1, FIXTURE_TODAY, 20000); /* bronze to 1999-07-31 */
	turn(31);
	for (int i = 0; i < 4; i++)
		buy(1, FIXTURE_TODAY + 31, 3500); /* August 1998 */
	turn(364);
	for (int i = 0; i < 3; i++)
		buy(1, 10803 - i, 0); /* seven orders in 12 months */
	assert_int_equal(*rows_stage(&engine->rows, 0), STAGE_loyal);
	begin_day(); /* 1999-08-01: four of them leave */
	assert_int_equal(engine_reserve_days(engine, 10), ERROR_OK);
	assert_int_equal(engine_age(engine, 0, &budget, &event), AGEING_EVENT);
	assert_int_equal(event.parts, PART_tier | PART_stage);
	assert_true(event.stage.from == STAGE_loyal && event.stage.to == STAGE_active);
	assert_true(event.tier.cause == TIER_CAUSE_kept && event.tier.metric == 14000);
	engine_apply(engine, &event);
	assert_int_equal(*rows_spend12(&engine->rows, 0), 0);
	fixture_check(engine);
	assert_int_equal(engine_age(engine, 0, &budget, &event), AGEING_TURNED);
}

/* The budget is what is looked at, not what is told: whom an event was made of is met again. */
static void test_budget(void **state)
{
	struct engine_stats stats;
	struct event event;
	uint32_t budget = 3, told = 0;
	(void)state;
	for (uint64_t id = 1; id <= 10; id++)
		buy(id, FIXTURE_TODAY, 0); /* active in 31 days */
	turn(30);
	for (uint64_t id = 1; id <= 5; id++) /* with a second order: their entries stay */
		buy(id, FIXTURE_TODAY + 30, 0);
	begin_day();
	engine_stats(engine, &stats);
	assert_int_equal(stats.day_due, 10);
	assert_int_equal(engine_reserve_days(engine, 20), ERROR_OK);
	while (engine_age(engine, 0, &budget, &event) == AGEING_EVENT) {
		engine_apply(engine, &event);
		told++;
	}
	assert_true(budget == 0 && told == 2 && engine_is_turning(engine));
	assert_int_equal(engine_age(engine, 0, &budget, &event), AGEING_MORE); /* of nothing */
	for (budget = 20; engine_age(engine, 0, &budget, &event) == AGEING_EVENT; told++)
		engine_apply(engine, &event);
	assert_true(told == 10 && budget > 0 && !engine_is_turning(engine));
	assert_int_equal(engine_age(engine, 0, &budget, &event), AGEING_TURNED);
}

/* Only the customer whom a command names is brought to its day, once. */
static void test_first_things_first(void **state)
{
	struct command get = {.opcode = OP_customer_get}, matrix = {.opcode = OP_matrix};
	struct event event;
	(void)state;
	buy(1, FIXTURE_TODAY, 0);
	buy(2, FIXTURE_TODAY, 0);
	turn(30);
	assert_int_equal(engine_reserve_days(engine, 9), ERROR_OK);
	get.as.customer_get.customer = 2;
	assert_false(engine_age_first(engine, &get, 0, &event)); /* no day has begun */
	begin_day();
	assert_int_equal(engine_reserve_days(engine, 9), ERROR_OK);
	assert_false(engine_age_first(engine, &matrix, 0, &event)); /* names nobody */
	get.as.customer_get.customer = 3;
	assert_false(engine_age_first(engine, &get, 0, &event));
	get.as.customer_get.customer = 2;
	assert_true(engine_age_first(engine, &get, 0, &event));
	assert_int_equal(event.customer, 2);
	engine_apply(engine, &event);
	assert_false(engine_age_first(engine, &get, 0, &event));
	assert_int_equal(*rows_stage(&engine->rows, 0), STAGE_new);
	assert_int_equal(*rows_stage(&engine->rows, 1), STAGE_active);
	fixture_check(engine);
}

/* Nothing is queued for days that do not come. */
static void test_end_of_the_calendar(void **state)
{
	struct rules rules = rules_default();
	struct event genesis = genesis_of(&rules, 47400);
	(void)state;
	engine_free(engine);
	engine = engine_of(&memory, &genesis);
	assert_int_equal(engine_index(engine), ERROR_OK);
	buy(1, 47400, 100000);
	buy(2, 47400 - 170, 0);
	turn(81);
	assert_int_equal(engine_today(engine), 47481);
	assert_int_equal(*rows_stage(&engine->rows, 0), STAGE_active);
	assert_int_equal(*rows_stage(&engine->rows, 1), STAGE_churned);
	buy(3, 47481, 0);
	for (uint32_t row = 0; row < 3; row++)
		assert_int_equal(rows_hot(&engine->rows, row)->due, ROWS_NO_DAY);
	fixture_check(engine);
}

/* Who was erased is looked at by no day, and whatever is kept of the row stands still. */
static void test_erased(void **state)
{
	struct fixture_people *people = calloc(1, sizeof *people);
	struct wire_id key = fixture_key(FIXTURE_START_US + 100 * FIXTURE_HOUR_US, 1);
	struct command erase =
	    fixture_person(OP_customer_erase, key, 1, (struct wire_list){NULL, 0, 0});
	struct event last;
	(void)state;
	assert_non_null(people);
	buy(1, FIXTURE_TODAY, 500000);
	turn(40);
	buy(1, FIXTURE_TODAY + 40, 100);
	begin_day();
	assert_int_equal(fixture_run_person(engine, people, &erase, &decision), VERDICT_EVENT);
	assert_int_equal(rows_hot(&engine->rows, 0)->due, ROWS_NO_DAY);
	for (int day = 0; day < 900; day++) {
		last = days_turn_one(engine, 0);
		assert_int_equal(last.type, EVENT_day_began);
		if (day % 30 == 0)
			fixture_check(engine);
	}
	rows_hot(&engine->rows, 0)->due = (uint16_t)(engine_today(engine) + 1);
	expect_damage("customer 1 is erased, but due");
	rows_hot(&engine->rows, 0)->due = ROWS_NO_DAY;
	fixture_people_free(people);
}

/* --- memory that runs out --- */

/* Eighty days of thirty customers, whose engine is indexed on the way, where a turn has begun.  The
 * n-th allocation fails.  *refused: it was felt; what it fails for is tried again. */
static uint64_t live_failing(uint64_t n, bool *refused)
{
	struct rules rules = rules_default();
	struct event genesis = genesis_of(&rules, FIXTURE_TODAY), event;
	engine_free(engine);
	engine = engine_of(&memory, &genesis);
	serial = 0;
	for (uint64_t id = 1; id <= 30; id++)
		buy(id, FIXTURE_TODAY - (int32_t)id * 6, 7000 * (int64_t)id);
	begin_day();
	uint64_t digest = engine_digest(engine);
	memory.fail_at = memory.calls + n;
	if (engine_index(engine) != ERROR_OK) {
		*refused = true;
		fixture_check(engine);
		assert_int_equal(engine_index(engine), ERROR_OK);
	}
	assert_true(engine_digest(engine) == digest);
	for (int day = 0; day < 80; day++) {
		uint32_t budget = 20000; /* more than a block of the queue has room for */
		if (engine_reserve_days(engine, budget) != ERROR_OK) {
			*refused = true;
			fixture_check(engine);
			assert_int_equal(engine_reserve_days(engine, budget), ERROR_OK);
		}
		while (engine_age(engine, 0, &budget, &event) == AGEING_EVENT)
			engine_apply(engine, &event);
		begin_day();
	}
	memory.fail_at = 0;
	fixture_check(engine);
	return engine_digest(engine);
}

static void test_out_of_memory(void **state)
{
	bool refused = false;
	uint64_t digest = live_failing(UINT32_MAX, &refused), n = 0;
	(void)state;
	assert_false(refused);
	do {
		refused = false;
		assert_true(live_failing(++n, &refused) == digest);
	} while (refused);
	print_message("%llu allocations failed, one by one\n", (unsigned long long)(n - 1));
	assert_true(n > 5);
}

/* --- damage --- */

static void test_check_finds_damage(void **state)
{
	struct rows_hot *hot;
	(void)state;
	buy(1, FIXTURE_TODAY, 100000);
	turn(3);
	fixture_check(engine);
	hot = rows_hot(&engine->rows, 0);
	assert_int_equal(hot->due, FIXTURE_TODAY + 31);
	hot->due++; /* C12: a day late */
	expect_damage("due on day 10440, but day 10439 changes it");
	hot->due = ROWS_NO_DAY;
	expect_damage("changes it");
	hot->due = FIXTURE_TODAY + 30; /* C13: early, but in no list */
	expect_damage("is not in the calendar queue of day 10438");
	hot->due = FIXTURE_TODAY + 3; /* C7: today is over */
	expect_damage("12 months hold");
	hot->due = FIXTURE_TODAY + 31;
	hot->oldest--; /* C12 */
	expect_damage("oldest month");
	hot->oldest = ROWS_NO_MONTH;
	expect_damage("oldest month");
	hot->oldest = 342; /* July 1998 */
	fixture_check(engine);
	day_queue_pop(&engine->queue, hot->due); /* C13 */
	expect_damage("is not in the calendar queue of day 10439");
	day_queue_push(&engine->queue, hot->due, 0);
	day_queue_push(&engine->queue, hot->due, 0); /* twice, or for nothing, is allowed */
	day_queue_push(&engine->queue, hot->due + 1u, 0);
	fixture_check(engine);
	day_queue_push(&engine->queue, 30000, 1);
	expect_damage("names a row that is none");
	day_queue_pop(&engine->queue, 30000);
	day_queue_push(&engine->queue, FIXTURE_TODAY + 2, 0);
	expect_damage("day 10410 has passed and has 1 entries");
	day_queue_pop(&engine->queue, FIXTURE_TODAY + 2);
	memory.fail_at = memory.calls + 1;
	expect_damage("no memory to check");
	fixture_check(engine);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_engine, close_engine)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_order_within_a_day),  TEST(test_budget), TEST(test_first_things_first),
	    TEST(test_end_of_the_calendar), TEST(test_erased), TEST(test_out_of_memory),
	    TEST(test_check_finds_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
