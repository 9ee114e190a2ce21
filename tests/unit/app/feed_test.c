/* feed_test.c -- a feed has every durable event once and in order, from memory and from the log,
 * however slowly it is read; what else is said on its connection, and how it ends. */
#include "tests/unit/app/feed_fixture.h"

/* --- gaps --- */

static void test_only_what_is_durable(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	begin(desk, &writer);
	follow(desk, &follower, 0);
	assert_int_equal(follower.next, 3);
	earn(desk, &writer, 10);
	for (int i = 0; i < 5; i++) {
		core_turn_ended(&desk->core);
		assert_true(peer_silent(&follower.peer)); /* the flush is held up */
	}
	assert_true(store_memory_flush(desk->store));
	core_advanced(&desk->core);
	core_turn_ended(&desk->core);
	take_frames(desk, &follower);
	assert_int_equal(follower.complete, 12);
	assert_int_equal(follower.entries, 10);
	assert_int_equal(follower.last.customer, 5);
	assert_int_equal(follower.last.type, EVENT_points_earned);
	assert_int_equal(follower.last.after, 10);
	end(&writer, &follower);
}

/* Old events by jobs, new ones from memory, while more come and move into the log. */
static void test_log_and_memory_meet(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	begin(desk, &writer);
	for (int i = 0; i < 3; i++) {
		earn(desk, &writer, 1500);
		desk_settle(desk);
	}
	desk_fold(desk);
	follow(desk, &follower, 1);
	for (int i = 0; i < 40; i++) {
		earn(desk, &writer, 100);
		core_turn_ended(&desk->core);
		if (i % 3 == 0)
			desk_jobs(desk);
		if (i % 7 == 0)
			desk_fold(desk);
		else
			desk_settle(desk);
		take_frames(desk, &follower);
	}
	run_out(desk, &follower);
	assert_int_equal(follower.complete, engine_applied(desk->engine));
	assert_int_equal(follower.entries, engine_applied(desk->engine));
	assert_true(desk->jobs >= 5);
	end(&writer, &follower);
}

/* A peer that takes nothing makes the feed stand still; what it takes later has no gap. */
static void test_a_slow_reader(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	begin(desk, &writer);
	follow(desk, &follower, 0);
	for (int i = 0; i < 20; i++) {
		earn(desk, &writer, 1000);
		desk_settle(desk);
		writer.taken = writer.out_size = 0;
		desk_jobs(desk);
		core_turn_ended(&desk->core);
	}
	size_t unsent = follower.peer.out_size - follower.peer.taken;
	assert_in_range(unsent, LIMIT_UNSENT_BYTES, LIMIT_UNSENT_BYTES + LIMIT_REPLY_BYTES);
	session_deadline(follower.peer.session); /* it took the answer, and nothing since */
	assert_false(follower.peer.closed);
	desk_fold(desk);
	run_out(desk, &follower);
	assert_int_equal(follower.complete, engine_applied(desk->engine));
	assert_int_equal(follower.entries, 20000);
	end(&writer, &follower);
}

static void test_who_takes_nothing_is_closed(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	struct command ping = desk_ping(1);
	begin(desk, &writer);
	follow(desk, &follower, 0);
	assert_int_equal(follower.peer.deadline_ms, STALLED_TIMEOUT_MS);
	session_deadline(follower.peer.session); /* it took the answer */
	session_deadline(follower.peer.session); /* nothing waits: it may be silent for ever */
	session_deadline(follower.peer.session);
	assert_false(follower.peer.closed);
	earn(desk, &writer, 3);
	desk_settle(desk);
	peer_send(&follower.peer, &ping, 1, 8); /* to speak is not to take */
	session_deadline(follower.peer.session);
	assert_true(follower.peer.closed);
	end(&writer, &follower);
}

/* Closed while a job reads for it: the job's end frees it. */
static void test_gone_while_the_log_is_read(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	struct command unsubscribe = {.opcode = OP_unsubscribe};
	begin(desk, &writer);
	desk_fold(desk);
	follow(desk, &follower, 1);
	core_turn_ended(&desk->core);
	assert_non_null(desk->job.work);
	assert_int_equal(desk->job.lane, LANE_HISTORY);
	peer_close(&follower.peer);
	desk_jobs(desk);
	follow(desk, &follower, 1);
	core_turn_ended(&desk->core);
	assert_non_null(desk->job.work);
	struct answer answer = ask(&follower.peer, &unsubscribe);
	assert_int_equal(answer.as.unsubscribe.subscribed, 1);
	assert_int_equal(answer.as.unsubscribe.complete, 0);
	desk_jobs(desk);
	desk_settle(desk);
	assert_true(peer_silent(&follower.peer)); /* no frame follows the answer */
	end(&writer, &follower);
}

/* --- what else is said on such a connection --- */

static void test_it_follows_and_does_nothing_else(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	struct command again = subscription(1), get = desk_get(5), ping = desk_ping(4),
		       unsubscribe = {.opcode = OP_unsubscribe}, info = {.opcode = OP_info};
	begin(desk, &writer);
	assert_int_equal(ask(&writer, &unsubscribe).as.unsubscribe.subscribed, 0);
	follow(desk, &follower, 1);
	assert_int_equal(ask(&follower.peer, &again).status, ERROR_SUBSCRIBED);
	assert_int_equal(ask(&follower.peer, &get).status, ERROR_SUBSCRIBED);
	assert_int_equal(ask(&follower.peer, &info).detail.a, OP_info);
	assert_int_equal(ask(&follower.peer, &ping).as.ping.nonce, 4);
	run_out(desk, &follower);
	assert_int_equal(follower.entries, 2);
	struct answer answer = ask(&follower.peer, &unsubscribe);
	assert_int_equal(answer.as.unsubscribe.complete, 2);
	assert_int_equal(ask(&follower.peer, &get).status, ERROR_OK);
	assert_int_equal(follower.peer.deadline_ms, IDLE_TIMEOUT_MS);
	assert_int_equal(ask(&follower.peer, &again).status, ERROR_OK); /* from 1 again */
	end(&writer, &follower);
}

static void test_bad_bytes_end_it(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	uint8_t bytes[64];
	memset(bytes, 0x5a, sizeof bytes);
	begin(desk, &writer);
	follow(desk, &follower, 0);
	peer_input(&follower.peer, bytes, sizeof bytes);
	desk_settle(desk);
	peer_goodbye(&follower.peer, ERROR_FRAME_BROKEN);
	assert_true(follower.peer.closing);
	earn(desk, &writer, 1);
	desk_settle(desk);
	assert_true(peer_silent(&follower.peer));
	end(&writer, &follower);
}

static void test_a_drain_ends_it(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	begin(desk, &writer);
	follow(desk, &follower, 1);
	run_out(desk, &follower);
	core_drain(&desk->core);
	desk_settle(desk);
	peer_goodbye(&follower.peer, ERROR_SHUTTING_DOWN);
	assert_int_equal(follower.complete, 2);
	end(&writer, &follower);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
	    TEST(test_only_what_is_durable),
	    TEST(test_log_and_memory_meet),
	    TEST(test_a_slow_reader),
	    TEST(test_who_takes_nothing_is_closed),
	    TEST(test_gone_while_the_log_is_read),
	    TEST(test_it_follows_and_does_nothing_else),
	    TEST(test_bad_bytes_end_it),
	    TEST(test_a_drain_ends_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
