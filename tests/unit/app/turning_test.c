/* turning_test.c -- while a day turns: who waits, who goes on, and what is told of it.
 *
 * A crowd that bought on the first day is new until its 30th day and active on the 31st: that day
 * turns in several slices, and a test looks in between.
 */
#include <stdlib.h>

#include "protocol/grades.h"
#include "protocol/limits.h"
#include "server/base/limits.h"
#include "tests/support/desk.h"

#define FIRST 10408 /* 1998-07-01, set by hand */
#define CROWD 1000u
#define FLIP (FIRST + 31)

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

/* All that is recorded becomes durable, and the loop does not turn. */
static void flush(struct desk *desk)
{
	for (commit_submit(desk->core.commit); store_memory_flush(desk->store);
	     commit_submit(desk->core.commit))
		core_advanced(&desk->core);
}

static void settle_peer(struct desk *desk, struct peer *peer)
{
	turn(desk);
	peer_input(peer, NULL, 0);
	turn(desk);
}

/* Customers 1 to CROWD, each with an order of the first day. */
static void crowd(struct desk *desk)
{
	struct peer peer;
	struct frame frame;
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	for (uint64_t customer = 1; customer <= CROWD; customer++) {
		struct command order = desk_order(desk, customer, 100);
		peer_send(&peer, &order, 1, customer);
	}
	turn(desk);
	for (uint64_t customer = 1; customer <= CROWD; customer++) {
		frame = peer_frame(&peer);
		assert_int_equal(frame.number, customer);
	}
	peer_close(&peer);
}

static int open_all(void **state)
{
	struct desk *desk = malloc(sizeof *desk);
	assert_non_null(desk);
	desk_open_on(desk, FIRST);
	crowd(desk);
	*state = desk;
	return 0;
}

static int close_all(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}

static struct command advance_to(int64_t day)
{
	struct command command = {.opcode = OP_advance};
	command.as.advance.day = day;
	return command;
}

static void send(struct desk *desk, struct peer *peer, uint32_t slot, const struct command *command)
{
	peer_open(desk, peer);
	peer_greet(peer, slot);
	peer_send(peer, command, 1, 1);
}

/* An advance to FLIP was sent, and that day is half turned; that it began is durable. */
static void begin_turn(struct desk *desk, struct peer *operator)
{
	struct command advance = advance_to(FLIP);
	send(desk, operator, 1, &advance);
	while (engine_today(desk->engine) < FLIP)
		core_turn_ended(&desk->core);
	flush(desk);
	assert_true(engine_is_turning(desk->engine));
	assert_true(peer_silent(operator));
}

static uint32_t left(const struct desk *desk)
{
	struct engine_stats stats;
	engine_stats(desk->engine, &stats);
	return stats.day_due;
}

/* Events of this type among those from `from` on. */
static uint32_t count_events(struct desk *desk, uint64_t from, enum event_type type)
{
	static uint8_t bytes[LIMIT_EVENT_BYTES];
	uint32_t count = 0;
	desk_fold(desk);
	for (uint64_t number = from; number <= engine_applied(desk->engine); number++) {
		struct store_record record = {bytes, 0};
		struct event event;
		assert_int_equal(store_read(desk->store, number, &record), STORE_FOUND);
		assert_true(event_decode(record.bytes, record.size, number, &event));
		count += event.type == type;
	}
	return count;
}

/* --- slices --- */

/* A1, A3 */
static void test_a_day_turns_in_slices(void **state)
{
	struct desk *desk = *state;
	struct peer operator;
	uint64_t from = engine_applied(desk->engine) + 1;
	begin_turn(desk, &operator);
	uint32_t before = left(desk);
	core_turn_ended(&desk->core);
	assert_in_range(before - left(desk), 1, DAYS_SLICE);
	settle_peer(desk, &operator);
	struct answer answer = peer_answer(&operator, 1, OP_advance);
	assert_int_equal(answer.as.advance.today, FLIP);
	assert_int_equal(count_events(desk, from, EVENT_day_began), 31);
	assert_int_equal(count_events(desk, from, EVENT_day_turned), CROWD);
	assert_int_equal(answer.sequence, engine_applied(desk->engine));
	peer_close(&operator);
}

static void test_a_start_goes_on_with_a_half_turned_day(void **state)
{
	struct desk *desk = *state;
	struct peer operator;
	uint64_t from = engine_applied(desk->engine) + 1;
	begin_turn(desk, &operator);
	flush(desk);
	peer_close(&operator);
	desk_restart(desk);
	assert_true(engine_is_turning(desk->engine));
	assert_in_range(left(desk), 1, CROWD - 1);
	turn(desk);
	assert_int_equal(engine_today(desk->engine), FLIP);
	assert_int_equal(count_events(desk, from, EVENT_day_turned), CROWD);
}

/* --- who waits --- */

static void test_sets_wait_and_customers_do_not(void **state)
{
	struct desk *desk = *state;
	struct peer operator, counter, reader;
	struct command count = desk_count(0xffff), get = desk_get(3);
	begin_turn(desk, &operator);
	send(desk, &counter, 2, &count);
	send(desk, &reader, 3, &get);
	core_turn_ended(&desk->core);
	while (peer_silent(&reader)) {
		assert_true(store_memory_flush(desk->store));
		core_advanced(&desk->core);
		core_turn_ended(&desk->core);
	}
	assert_true(engine_is_turning(desk->engine));
	assert_true(peer_silent(&counter));
	struct answer answer = peer_answer(&reader, 1, OP_customer_get);
	assert_int_equal(answer.as.customer_get.stage, STAGE_active);
	session_deadline(counter.session); /* it is not the client who is slow */
	settle_peer(desk, &counter);
	answer = peer_answer(&counter, 1, OP_segment_count);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.segment_count.customers, CROWD);
	assert_int_equal(answer.sequence, engine_applied(desk->engine));
	peer_close(&operator);
	peer_close(&counter);
	peer_close(&reader);
}

/* The frame goes on where it stood; what is before it is answered at once. */
static void test_a_frame_waits_in_its_middle(void **state)
{
	struct desk *desk = *state;
	struct peer operator, peer;
	struct command commands[] = {desk_ping(5), desk_count(0xffff), desk_earn(desk, 3, 7)};
	begin_turn(desk, &operator);
	peer_open(desk, &peer);
	peer_greet(&peer, 2);
	peer_send(&peer, commands, 3, 1);
	struct frame frame = peer_frame(&peer);
	assert_int_equal(frame.count, 1);
	assert_int_equal(frame.flags, FRAME_MORE);
	assert_true(peer_silent(&peer));
	settle_peer(desk, &peer);
	frame = peer_frame(&peer);
	assert_int_equal(frame.count, 2);
	assert_int_equal(frame.flags, 0);
	peer_close(&operator);
	peer_close(&peer);
}

static void test_whoever_waits_may_go(void **state)
{
	struct desk *desk = *state;
	struct peer operator, counter;
	struct command count = desk_count(0xffff);
	begin_turn(desk, &operator);
	send(desk, &counter, 2, &count);
	core_turn_ended(&desk->core);
	counter.deadline_ms = 0;
	session_deadline(counter.session); /* it is the server who is slow */
	assert_int_equal(counter.deadline_ms, IDLE_TIMEOUT_MS);
	assert_true(peer_silent(&counter));
	peer_close(&operator);
	peer_close(&counter);
	turn(desk);
	assert_false(engine_is_turning(desk->engine));
	assert_int_equal(engine_today(desk->engine), FLIP);
}

/* TERM: the frames under way are finished, so the day is. */
static void test_a_drain_answers_those_who_wait(void **state)
{
	struct desk *desk = *state;
	struct peer operator, counter;
	struct command count = desk_count(0xffff);
	begin_turn(desk, &operator);
	send(desk, &counter, 2, &count);
	core_drain(&desk->core);
	core_turn_ended(&desk->core);
	assert_false(core_is_drained(&desk->core));
	turn(desk);
	peer_input(&operator, NULL, 0);
	peer_input(&counter, NULL, 0);
	turn(desk);
	assert_int_equal(peer_answer(&operator, 1, OP_advance).as.advance.today, FLIP);
	assert_int_equal(peer_answer(&counter, 1, OP_segment_count).status, ERROR_OK);
	peer_goodbye(&operator, ERROR_SHUTTING_DOWN);
	peer_goodbye(&counter, ERROR_SHUTTING_DOWN);
	peer_close(&operator);
	peer_close(&counter);
}

/* An advance that waits, and the clock goes further meanwhile. */
static void test_the_clock_may_overtake_an_advance(void **state)
{
	struct desk desk;
	struct peer operator;
	struct command advance = advance_to(20454 + 10);
	(void)state;
	desk_open(&desk);
	desk.now_us += 12 * INT64_C(86400000000);
	send(&desk, &operator, 1, &advance);
	settle_peer(&desk, &operator);
	struct answer answer = peer_answer(&operator, 1, OP_advance);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.advance.today, 20454 + 12);
	peer_close(&operator);
	desk_close(&desk);
}

/* --- before each command --- */

/* The command is preceded by what the day changes of its customer, and nobody else. */
static void expect_aged_first(struct desk *desk, const struct command *command, uint64_t customer)
{
	struct peer peer;
	uint64_t before = engine_applied(desk->engine);
	uint32_t size;
	struct event event;
	send(desk, &peer, 9, command);
	const uint8_t *bytes = commit_find(desk->core.commit, before + 1, &size);
	assert_non_null(bytes);
	assert_true(event_decode(bytes, size, before + 1, &event));
	assert_int_equal(event.type, EVENT_day_turned);
	assert_int_equal(event.customer, customer);
	assert_int_equal(event.stage.to, STAGE_active);
	assert_in_range(engine_applied(desk->engine), before + 1, before + 2);
	peer_close(&peer);
}

static void test_every_command_comes_after_the_day(void **state)
{
	struct desk *desk = *state;
	struct peer operator;
	begin_turn(desk, &operator);
	struct command adjust = desk_earn(desk, 4, -1);
	adjust.opcode = OP_points_adjust;
	const struct command commands[] = {desk_get(1),
					   desk_earn(desk, 2, 5),
					   desk_redeem(desk, 3, 1),
					   adjust,
					   desk_order(desk, 5, 100),
					   desk_history(6),
					   desk_create(desk, 7), /* refused: it exists */
					   desk_redeem(desk, 8, 1000000)};
	for (uint64_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		expect_aged_first(desk, &commands[i], i + 1);
	uint64_t before = engine_applied(desk->engine);
	struct command again = desk_get(1), nobody = desk_get(CROWD + 1);
	struct peer peer;
	send(desk, &peer, 9, &again);
	peer_send(&peer, &nobody, 1, 2);
	assert_int_equal(engine_applied(desk->engine), before); /* once */
	peer_close(&peer);
	turn(desk);
	peer_close(&operator);
}

/* --- I3 --- */

static void test_a_welcome_waits_for_the_day_it_shows(void **state)
{
	struct desk *desk = *state;
	struct peer operator, late;
	struct command hello = {.opcode = OP_hello}, advance = advance_to(FIRST + 1);
	uint8_t bytes[256];
	struct wire_writer w = {bytes + FRAME_HEAD_BYTES, bytes + sizeof bytes - 8, false};
	struct answer answer;
	send(desk, &operator, 1, &advance);
	core_turn_ended(&desk->core);
	assert_int_equal(engine_today(desk->engine), FIRST + 1); /* and not durable */
	peer_open(desk, &late);
	hello.as.hello.magic = HELLO_MAGIC;
	hello.as.hello.version_min = hello.as.hello.version_max = PROTOCOL_VERSION;
	command_encode(&w, &hello);
	uint32_t body = (uint32_t)(w.at - bytes) - FRAME_HEAD_BYTES;
	peer_input(&late, bytes,
		   frame_seal(bytes, body, &(struct frame_label){FRAME_HELLO, 0, 1, 0}));
	assert_true(peer_silent(&late));
	turn(desk);
	struct frame frame = peer_frame(&late);
	struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
	assert_int_equal(frame.kind, FRAME_WELCOME);
	assert_true(answer_decode(&r, OP_hello, &answer));
	assert_int_equal(answer.as.hello.today, FIRST + 1);
	assert_int_equal(answer.sequence, engine_applied(desk->engine));
	peer_close(&operator);
	peer_close(&late);
}

/* --- no room --- */

/* An earn into the open group, by nobody's connection. */
static void record(struct desk *desk)
{
	struct command earn = desk_earn(desk, 3, 1);
	struct decision decision;
	struct request request = {.command = &earn, .now_us = desk->core.days.from_us};
	assert_int_equal(engine_reserve(desk->engine, 1), ERROR_OK);
	engine_decide(desk->engine, &request, &decision);
	assert_int_equal(decision.verdict, VERDICT_EVENT);
	commit_add(desk->core.commit, &decision.event, EVENT_DAY_BYTES);
	engine_apply(desk->engine, &decision.event);
}

/* The group is full and the flush before it hangs: the day waits, and then goes on. */
static void test_a_full_group_holds_the_day_up(void **state)
{
	struct desk *desk = *state;
	struct peer operator, writer;
	struct command advance = advance_to(FLIP), first = desk_earn(desk, 3, 1);
	peer_open(desk, &operator);
	peer_greet(&operator, 1);
	send(desk, &writer, 0, &first);
	core_turn_ended(&desk->core); /* its flush is under way */
	while (commit_reserve(desk->core.commit, DAYS_SLICE, EVENT_DAY_BYTES))
		record(desk); /* sessions leave more room free than a slice needs */
	peer_send(&operator, & advance, 1, 1);
	assert_true(operator.paused);
	assert_false(core_turn_ended(&desk->core));
	assert_false(core_turn_ended(&desk->core));
	assert_int_equal(engine_today(desk->engine), FIRST);
	settle_peer(desk, &operator); /* the full group is flushed, the day begins */
	settle_peer(desk, &operator);
	assert_int_equal(peer_answer(&operator, 1, OP_advance).as.advance.today, FLIP);
	peer_close(&operator);
	peer_close(&writer);
}

/* Use up what the engine has, so that the next event needs more. */
static void exhaust(struct desk *desk)
{
	desk->no_memory = true;
	for (uint64_t i = 0; engine_reserve(desk->engine, 1) == ERROR_OK; i++) {
		struct peer peer;
		struct command create = desk_create(desk, 1000000 + i);
		send(desk, &peer, 0, &create);
		peer_close(&peer);
		assert_true(i < 200000);
		if (i % 1000 == 0)
			flush(desk);
	}
}

/* A repeat is answered without memory; the others are refused, and nothing is half done. */
static void test_without_memory_the_day_waits(void **state)
{
	struct desk *desk = *state;
	struct peer operator, peer;
	struct command earn = desk_earn(desk, 3, 5), other = desk_earn(desk, 9, 5);
	struct command get = desk_get(8);
	send(desk, &peer, 2, &earn);
	turn(desk);
	struct answer first = peer_answer(&peer, 1, OP_points_earn);
	begin_turn(desk, &operator);
	exhaust(desk);
	uint32_t before = left(desk);
	uint64_t applied = engine_applied(desk->engine);
	assert_false(core_turn_ended(&desk->core));
	assert_int_equal(left(desk), before);
	peer_send(&peer, &earn, 1, 2);
	peer_send(&peer, &other, 1, 3);
	peer_send(&peer, &get, 1, 4);
	assert_int_equal(engine_applied(desk->engine), applied);
	desk->no_memory = false;
	turn(desk);
	struct answer again = peer_answer(&peer, 2, OP_points_earn);
	assert_int_equal(again.status, ERROR_OK);
	assert_int_equal(again.flags, ANSWER_REPEATED);
	assert_int_equal(again.as.points_earn.event, first.as.points_earn.event);
	assert_int_equal(peer_answer(&peer, 3, OP_points_earn).status, ERROR_OUT_OF_MEMORY);
	assert_int_equal(peer_answer(&peer, 4, OP_customer_get).status, ERROR_OUT_OF_MEMORY);
	assert_int_equal(engine_today(desk->engine), FLIP);
	assert_false(engine_is_turning(desk->engine));
	peer_close(&operator);
	peer_close(&peer);
}

int main(void)
{
#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)
	const struct CMUnitTest tests[] = {
	    WITH_DESK(test_a_day_turns_in_slices),
	    WITH_DESK(test_a_start_goes_on_with_a_half_turned_day),
	    WITH_DESK(test_sets_wait_and_customers_do_not),
	    WITH_DESK(test_a_frame_waits_in_its_middle),
	    WITH_DESK(test_whoever_waits_may_go),
	    WITH_DESK(test_a_drain_answers_those_who_wait),
	    cmocka_unit_test(test_the_clock_may_overtake_an_advance),
	    WITH_DESK(test_every_command_comes_after_the_day),
	    WITH_DESK(test_a_welcome_waits_for_the_day_it_shows),
	    WITH_DESK(test_a_full_group_holds_the_day_up),
	    WITH_DESK(test_without_memory_the_day_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
