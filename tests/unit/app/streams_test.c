/* streams_test.c -- streams of sessions: parts, limits, and what ends them (T3, T4). */
#include "tests/unit/app/questions_fixture.h"

static struct command close_of(uint32_t stream)
{
	struct command command = {.opcode = OP_stream_close};
	command.as.stream_close.stream = stream;
	return command;
}

/* Begin a stream; its number. */
static uint32_t open_stream(struct desk *desk, struct peer *peer)
{
	struct command stream = stream_of(&points);
	send(desk, peer, &stream);
	settle_one(desk, peer);
	struct answer answer = peer_answer(peer, 1, OP_query_stream);
	assert_int_equal(answer.status, ERROR_OK);
	return answer.as.query_stream.stream;
}

static void test_a_stream_lists_each_once(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	uint32_t stream = open_stream(desk, &peer);
	assert_int_equal(read_all(desk, &peer, stream), customers(desk));
	struct command next = next_of(stream);
	assert_int_equal(ask(desk, &peer, &next).status, ERROR_STREAM_UNKNOWN);
	peer_close(&peer);
	expect_nothing_runs(desk);
}

static void test_a_stream_is_closed(void **state)
{
	struct desk *desk = *state;
	struct peer peer, other;
	uint32_t stream = open_stream(desk, &peer);
	struct command close = close_of(stream), next = next_of(stream);
	peer_open(desk, &other);
	peer_greet(&other, 0);
	assert_int_equal(ask(desk, &other, &next).status, ERROR_STREAM_UNKNOWN);
	assert_int_equal(ask(desk, &other, &close).as.stream_close.closed, 0);
	assert_int_equal(ask(desk, &peer, &close).as.stream_close.closed, 1);
	expect_nothing_runs(desk);
	assert_int_equal(ask(desk, &peer, &close).as.stream_close.closed, 0);
	assert_int_equal(ask(desk, &peer, &next).status, ERROR_STREAM_UNKNOWN);
	peer_close(&peer);
	open_stream(desk, &peer);
	peer_close(&peer); /* it is dropped with its connection */
	expect_nothing_runs(desk);
	peer_close(&other);
}

/* T3: nothing of it is left, and its place is free for others. */
static void test_an_idle_stream_ends(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	uint32_t stream = open_stream(desk, &peer);
	struct command next = next_of(stream);
	for (int i = 0; i < 3; i++) { /* each part that is taken gives it new time */
		desk->now_us += (STREAM_IDLE_MS - 1000) * INT64_C(1000);
		assert_int_equal(ask(desk, &peer, &next).status, ERROR_OK);
	}
	assert_int_equal(desk->core.questions.count, 1);
	desk->now_us += STREAM_IDLE_MS * INT64_C(1000);
	loop(desk);
	expect_nothing_runs(desk);
	assert_int_equal(ask(desk, &peer, &next).status, ERROR_STREAM_UNKNOWN);
	peer_close(&peer);
}

/* Who waits for a part is not idle. */
static void test_a_part_that_is_awaited(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command frame[] = {stream_of(&orders), next_of(desk->core.questions.count + 1)};
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	peer_send(&peer, frame, 1, 1);
	peer_send(&peer, frame + 1, 1, 2);
	desk->now_us += 2 * STREAM_IDLE_MS * INT64_C(1000);
	settle_one(desk, &peer);
	peer_answer(&peer, 1, OP_query_stream);
	struct answer answer = peer_answer(&peer, 2, OP_stream_next);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.stream_next.more, 0);
	peer_close(&peer);
	expect_nothing_runs(desk);
}

/* Streams begun by neighbours count, and questions are answered beside them. */
static void test_four_streams_of_a_session(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command frame[6], count = count_of(&points);
	uint32_t at = 0, many = 0;
	for (uint32_t i = 0; i < 6; i++)
		frame[i] = stream_of(&points);
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	for (uint64_t number = 1; number <= 3; number++)
		peer_send(&peer, frame, 6, number);
	settle_one(desk, &peer);
	while (at < 18) {
		struct frame got = peer_frame(&peer);
		struct wire_reader r = {got.body, got.body + got.body_size, false};
		for (uint32_t i = 0; i < got.count; i++, at++) {
			struct answer answer;
			assert_true(answer_decode(&r, OP_query_stream, &answer));
			many += answer.status == ERROR_STREAMS_MANY;
			assert_true(answer.status == ERROR_OK || at >= 4);
		}
	}
	assert_int_equal(many, 18 - 4);
	assert_int_equal(desk->core.questions.count, 4);
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(ask(desk, &peer, &count).status, ERROR_OK);
	peer_close(&peer);
	expect_nothing_runs(desk);
}

/* T6: streams that nobody reads leave places for questions. */
static void test_streams_of_many_sessions(void **state)
{
	struct desk *desk = *state;
	struct peer peer[QUESTIONS_STREAMS + 1];
	struct command stream = stream_of(&points), count = count_of(&points);
	for (uint32_t i = 0; i < QUESTIONS_STREAMS; i++)
		open_stream(desk, &peer[i]);
	struct peer *last = &peer[QUESTIONS_STREAMS];
	peer_open(desk, last);
	peer_greet(last, 0);
	struct answer answer = ask(desk, last, &stream);
	assert_int_equal(answer.status, ERROR_STREAMS_MANY);
	assert_int_equal(answer.detail.b, QUESTIONS_STREAMS);
	assert_int_equal(ask(desk, last, &count).as.query_count.customers, customers(desk));
	for (uint32_t i = 0; i <= QUESTIONS_STREAMS; i++)
		peer_close(&peer[i]);
	expect_nothing_runs(desk);
}

/* Groups that nobody takes the rest of: the limit of streams counts them, and nothing hangs. */
static void test_groups_that_are_left(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command groups = {.opcode = OP_query_groups}, count = count_of(&points);
	struct program few;
	uint32_t left = 0;
	program_open(&few);
	program_test(&few, "id", COMPARE_AT_MOST, 1);
	program_decimal(&few, 6000, 0);
	groups.as.query_groups.predicate = program_text(&few);
	groups.as.query_groups.by = (struct wire_text){"id", 2};
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	for (uint32_t i = 0; i < 20; i++) {
		struct answer answer = ask(desk, &peer, &groups);
		if (answer.status == ERROR_OK) {
			assert_int_not_equal(answer.as.query_groups.stream, 0);
			left++;
		} else {
			assert_int_equal(answer.status, ERROR_STREAMS_MANY);
		}
	}
	assert_int_equal(left, STREAMS_OF_SESSION);
	assert_int_equal(ask(desk, &peer, &count).status, ERROR_OK);
	peer_close(&peer);
	expect_nothing_runs(desk);
}

/* T4: rows that change are kept for a stream that stands; a query that needs too much is told. */
static void test_a_small_memory(void **state)
{
	static struct command earns[FRAME];
	struct desk *desk = *state;
	struct peer peer, writer;
	struct command groups = {.opcode = OP_query_groups};
	expect_nothing_runs(desk);
	assert_true(core_limit_questions(&desk->core, 1u << 20));
	uint32_t stream = open_stream(desk, &peer);
	struct command next = next_of(stream), count = count_of(&points);
	peer_open(desk, &writer);
	peer_greet(&writer, 0);
	for (uint64_t from = 1; from + FRAME <= CROWD + 1; from += FRAME) {
		for (uint32_t i = 0; i < FRAME; i++)
			earns[i] = desk_earn(desk, from + i, 1);
		peer_send(&writer, earns, FRAME, from);
		settle_one(desk, &writer);
		writer.taken = writer.out_size = 0;
	}
	struct answer answer = ask(desk, &peer, &next);
	assert_int_equal(answer.status, ERROR_SNAPSHOT_LOST);
	assert_int_equal(answer.detail.a, 1 << 20);
	expect_nothing_runs(desk);
	groups.as.query_groups.predicate = program_text(&points);
	groups.as.query_groups.by = (struct wire_text){"id", 2};
	answer = ask(desk, &peer, &groups);
	assert_int_equal(answer.status, ERROR_QUERY_TOO_LARGE);
	assert_int_equal(answer.detail.a, 1 << 20);
	assert_int_equal(ask(desk, &peer, &count).as.query_count.customers, customers(desk));
	peer_close(&peer);
	peer_close(&writer);
	expect_nothing_runs(desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_stream_lists_each_once),
	    cmocka_unit_test(test_a_stream_is_closed),
	    cmocka_unit_test(test_an_idle_stream_ends),
	    cmocka_unit_test(test_a_part_that_is_awaited),
	    cmocka_unit_test(test_four_streams_of_a_session),
	    cmocka_unit_test(test_streams_of_many_sessions),
	    cmocka_unit_test(test_groups_that_are_left),
	    cmocka_unit_test(test_a_small_memory),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
