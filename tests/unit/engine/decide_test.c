/* decide_test.c -- what the tables of tests/cases do not say: the whole of an event and an answer,
 * evidence, a clock that goes back, and the number each outcome saw (I3). */
#include "tests/unit/engine/fixture.h"

#include "protocol/limits.h"

static struct fixture_memory memory;
static struct engine *engine;
static struct decision decision;
static const int64_t now = FIXTURE_START_US + FIXTURE_HOUR_US;

/* Event 2 creates customer 7, event 3 gives it 500 points. */
static int open_engine(void **state)
{
	(void)state;
	fixture_memory(&memory);
	engine = fixture_engine(&memory);
	struct command command = fixture_write(OP_customer_create, fixture_key(now, 2), 7, 0);
	fixture_run(engine, &command, now, &decision);
	command = fixture_write(OP_points_earn, fixture_key(now, 3), 7, 500);
	fixture_run(engine, &command, now, &decision);
	return engine_applied(engine) == 3 ? 0 : -1;
}

static int close_engine(void **state)
{
	(void)state;
	fixture_check(engine);
	engine_free(engine);
	assert_int_equal(memory.used, 0);
	return 0;
}

static void test_event_is_whole(void **state)
{
	struct command command = fixture_write(OP_points_redeem, fixture_key(now, 4), 7, 200);
	struct request request = {.command = &command, .now_us = now + 5, .actor = 31};
	struct answer answer;
	(void)state;
	engine_decide(engine, &request, &decision);
	const struct event *event = &decision.event;
	assert_int_equal(decision.verdict, VERDICT_EVENT);
	assert_int_equal(decision.saw, 4);
	assert_int_equal(event->number, 4);
	assert_int_equal(event->time_us, now + 5);
	assert_int_equal(event->type, EVENT_points_redeemed);
	assert_int_equal(event->flags, EVENT_KEYED);
	assert_int_equal(event->parts, PART_points);
	assert_int_equal(event->actor, 31);
	assert_int_equal(event->customer, 7);
	assert_int_equal(event->previous, 3);
	assert_true(wire_id_equal(event->key, fixture_key(now, 4)));
	assert_int_equal(event->content, command_content(&command));
	assert_int_equal(event->points.before, 500);
	assert_int_equal(event->points.after, 300);
	reply_from_events(event, 1, &answer);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.opcode, OP_points_redeem);
	assert_int_equal(answer.as.points_redeem.before, 500);
	assert_int_equal(answer.as.points_redeem.after, 300);
	assert_int_equal(answer.as.points_redeem.event, 4);
	assert_int_equal(engine_applied(engine), 3); /* const */
}

static void test_reads(void **state)
{
	struct command command;
	(void)state;
	memset(&command, 0, sizeof command);
	command.opcode = OP_ping;
	command.as.ping.nonce = 0xfeed;
	fixture_decide(engine, &command, now + 9, &decision);
	assert_int_equal(decision.verdict, VERDICT_ANSWER);
	assert_int_equal(decision.saw, 0);
	assert_int_equal(decision.answer.opcode, OP_ping);
	assert_int_equal(decision.answer.as.ping.nonce, 0xfeed);
	assert_int_equal(decision.answer.as.ping.time_us, now + 9);

	command.opcode = OP_customer_get;
	command.as.customer_get.customer = 7;
	fixture_decide(engine, &command, now, &decision);
	assert_int_equal(decision.verdict, VERDICT_ANSWER);
	assert_int_equal(decision.saw, 3);
	assert_int_equal(decision.answer.status, ERROR_OK);
	assert_int_equal(decision.answer.as.customer_get.customer, 7);
	assert_int_equal(decision.answer.as.customer_get.points, 500);
	assert_int_equal(decision.answer.as.customer_get.created_us, now);
	assert_int_equal(decision.answer.as.customer_get.event, 3);
	assert_int_equal(decision.answer.as.customer_get.events, 2);
}

static void test_evidence(void **state)
{
	struct command command =
	    fixture_write(OP_points_earn, key_from_ref(OP_points_earn, "old", 3), 7, 1);
	struct evidence evidence = {2, command_content(&command)};
	struct request request = {.command = &command, .now_us = now, .evidence = &evidence};
	(void)state;
	engine_decide(engine, &request, &decision);
	assert_int_equal(decision.verdict, VERDICT_REPEAT);
	assert_int_equal(decision.past, 2);
	assert_int_equal(decision.saw, 2);
	evidence.content++;
	engine_decide(engine, &request, &decision);
	assert_int_equal(decision.verdict, VERDICT_REFUSED);
	assert_int_equal(decision.answer.status, ERROR_EXISTS_DIFFERENT);
	assert_int_equal(decision.answer.detail.a, 2);
	evidence = (struct evidence){0, 0}; /* nothing is bound */
	engine_decide(engine, &request, &decision);
	assert_int_equal(decision.verdict, VERDICT_EVENT);

	/* Memory comes first: event 3 bound this key. */
	command = fixture_write(OP_points_earn, fixture_key(now, 3), 7, 500);
	evidence = (struct evidence){2, 0};
	engine_decide(engine, &request, &decision);
	assert_int_equal(decision.verdict, VERDICT_REPEAT);
	assert_int_equal(decision.past, 3);
}

/* The engine's clock is the newest event's time when the machine's goes back: event times are
 * monotone, and a key that memory may have dropped is not taken again. */
static void test_clock_goes_back(void **state)
{
	struct command early = fixture_write(OP_points_earn, fixture_key(now, 10), 7, 1);
	struct command late;
	int64_t later = now + (int64_t)KEY_WINDOW_MS * 1000 + 1000;
	(void)state;
	assert_int_equal(fixture_run(engine, &early, now, &decision), VERDICT_EVENT);
	late = fixture_write(OP_points_earn, fixture_key(later, 11), 7, 1);
	assert_int_equal(fixture_run(engine, &late, later, &decision), VERDICT_EVENT);

	assert_int_equal(fixture_run(engine, &early, now, &decision), VERDICT_REFUSED);
	assert_int_equal(decision.answer.status, ERROR_KEY_TOO_OLD);
	late = fixture_write(OP_points_earn, fixture_key(later - 1000, 12), 7, 1);
	assert_int_equal(fixture_run(engine, &late, now, &decision), VERDICT_EVENT);
	assert_int_equal(decision.event.time_us, later);
}

/* A repeat of any age within memory is the first event; its key outlives a replaced binding. */
static void test_repeat(void **state)
{
	struct command command = fixture_write(OP_points_earn, fixture_key(now, 3), 7, 500);
	int64_t later = now + (int64_t)KEY_WINDOW_MS * 1000 + 60000000;
	(void)state;
	assert_int_equal(fixture_run(engine, &command, now + 1, &decision), VERDICT_REPEAT);
	assert_int_equal(decision.past, 3);
	assert_int_equal(decision.saw, 3);
	/* O1: no event came since, so the binding is known though the clock says too old. */
	assert_int_equal(fixture_run(engine, &command, later, &decision), VERDICT_REPEAT);
	command.as.points_earn.points = 501;
	assert_int_equal(fixture_run(engine, &command, now + 1, &decision), VERDICT_REFUSED);
	assert_int_equal(decision.answer.status, ERROR_EXISTS_DIFFERENT);
	assert_int_equal(decision.saw, 3);
	assert_int_equal(engine_applied(engine), 3);
}

static void test_stats(void **state)
{
	struct engine_stats stats;
	(void)state;
	engine_stats(engine, &stats);
	assert_int_equal(stats.applied, 3);
	assert_int_equal(stats.time_us, now);
	assert_int_equal(stats.customers, 1);
	assert_int_equal(stats.keys, 2);
	assert_int_equal(stats.points, 500);
	struct command command = fixture_write(OP_customer_create, fixture_key(now, 4), 8, 0);
	fixture_run(engine, &command, now, &decision);
	command = fixture_write(OP_points_earn, fixture_key(now, 5), 8, INT64_MAX);
	fixture_run(engine, &command, now, &decision);
	engine_stats(engine, &stats);
	assert_true(stats.points == INT64_MAX); /* saturated */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_event_is_whole, open_engine, close_engine),
	    cmocka_unit_test_setup_teardown(test_reads, open_engine, close_engine),
	    cmocka_unit_test_setup_teardown(test_evidence, open_engine, close_engine),
	    cmocka_unit_test_setup_teardown(test_clock_goes_back, open_engine, close_engine),
	    cmocka_unit_test_setup_teardown(test_repeat, open_engine, close_engine),
	    cmocka_unit_test_setup_teardown(test_stats, open_engine, close_engine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
