/* days_test.c -- the clock, believed and suspect (A2), advances, and a clock that is wrong.
 *
 * The desk's clock begins with 2026-01-01, in UTC; nothing turns but at the end of a turn of the
 * loop.
 */
#include <stdlib.h>

#include "protocol/grades.h"
#include "protocol/limits.h"
#include "server/base/limits.h"
#include "server/engine/calendar.h"
#include "tests/support/desk.h"

#define DAY_US INT64_C(86400000000)
#define HOUR_US (DAY_US / 24)
#define BEGIN 20454 /* 2026-01-01 */

static int open_all(void **state)
{
	struct desk *desk = malloc(sizeof *desk);
	assert_non_null(desk);
	desk_open(desk);
	*state = desk;
	return 0;
}

static int close_all(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}

/* Turns of the loop until nothing is left to do. */
static void turn(struct desk *desk)
{
	bool more;
	do {
		desk_settle(desk);
		more = core_turn_ended(&desk->core); /* A4: or it waits for a flush */
	} while (more ||
		 (days_are_busy(&desk->core.days) && commit_is_flushing(desk->core.commit)));
	desk_settle(desk);
}

static int32_t today(const struct desk *desk)
{
	return engine_today(desk->engine);
}

static struct ans_info info(struct desk *desk)
{
	struct answer answer;
	core_info(&desk->core, &answer);
	return answer.as.info;
}

/* The clock moves by so much; then today must be BEGIN + `days`, and days stand still or not. */
static void expect_moved(struct desk *desk, int64_t us, int32_t days, bool suspect)
{
	desk->now_us += us;
	turn(desk);
	assert_int_equal(today(desk), BEGIN + days);
	assert_int_equal(info(desk).day_state, suspect ? 2 : 0);
	assert_int_equal(info(desk).clock_day,
			 calendar_day((struct wire_text){NULL, 0}, desk->now_us));
}

static struct command advance_to(int64_t day)
{
	struct command command = {.opcode = OP_advance};
	command.as.advance.day = day;
	return command;
}

static struct answer ask(struct desk *desk, const struct command *command)
{
	struct peer peer;
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	peer_send(&peer, command, 1, 7);
	turn(desk);
	peer_input(&peer, NULL, 0); /* it may have waited */
	turn(desk);
	struct answer answer = peer_answer(&peer, 7, command->opcode);
	peer_close(&peer);
	return answer;
}

static void expect_advanced(struct desk *desk, int64_t day)
{
	struct command command = advance_to(day);
	struct answer answer = ask(desk, &command);
	struct engine_stats stats;
	engine_stats(desk->engine, &stats);
	assert_int_equal(answer.as.advance.event, stats.day_event);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.advance.today, day);
	assert_int_equal(today(desk), day);
}

static void expect_not_advanced(struct desk *desk, int64_t day, enum error error, int64_t other)
{
	struct command command = advance_to(day);
	int32_t before = today(desk);
	struct answer answer = ask(desk, &command);
	assert_int_equal(answer.status, error);
	assert_int_equal(answer.detail.a, day);
	assert_int_equal(answer.detail.b, other);
	assert_int_equal(today(desk), before);
}

/* --- A2 --- */

static void test_the_clock_turns_each_day_it_passes(void **state)
{
	struct desk *desk = *state;
	uint64_t before = engine_applied(desk->engine);
	expect_moved(desk, DAY_US - 1, 0, false);
	expect_moved(desk, 1, 1, false); /* the first microsecond */
	expect_moved(desk, 3 * DAY_US, 4, false);
	assert_int_equal(engine_applied(desk->engine), before + 2 * 4); /* A1: one by one */
}

static void test_a_longer_step_is_suspect_while_running(void **state)
{
	struct desk *desk = *state;
	uint64_t before = engine_applied(desk->engine);
	expect_moved(desk, 4 * DAY_US, 0, true);
	expect_moved(desk, DAY_US, 0, true);
	expect_moved(desk, -2 * DAY_US, 3, false); /* near again */
	expect_moved(desk, 31 * DAY_US, 3, true);
	expect_moved(desk, -31 * DAY_US, 3, false); /* as it was */
	assert_int_equal(engine_applied(desk->engine), before + 2 * 3);
}

static void test_a_clock_that_goes_back_is_suspect(void **state)
{
	struct desk *desk = *state;
	expect_moved(desk, 2 * DAY_US, 2, false);
	expect_moved(desk, -1, 2, true);
	expect_moved(desk, -DAY_US, 2, true);
	expect_moved(desk, DAY_US + 1, 2, false);
	expect_moved(desk, DAY_US, 3, false);
}

/* From BEGIN, with the clock `days` further at a start. */
static void expect_start(int32_t days, int32_t end, bool suspect)
{
	struct desk desk;
	desk_open(&desk);
	desk.now_us += days * DAY_US;
	desk_restart(&desk);
	expect_moved(&desk, 0, end, suspect);
	desk_close(&desk);
}

static void test_a_start_believes_a_month(void **state)
{
	(void)state;
	expect_start(0, 0, false);
	expect_start(4, 4, false);
	expect_start(31, 31, false);
	expect_start(32, 0, true);
	expect_start(3650, 0, true);
	expect_start(-1, 0, true);
	expect_start(-3650, 0, true);
}

/* What a start believed is not believed of a step while running, nor the other way round. */
static void test_a_start_in_the_middle_of_a_step(void **state)
{
	struct desk *desk = *state;
	expect_moved(desk, 10 * DAY_US, 0, true);
	desk_restart(desk);
	expect_moved(desk, 0, 10, false);
	expect_moved(desk, 10 * DAY_US, 10, true);
}

/* --- advances --- */

static void test_an_advance_confirms_the_clock(void **state)
{
	struct desk *desk = *state;
	expect_moved(desk, 100 * DAY_US, 0, true);
	expect_not_advanced(desk, BEGIN + 101, ERROR_DAY_AHEAD, BEGIN + 100);
	expect_not_advanced(desk, BEGIN - 1, ERROR_DAY_BACKWARD, BEGIN);
	expect_advanced(desk, BEGIN); /* nothing to do */
	expect_moved(desk, 0, 0, true);
	expect_advanced(desk, BEGIN + 50); /* between: the clock is as far away as before */
	expect_moved(desk, 0, 50, true);
	expect_advanced(desk, BEGIN + 100);
	expect_moved(desk, 0, 100, false);
	expect_moved(desk, DAY_US, 101, false);
}

/* Near enough, so the clock takes over. */
static void test_an_advance_to_near_the_clock_is_enough(void **state)
{
	struct desk *desk = *state;
	struct command command = advance_to(BEGIN + 97);
	expect_moved(desk, 100 * DAY_US, 0, true);
	struct answer answer = ask(desk, &command);
	assert_int_equal(answer.status, ERROR_OK);
	assert_true(answer.as.advance.today >= BEGIN + 97);
	expect_moved(desk, 0, 100, false);
}

static void test_a_day_set_by_hand_only_advances(void **state)
{
	struct desk desk;
	(void)state;
	desk_open_on(&desk, 10408);
	desk.now_us += 2 * DAY_US;
	turn(&desk);
	assert_int_equal(today(&desk), 10408);
	expect_advanced(&desk, 10408 + 400);
	expect_not_advanced(&desk, 10408, ERROR_DAY_BACKWARD, 10408 + 400);
	expect_not_advanced(&desk, CALENDAR_LAST_DAY + 1, ERROR_DAY_AHEAD, CALENDAR_LAST_DAY);
	expect_not_advanced(&desk, INT64_MAX, ERROR_DAY_AHEAD, CALENDAR_LAST_DAY);
	expect_not_advanced(&desk, INT64_MIN, ERROR_DAY_BACKWARD, 10408 + 400);
	assert_int_equal(info(&desk).clock_day, 10408 + 400);
	desk_close(&desk);
}

static void test_the_calendar_ends(void **state)
{
	struct desk desk;
	(void)state;
	desk_open_on(&desk, CALENDAR_LAST_DAY - 2);
	expect_advanced(&desk, CALENDAR_LAST_DAY);
	expect_advanced(&desk, CALENDAR_LAST_DAY);
	expect_not_advanced(&desk, CALENDAR_LAST_DAY + 1, ERROR_DAY_AHEAD, CALENDAR_LAST_DAY);
	desk_close(&desk);
}

/* 29 February is a day like others, and is not one in other years. */
static void test_leap_days_turn(void **state)
{
	struct desk desk;
	(void)state;
	desk_open_on(&desk, 11015); /* 2000-02-28 */
	uint64_t before = engine_applied(desk.engine);
	expect_advanced(&desk, 11017); /* 2000-03-01 */
	assert_int_equal(engine_applied(desk.engine), before + 2 * 2);
	desk_close(&desk);
}

/* --- n days are n single days --- */

static void place(struct desk *desk, uint64_t customer, int64_t day, int64_t amount)
{
	struct command order = desk_order(desk, customer, amount);
	order.as.order.day = day;
	assert_int_equal(ask(desk, &order).status, ERROR_OK);
}

/* Customers of every stage and tier, with tests and month rolls ahead. */
static void populate(struct desk *desk)
{
	static const int16_t ages[] = {0, 1, 28, 29, 30, 31, 88, 90, 179, 180, 200, 334, 364, 366};
	for (uint32_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
		place(desk, 100 + i, BEGIN - ages[i], 20000 << i % 5);
		place(desk, 100 + i, BEGIN - ages[i] - 190, 15000);
		place(desk, 200 + i, BEGIN - ages[i], 14000 + i);
	}
}

static uint64_t digest_after(const int32_t *steps, uint32_t count)
{
	struct desk desk;
	desk_open(&desk);
	populate(&desk);
	for (uint32_t i = 0; i < count; i++) {
		desk.now_us += steps[i] * DAY_US;
		turn(&desk);
	}
	desk.now_us++; /* the last event is of one time */
	place(&desk, 100, BEGIN, 100);
	assert_int_equal(today(&desk), BEGIN + 93);
	uint64_t digest = engine_digest(desk.engine);
	desk_close(&desk);
	return digest;
}

static void test_n_days_are_n_single_days(void **state)
{
	int32_t ones[93], twos[47], threes[31];
	(void)state;
	for (uint32_t i = 0; i < 93; i++)
		ones[i] = 1;
	for (uint32_t i = 0; i < 47; i++)
		twos[i] = i < 46 ? 2 : 1;
	for (uint32_t i = 0; i < 31; i++)
		threes[i] = 3;
	uint64_t digest = digest_after(ones, 93);
	assert_int_equal(digest_after(twos, 47), digest);
	assert_int_equal(digest_after(threes, 31), digest);
}

/* --- a wrong clock --- */

/* Fails when a day has changed anybody. */
static void expect_nobody_turned(struct desk *desk, uint64_t from)
{
	for (uint64_t number = from; number <= engine_applied(desk->engine); number++) {
		static uint8_t bytes[LIMIT_EVENT_BYTES];
		struct store_record record = {bytes, 0};
		struct event event;
		assert_int_equal(store_read(desk->store, number, &record), STORE_FOUND);
		assert_true(event_decode(record.bytes, record.size, number, &event));
		assert_int_not_equal(event.type, EVENT_day_began);
		assert_int_not_equal(event.type, EVENT_day_turned);
		assert_false(event.type != EVENT_order_placed && (event.parts & PART_tier));
	}
}

/* The clock is wrong by so much, also over a start, while orders come in. */
static void expect_harmless(int64_t wrong_us)
{
	struct desk desk;
	struct ans_customer_get before[14];
	desk_open(&desk);
	populate(&desk);
	uint64_t from = engine_applied(desk.engine) + 1;
	for (uint32_t i = 0; i < 14; i++) {
		struct command get = desk_get(200 + i);
		before[i] = ask(&desk, &get).as.customer_get;
	}
	expect_moved(&desk, wrong_us, 0, true);
	place(&desk, 100, BEGIN - 2, 5000);
	place(&desk, 999, ORDER_DAY_TODAY, 5000);
	desk_restart(&desk);
	expect_moved(&desk, HOUR_US / 2, 0, true);
	place(&desk, 101, BEGIN - 2, 5000);
	for (uint32_t i = 0; i < 14; i++) {
		struct command get = desk_get(200 + i);
		struct ans_customer_get after = ask(&desk, &get).as.customer_get;
		assert_memory_equal(&after, &before[i], sizeof after);
	}
	desk_fold(&desk);
	expect_nobody_turned(&desk, from);
	expect_moved(&desk, -wrong_us, 0, false); /* right again: by itself */
	place(&desk, 998, ORDER_DAY_TODAY, 5000); /* what was recorded meanwhile does not count */
	struct command get = desk_get(998);
	assert_int_equal(ask(&desk, &get).as.customer_get.last_day, desk.now_us / DAY_US);
	expect_moved(&desk, DAY_US, 1, false);
	desk_close(&desk);
}

static void test_a_wrong_clock_changes_nobody(void **state)
{
	(void)state;
	expect_harmless(3652 * DAY_US);
	expect_harmless(-HOUR_US);
	expect_harmless(-3652 * DAY_US);
	expect_harmless(40 * DAY_US);
}

/* An operator may confirm it all the same. */
static void test_a_confirmed_clock_turns_years(void **state)
{
	struct desk *desk = *state;
	populate(desk);
	expect_moved(desk, 3652 * DAY_US, 0, true);
	expect_advanced(desk, BEGIN + 3652);
	struct command get = desk_get(104);
	assert_int_equal(ask(desk, &get).as.customer_get.stage, STAGE_churned);
	assert_int_equal(ask(desk, &get).as.customer_get.tier, 0);
}

int main(void)
{
#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)
	const struct CMUnitTest tests[] = {
	    WITH_DESK(test_the_clock_turns_each_day_it_passes),
	    WITH_DESK(test_a_longer_step_is_suspect_while_running),
	    WITH_DESK(test_a_clock_that_goes_back_is_suspect),
	    cmocka_unit_test(test_a_start_believes_a_month),
	    WITH_DESK(test_a_start_in_the_middle_of_a_step),
	    WITH_DESK(test_an_advance_confirms_the_clock),
	    WITH_DESK(test_an_advance_to_near_the_clock_is_enough),
	    cmocka_unit_test(test_a_day_set_by_hand_only_advances),
	    cmocka_unit_test(test_the_calendar_ends),
	    cmocka_unit_test(test_leap_days_turn),
	    cmocka_unit_test(test_n_days_are_n_single_days),
	    cmocka_unit_test(test_a_wrong_clock_changes_nobody),
	    WITH_DESK(test_a_confirmed_clock_turns_years),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
