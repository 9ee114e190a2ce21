/* feed_position_test.c -- where a feed may begin, before and after restarts and trims, and what its
 * filters let through. */
#include "tests/support/program.h"
#include "tests/unit/app/feed_fixture.h"

/* --- positions --- */

static void test_positions_that_cannot_be(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	struct command command = subscription(4);
	begin(desk, &writer);
	expect_refused(desk, &command, ERROR_POSITION_AHEAD, (struct error_detail){4, 2});
	command = subscription(UINT64_MAX);
	expect_refused(desk, &command, ERROR_POSITION_AHEAD, (struct error_detail){-1, 2});
	command = subscription(3);
	command.as.subscribe.incarnation = 2;
	expect_refused(desk, &command, ERROR_POSITION_FOREIGN, (struct error_detail){2, 1});
	command.as.subscribe.incarnation = 1;
	command.as.subscribe.database = (struct wire_id){{9}};
	expect_refused(desk, &command, ERROR_POSITION_FOREIGN, (struct error_detail){1, 1});
	command.as.subscribe.database = desk->core.identity.database;
	follow_with(desk, &follower, &command);
	peer_close(&follower.peer);
	earn(desk, &writer, 1); /* applied, not durable: nobody can know it */
	command = subscription(4);
	expect_refused(desk, &command, ERROR_POSITION_AHEAD, (struct error_detail){4, 2});
	command.as.subscribe.from = 1;
	command.as.subscribe.segment = (struct wire_text){"vip", 3};
	expect_refused(desk, &command, ERROR_SEGMENT_UNKNOWN, (struct error_detail){0, 0});
	peer_close(&writer);
}

/* A position of before a restart is one after it. */
static void test_positions_outlive_a_restart(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	struct command command = subscription(2);
	begin(desk, &writer);
	earn(desk, &writer, 5);
	desk_settle(desk);
	peer_close(&writer);
	desk_restart(desk);
	command.as.subscribe.incarnation = 1;
	command.as.subscribe.database = desk->core.identity.database;
	follow_with(desk, &follower, &command);
	run_out(desk, &follower);
	assert_int_equal(follower.entries, 6);
	assert_int_equal(follower.complete, 7);
	peer_close(&follower.peer);
}

static void test_what_was_trimmed(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	begin(desk, &writer);
	for (int i = 0; i < 4; i++) {
		earn(desk, &writer, 1200);
		desk_settle(desk);
	}
	desk_fold(desk);
	follow(desk, &follower, 1);
	core_turn_ended(&desk->core);
	desk_jobs(desk);
	core_turn_ended(&desk->core);
	take_frames(desk, &follower);
	assert_int_equal(follower.complete, 1); /* the first group was genesis */
	store_memory_trim(desk->store, 1000);
	core_turn_ended(&desk->core);
	desk_jobs(desk);
	core_turn_ended(&desk->core);
	core_turn_ended(&desk->core);
	peer_goodbye(&follower.peer, ERROR_SEQ_TRUNCATED); /* it was too slow */
	struct command command = subscription(999);
	expect_refused(desk, &command, ERROR_SEQ_TRUNCATED, (struct error_detail){999, 1000});
	peer_close(&follower.peer);
	command = subscription(1000);
	peer_open(desk, &follower.peer);
	peer_greet(&follower.peer, 0);
	assert_int_equal(ask(&follower.peer, &command).as.subscribe.oldest, 1000);
	follower.next = 1000;
	run_out(desk, &follower);
	assert_int_equal(follower.complete, engine_applied(desk->engine));
	end(&writer, &follower);
}

/* --- filters --- */

static void test_kinds(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	struct command command = subscription(1), orders[2];
	begin(desk, &writer);
	earn(desk, &writer, 3000);
	desk_settle(desk);
	orders[0] = desk_order(desk, 8, 500);
	orders[1] = desk_order(desk, 9, 500);
	command.as.subscribe.kinds = UINT64_C(1) << EVENT_order_placed;
	follow_with(desk, &follower, &command);
	follower.filtered = true;
	run_out(desk, &follower);
	assert_int_equal(follower.frames, 0); /* nothing to say yet */
	desk->now_us += FEED_TELL_US;
	run_out(desk, &follower);
	assert_int_equal(follower.frames, 1);
	assert_int_equal(follower.complete, engine_applied(desk->engine));
	peer_send(&writer, orders, 2, 3);
	desk_settle(desk);
	take_frames(desk, &follower);
	assert_int_equal(follower.entries, 2);
	assert_int_equal(follower.last.customer, 9);
	earn(desk, &writer, 4096);
	desk_settle(desk);
	run_out(desk, &follower);
	assert_int_equal(follower.frames, 3); /* so many say it before a second is over */
	assert_int_equal(follower.complete, engine_applied(desk->engine));
	desk->now_us += FEED_LIFE_US;
	run_out(desk, &follower);
	assert_int_equal(follower.frames, 4); /* alive */
	end(&writer, &follower);
}

static void test_members(void **state)
{
	struct feed_filter filter = {.segment = true, .segment_bit = 5, .saved = 7};
	struct event event = {.number = 8, .type = EVENT_membership, .parts = PART_membership};
	struct rec_entry entry;
	(void)state;
	event.membership.after = 1u << 5 | 1u << 2;
	assert_true(feed_wants(&filter, &event));
	entry_from_event(&event, &entry);
	assert_int_equal(entry.entered, 36);
	event.membership.before = 1u << 5;
	assert_false(feed_wants(&filter, &event));
	event.membership.after = 0;
	assert_true(feed_wants(&filter, &event));
	entry_from_event(&event, &entry);
	assert_int_equal(entry.left, 32);
	event.type = EVENT_points_earned;
	assert_false(feed_wants(&filter, &event));
}

/* F5: erasures, and from the event that saves it to the one that drops it. */
static void test_what_a_segment_is_told(void **state)
{
	static const struct {
		uint64_t number;
		uint8_t type, segment;
		bool wanted;
	} rows[] = {{5, EVENT_membership, 5, false},      {6, EVENT_customer_erased, 0, false},
		    {6, EVENT_segment_dropped, 5, false}, {7, EVENT_segment_saved, 5, true},
		    {8, EVENT_segment_saved, 6, false},   {9, EVENT_customer_erased, 0, true},
		    {10, EVENT_membership, 5, true},      {11, EVENT_segment_dropped, 6, false},
		    {12, EVENT_segment_dropped, 5, true}, {13, EVENT_customer_erased, 0, false},
		    {14, EVENT_segment_saved, 5, false},  {15, EVENT_membership, 5, false},
		    {16, EVENT_segment_dropped, 5, false}};
	struct feed_filter filter = {.segment = true, .segment_bit = 5, .saved = 7};
	(void)state;
	for (int turn = 0; turn < 2; turn++) /* again, as behind a command that was cut */
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			struct event event = {.number = rows[i].number, .type = rows[i].type};
			if (event.type == EVENT_membership)
				event.membership.after = UINT64_C(1) << rows[i].segment;
			event.segment.number = rows[i].segment;
			assert_int_equal(feed_wants(&filter, &event), rows[i].wanted);
		}
	assert_int_equal(filter.dropped, 12);
}

/* Save everybody as "vip"; the event. */
static uint64_t save_vip(struct desk *desk, struct peer *writer)
{
	static struct program everybody;
	struct command command = {.opcode = OP_segment_save};
	program_open(&everybody);
	program_all(&everybody);
	command.as.segment_save =
	    (struct msg_segment_save){.given = 3,
				      .key = desk_create(desk, 1).as.customer_create.key,
				      .name = {"vip", 3},
				      .predicate = program_text(&everybody)};
	peer_send(writer, &command, 1, 9);
	desk_settle(desk);
	desk_settle(desk);
	return peer_answer(writer, 9, OP_segment_save).as.segment_save.event;
}

static void test_segments(void **state)
{
	struct desk *desk = *state;
	struct peer writer;
	struct follower follower;
	struct command command = subscription(1);
	begin(desk, &writer);
	uint64_t saved = save_vip(desk, &writer);
	command.as.subscribe.segment = (struct wire_text){"vap", 3};
	expect_refused(desk, &command, ERROR_SEGMENT_UNKNOWN, (struct error_detail){0, 0});
	command.as.subscribe.segment = (struct wire_text){"vip", 3};
	follow_with(desk, &follower, &command);
	follower.filtered = true;
	run_out(desk, &follower);
	assert_int_equal(follower.entries, 1); /* that it begins */
	assert_int_equal(follower.last.event, saved);
	end(&writer, &follower);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
	    TEST(test_positions_that_cannot_be),
	    TEST(test_positions_outlive_a_restart),
	    TEST(test_what_was_trimmed),
	    TEST(test_kinds),
	    TEST(test_members),
	    TEST(test_what_a_segment_is_told),
	    TEST(test_segments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
