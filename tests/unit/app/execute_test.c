/* execute_test.c -- replies and durability (I3), parts (E3), and every way a frame can pause. */
#include <stdlib.h>

#include "protocol/limits.h"
#include "server/base/limits.h"
#include "tests/support/desk_people.h"

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

/* A greeted connection and customers 5 and 6, durable. */
static void begin(struct desk *desk, struct peer *peer)
{
	peer_open(desk, peer);
	peer_greet(peer, 1);
	struct command create[] = {desk_create(desk, 5), desk_create(desk, 6)};
	peer_send(peer, create, 2, 1);
	desk_settle(desk);
	peer_frame(peer);
}

/* Read parts until the last; returns how many, adds up the answers. */
static uint32_t read_parts(struct peer *peer, uint64_t number, uint32_t *answers)
{
	struct frame frame;
	uint32_t parts = 0;
	*answers = 0;
	do {
		frame = peer_frame(peer);
		assert_int_equal(frame.kind, FRAME_REPLY);
		assert_int_equal(frame.number, number);
		assert_true(frame.count > 0);
		*answers += frame.count;
		parts++;
	} while (frame.flags & FRAME_MORE);
	return parts;
}

/* --- I3 --- */

static void test_replies_wait_for_what_they_saw(void **state)
{
	struct desk *desk = *state;
	struct peer writer, quiet, touched, refused;
	begin(desk, &writer);
	peer_open(desk, &quiet);
	peer_open(desk, &touched);
	peer_open(desk, &refused);
	peer_greet(&quiet, 2);
	peer_greet(&touched, 3);
	peer_greet(&refused, 4);
	struct command earn = desk_earn(desk, 5, 10), redeem = desk_redeem(desk, 5, 11),
		       get5 = desk_get(5), get6 = desk_get(6);
	peer_send(&writer, &earn, 1, 2);
	peer_send(&quiet, &get6, 1, 1);
	peer_send(&touched, &get5, 1, 1);
	peer_send(&refused, &redeem, 1, 1);
	core_turn_ended(&desk->core);
	assert_int_equal(peer_answer(&quiet, 1, OP_customer_get).sequence, 3);
	assert_true(peer_silent(&writer) && peer_silent(&touched) && peer_silent(&refused));
	desk_settle(desk);
	assert_int_equal(peer_answer(&writer, 2, OP_points_earn).as.points_earn.after, 10);
	assert_int_equal(peer_answer(&touched, 1, OP_customer_get).sequence, 4);
	struct answer answer = peer_answer(&refused, 1, OP_points_redeem);
	assert_int_equal(answer.status, ERROR_BALANCE_TOO_LOW);
	assert_int_equal(answer.sequence, 4);
	peer_close(&writer);
	peer_close(&quiet);
	peer_close(&touched);
	peer_close(&refused);
}

static void test_a_quiet_read_stands_behind_its_own_write(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	begin(desk, &peer);
	struct command earn = desk_earn(desk, 5, 10), get = desk_get(6);
	peer_send(&peer, &earn, 1, 2);
	peer_send(&peer, &get, 1, 3);
	core_turn_ended(&desk->core);
	assert_true(peer_silent(&peer)); /* order within the connection (E3) */
	desk_settle(desk);
	assert_int_equal(peer_answer(&peer, 2, OP_points_earn).sequence, 4);
	assert_int_equal(peer_answer(&peer, 3, OP_customer_get).sequence, 3);
	peer_close(&peer);
}

/* A count leaves at once unless something in its own cells is not durable. */
static void test_questions_wait_for_their_cells(void **state)
{
	struct desk *desk = *state;
	struct peer writer, near, far, matrix;
	begin(desk, &writer);
	peer_open(desk, &near);
	peer_open(desk, &far);
	peer_open(desk, &matrix);
	peer_greet(&near, 2);
	peer_greet(&far, 3);
	peer_greet(&matrix, 4);
	struct command order = desk_order(desk, 7, 20000); /* a new customer, bronze at once */
	struct command bronze = desk_count(2), gold = desk_count(8), all = {.opcode = OP_matrix};
	peer_send(&writer, &order, 1, 2);
	peer_send(&near, &bronze, 1, 1);
	peer_send(&far, &gold, 1, 1);
	peer_send(&matrix, &all, 1, 1);
	core_turn_ended(&desk->core);
	struct answer answer = peer_answer(&far, 1, OP_segment_count);
	assert_int_equal(answer.sequence, 3);
	assert_int_equal(answer.as.segment_count.customers, 0);
	assert_true(peer_silent(&writer) && peer_silent(&near) && peer_silent(&matrix));
	desk_settle(desk);
	answer = peer_answer(&near, 1, OP_segment_count);
	assert_int_equal(answer.sequence, 4);
	assert_int_equal(answer.as.segment_count.customers, 1);
	assert_int_equal(peer_answer(&matrix, 1, OP_matrix).sequence, 4);
	answer = peer_answer(&writer, 2, OP_order);
	assert_true(answer.as.order.created && answer.as.order.tier == 1);
	peer_close(&writer);
	peer_close(&near);
	peer_close(&far);
	peer_close(&matrix);
}

/* --- pauses --- */

/* Long lists share the turn with everybody else, and their reply comes in parts. */
static void test_lists_cost_what_they_show(void **state)
{
	enum {
		CUSTOMERS = 600,
		PAGES = 600,
		ROWS = 15
	};
	struct desk *desk = *state;
	struct peer peer;
	static struct command commands[CUSTOMERS];
	uint32_t answers, turns = 1;
	begin(desk, &peer);
	for (uint32_t i = 0; i < CUSTOMERS; i++)
		commands[i] = desk_create(desk, 100 + i);
	peer_send(&peer, commands, CUSTOMERS, 2);
	desk_settle(desk);
	read_parts(&peer, 2, &answers);
	for (uint32_t i = 0; i < PAGES; i++) {
		commands[i] = desk_count(0xffff);
		commands[i].opcode = OP_segment_page;
		commands[i].as.segment_page = (struct msg_segment_page){
		    6, 0xffff, 0xffff, INT64_MIN, INT64_MAX, 0, ROWS, 0, 0, 0};
	}
	uint64_t before = desk->core.commands;
	peer_send(&peer, commands, PAGES, 3);
	uint64_t at_once = desk->core.commands - before;
	assert_in_range(at_once, LIMIT_TURN_COMMANDS / (ROWS + 8), LIMIT_TURN_COMMANDS / ROWS);
	assert_true(peer.out_size < LIMIT_UNSENT_BYTES); /* it is the turn that ended */
	for (; desk->core.commands - before < PAGES; turns++) {
		assert_true(peer.paused && turns < 100);
		desk_settle(desk);
		peer.taken = peer.out_size; /* the peer reads */
		desk_settle(desk);
		peer_input(&peer, NULL, 0);
	}
	assert_true(turns >= 3);
	peer_close(&peer);
}

static void test_a_turn_has_a_bound(void **state)
{
	enum {
		COUNT = 2 * LIMIT_TURN_COMMANDS + 100
	};
	struct desk *desk = *state;
	struct peer peer;
	static struct command pings[COUNT];
	uint32_t answers;
	begin(desk, &peer);
	uint64_t before = desk->core.commands;
	for (uint32_t i = 0; i < COUNT; i++)
		pings[i] = desk_ping(i);
	peer_send(&peer, pings, COUNT, 2);
	assert_int_equal(desk->core.commands - before, LIMIT_TURN_COMMANDS);
	assert_true(peer.paused);
	for (uint64_t turns = 2; turns <= 3; turns++) {
		assert_true(core_turn_ended(&desk->core)); /* more to do at once */
		assert_false(peer.paused);
		peer_input(&peer, NULL, 0);
	}
	assert_int_equal(desk->core.commands - before, COUNT);
	assert_int_equal(read_parts(&peer, 2, &answers), 3);
	assert_int_equal(answers, COUNT);
	assert_int_equal(peer.in_size, 0);
	peer_close(&peer);
}

static void take_turn(struct desk *desk, struct peer *peers, size_t count)
{
	core_turn_ended(&desk->core);
	for (size_t i = 0; i < count; i++)
		peer_input(&peers[i], NULL, 0);
}

static void test_a_full_group_waits_for_the_flush(void **state)
{
	enum {
		PEERS = 12,
		COUNT = 16000 /* too few for PAUSE_OUTPUT */
	};
	struct desk *desk = *state;
	struct peer peers[PEERS];
	struct command *earns = calloc(COUNT, sizeof *earns);
	uint64_t applied = 0;
	uint32_t answers;
	assert_non_null(earns);
	begin(desk, &peers[0]);
	for (uint32_t p = 0; p < PEERS; p++) {
		if (p > 0) {
			peer_open(desk, &peers[p]);
			peer_greet(&peers[p], 1 + p);
		}
		for (uint32_t i = 0; i < COUNT; i++)
			earns[i] = desk_earn(desk, 5, 1);
		peer_send(&peers[p], earns, COUNT, 2);
	}
	for (int turns = 0; turns < 50; turns++) { /* no flush: the open group fills */
		applied = engine_applied(desk->engine);
		take_turn(desk, peers, PEERS);
	}
	assert_int_equal(engine_applied(desk->engine), applied);
	assert_true(applied < 3 + PEERS * COUNT);
	for (int turns = 0; turns < 50; turns++) {
		desk_settle(desk);
		take_turn(desk, peers, PEERS);
	}
	desk_settle(desk);
	assert_int_equal(engine_applied(desk->engine), 3 + PEERS * COUNT);
	for (uint32_t p = 0; p < PEERS; p++) {
		assert_true(read_parts(&peers[p], 2, &answers) > 1);
		assert_int_equal(answers, COUNT);
		peer_close(&peers[p]);
	}
	free(earns);
}

static void test_a_client_that_does_not_read_is_not_executed(void **state)
{
	enum {
		EVENTS = LIMIT_HISTORY_PAGE,
		PAGES = 200
	};
	struct desk *desk = *state;
	struct peer peer;
	static struct command commands[PAGES];
	uint32_t answers;
	begin(desk, &peer);
	for (uint32_t i = 0; i < EVENTS; i++)
		commands[i] = desk_earn(desk, 5, 1);
	peer_send(&peer, commands, EVENTS, 2);
	desk_settle(desk);
	peer_frame(&peer);
	for (uint32_t i = 0; i < PAGES; i++)
		commands[i] = desk_history(5);
	peer_send(&peer, commands, PAGES, 3);
	core_turn_ended(&desk->core);
	assert_true(peer.paused);
	assert_int_equal(peer.deadline_ms, STALLED_TIMEOUT_MS);
	assert_true(peer.out_size - peer.taken < LIMIT_UNSENT_BYTES + 2 * LIMIT_REPLY_BYTES);
	size_t begun = peer.taken;
	while (peer.in_size > 0) {
		peer.taken = peer.out_size;
		core_turn_ended(&desk->core);
		peer_input(&peer, NULL, 0);
	}
	peer.taken = begun;
	assert_true(read_parts(&peer, 3, &answers) > 4);
	assert_int_equal(answers, PAGES);
	peer_close(&peer);
}

static void test_a_stalled_client_is_dropped(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	static struct command commands[LIMIT_HISTORY_PAGE];
	begin(desk, &peer);
	for (uint32_t i = 0; i < LIMIT_HISTORY_PAGE; i++)
		commands[i] = desk_earn(desk, 5, 1);
	peer_send(&peer, commands, LIMIT_HISTORY_PAGE, 2);
	desk_settle(desk);
	for (uint32_t i = 0; i < LIMIT_HISTORY_PAGE; i++)
		commands[i] = desk_history(5);
	peer_send(&peer, commands, LIMIT_HISTORY_PAGE, 3);
	assert_true(peer.paused);
	peer.taken += 100;
	session_deadline(peer.session); /* slow, but alive */
	assert_false(peer.closed);
	assert_int_equal(peer.deadline_ms, STALLED_TIMEOUT_MS);
	session_deadline(peer.session);
	assert_true(peer.closed);
	core_turn_ended(&desk->core);
	peer_close(&peer);
}

/* --- the past --- */

static void test_a_repeat_comes_from_memory_or_log(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	begin(desk, &peer);
	struct command earn = desk_earn(desk, 5, 10);
	peer_send(&peer, &earn, 1, 2);
	peer_send(&peer, &earn, 1, 3); /* still in the open group */
	desk_settle(desk);
	struct answer first = peer_answer(&peer, 2, OP_points_earn);
	struct answer again = peer_answer(&peer, 3, OP_points_earn);
	assert_int_equal(first.flags, 0);
	assert_int_equal(again.flags, ANSWER_REPEATED);
	assert_int_equal(desk->jobs, 0);
	desk_fold(desk);
	peer_send(&peer, &earn, 1, 4);
	assert_int_equal(desk->jobs, 1);
	assert_true(peer.paused && peer_silent(&peer));
	desk_work(desk);
	assert_false(peer.paused);
	peer_input(&peer, NULL, 0);
	struct answer old = peer_answer(&peer, 4, OP_points_earn);
	assert_int_equal(old.flags, ANSWER_REPEATED);
	assert_memory_equal(&old.as.points_earn, &first.as.points_earn, sizeof old.as.points_earn);
	peer_close(&peer);
}

/* Neighbouring pages and all repeats of a frame share a job; a write between pages does not. */
static void test_one_job_serves_a_stretch(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	uint32_t answers;
	begin(desk, &peer);
	struct command earn = desk_earn(desk, 5, 10), next = desk_earn(desk, 5, 1);
	peer_send(&peer, &earn, 1, 2);
	desk_fold(desk);
	peer_frame(&peer);
	struct command repeats[] = {earn, desk_ping(1), earn, earn};
	peer_send(&peer, repeats, 4, 3);
	desk_work(desk);
	peer_input(&peer, NULL, 0);
	assert_int_equal(desk->jobs, 1);
	read_parts(&peer, 3, &answers);
	struct command pages[] = {desk_history(5), desk_history(6), next, desk_history(5)};
	peer_send(&peer, pages, 4, 4);
	desk_work(desk);
	peer_input(&peer, NULL, 0);
	assert_int_equal(desk->jobs, 3); /* the last page shows what `next` did */
	desk_work(desk);
	peer_input(&peer, NULL, 0);
	desk_settle(desk);
	assert_true(read_parts(&peer, 4, &answers) > 1);
	assert_int_equal(answers, 4);
	peer_close(&peer);
}

/* A page is as of its place in the frame, also one that is refused when it is fetched. */
static void test_a_refused_page_keeps_its_place(void **state)
{
	struct desk *desk = *state;
	struct peer peer, other;
	begin(desk, &peer);
	struct command earn = desk_earn(desk, 5, 10), erase = desk_erase(desk, 5);
	struct command page = desk_history(5);
	page.as.history.from = 3; /* of customer 6 */
	peer_send(&peer, &earn, 1, 2);
	desk_fold(desk);
	peer_frame(&peer);
	peer_open(desk, &other);
	peer_greet(&other, 2);
	peer_send(&other, &erase, 1, 1);
	peer_send(&peer, &page, 1, 3);
	assert_int_equal(desk->later.lane, LANE_HISTORY);
	desk_work(desk);
	peer_input(&other, NULL, 0);
	desk_settle(desk);
	assert_int_equal(peer_answer(&other, 1, OP_customer_erase).status, ERROR_OK);
	desk_work(desk);
	peer_input(&peer, NULL, 0);
	desk_settle(desk);
	struct answer answer = peer_answer(&peer, 3, OP_history);
	assert_int_equal(answer.status, ERROR_CURSOR_INVALID);
	assert_int_equal(answer.sequence, 4); /* the erasure is event 5 */
	peer_close(&other);
	peer_close(&peer);
}

static void test_a_connection_may_go_while_its_job_runs(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	begin(desk, &peer);
	struct command page = desk_history(5);
	desk_fold(desk);
	peer_send(&peer, &page, 1, 2);
	assert_int_equal(desk->jobs, 1);
	peer_close(&peer);
	desk_work(desk); /* frees the session: a leak or a use after it is for the sanitizer */
}

static void test_fenced_while_its_job_runs(void **state)
{
	struct desk *desk = *state;
	struct peer old, new;
	begin(desk, &old);
	struct command commands[] = {desk_history(5), desk_earn(desk, 5, 1)};
	desk_fold(desk);
	peer_send(&old, commands, 2, 2);
	peer_open(desk, &new);
	peer_greet(&new, 1);
	desk_settle(desk);
	uint64_t applied = engine_applied(desk->engine);
	desk_work(desk);
	peer_input(&old, NULL, 0);
	desk_settle(desk);
	peer_goodbye(&old, ERROR_FENCED);
	assert_int_equal(engine_applied(desk->engine), applied); /* E1 */
	peer_close(&old);
	peer_close(&new);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_replies_wait_for_what_they_saw),
	    TEST(test_a_quiet_read_stands_behind_its_own_write),
	    TEST(test_questions_wait_for_their_cells),
	    TEST(test_lists_cost_what_they_show),
	    TEST(test_a_turn_has_a_bound),
	    TEST(test_a_full_group_waits_for_the_flush),
	    TEST(test_a_client_that_does_not_read_is_not_executed),
	    TEST(test_a_stalled_client_is_dropped),
	    TEST(test_a_repeat_comes_from_memory_or_log),
	    TEST(test_one_job_serves_a_stretch),
	    TEST(test_a_refused_page_keeps_its_place),
	    TEST(test_a_connection_may_go_while_its_job_runs),
	    TEST(test_fenced_while_its_job_runs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
