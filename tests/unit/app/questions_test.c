/* questions_test.c -- questions of sessions: who runs, who waits, what ends them (T1 to T5).
 */
#include "server/engine/rows.h"
#include "tests/unit/app/questions_fixture.h"

/* --- one number --- */

/* T5 */
static void test_neighbours_see_one_number(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command frame[] = {count_of(&points), stream_of(&points), count_of(&points)};
	struct command create = desk_create(desk, 1000001);
	uint64_t before = customers(desk), number = engine_applied(desk->engine);
	struct answer answers[3];
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	peer_send(&peer, frame, 3, 1);
	assert_int_equal(desk->core.questions.count, 3);
	write_between(desk, &create);
	settle_one(desk, &peer);
	for (uint32_t i = 0, count = 0; i < 3; i += count) { /* answers may come in parts */
		struct frame got = peer_frame(&peer);
		struct wire_reader r = {got.body, got.body + got.body_size, false};
		for (count = 0; count < got.count; count++)
			assert_true(
			    answer_decode(&r, frame[i + count].opcode, &answers[i + count]));
	}
	assert_int_equal(answers[0].as.query_count.customers, before);
	assert_int_equal(answers[2].as.query_count.customers, before);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(answers[i].sequence, number);
	assert_int_equal(read_all(desk, &peer, answers[1].as.query_stream.stream), before);
	peer_close(&peer);
	expect_nothing_runs(desk);
}

/* T5, when the turn of the session ends right behind the first of them. */
static void test_neighbours_over_the_end_of_a_turn(void **state)
{
	static struct command frame[LIMIT_TURN_COMMANDS + 1];
	struct desk *desk = *state;
	struct peer peer;
	uint64_t before = customers(desk), seen[2], at = 0;
	struct command create = desk_create(desk, 1000002);
	for (uint32_t i = 0; i + 2 <= LIMIT_TURN_COMMANDS; i++)
		frame[i] = desk_ping(i);
	frame[LIMIT_TURN_COMMANDS - 1] = count_of(&everybody);
	frame[LIMIT_TURN_COMMANDS] = count_of(&points);
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	peer_send(&peer, frame, LIMIT_TURN_COMMANDS + 1, 1);
	write_between(desk, &create);
	settle_one(desk, &peer);
	while (at <= LIMIT_TURN_COMMANDS) {
		struct frame got = peer_frame(&peer);
		struct wire_reader r = {got.body, got.body + got.body_size, false};
		for (uint32_t i = 0; i < got.count; i++, at++) {
			struct answer answer;
			assert_true(answer_decode(&r, frame[at].opcode, &answer));
			if (at + 1 >= LIMIT_TURN_COMMANDS)
				seen[at + 1 - LIMIT_TURN_COMMANDS] =
				    answer.as.query_count.customers;
		}
	}
	assert_int_equal(seen[0], before);
	assert_int_equal(seen[1], before);
	peer_close(&peer);
	expect_nothing_runs(desk);
}

/* I3 */
static void test_an_answer_waits_for_its_flush(void **state)
{
	struct desk *desk = *state;
	struct peer writer, reader;
	struct command create = desk_create(desk, 1000003), count = count_of(&orders);
	send(desk, &writer, &create);
	send(desk, &reader, &count);
	for (int i = 0; i < 20; i++) {
		core_turn_ended(&desk->core);
		peer_input(&reader, NULL, 0);
		assert_true(peer_silent(&reader));
	}
	expect_nothing_runs(desk); /* it was judged long ago */
	settle_one(desk, &reader);
	struct answer answer = peer_answer(&reader, 1, OP_query_count);
	assert_int_equal(answer.as.query_count.customers, 0);
	assert_int_equal(answer.sequence, engine_applied(desk->engine));
	peer_close(&writer);
	peer_close(&reader);
}

/* T1: rows are judged one range at a time by a condition of many tests, and asking that costs more
 * of the turn than a count by one. */
static void test_a_long_condition(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct program long_one;
	struct command count;
	uint64_t slices = desk->core.questions.slices, number = LIMIT_PREDICATE_STEPS / 2;
	program_open(&long_one);
	for (uint64_t i = 0; i < number; i++) {
		program_test(&long_one, "points", COMPARE_EQUAL, 1);
		program_decimal(&long_one, (int64_t)(1000000000 + 2 * i), 0);
	}
	program_joint(&long_one, PREDICATE_OR, (uint16_t)number);
	count = count_of(&long_one);
	send(desk, &peer, &count);
	settle_one(desk, &peer);
	assert_int_equal(peer_answer(&peer, 1, OP_query_count).as.query_count.customers, 0);
	assert_true(desk->core.questions.slices - slices >= CROWD / ROWS_RANGE);
	struct question *question = questions_room(&desk->core.questions);
	struct request request = {.command = &count, .question = question};
	struct decision decision;
	engine_decide(desk->engine, &request, &decision);
	assert_int_equal(decision.verdict, VERDICT_QUESTION);
	assert_true(decision.cost >= number);
	peer_close(&peer);
	expect_nothing_runs(desk);
}

/* --- who runs --- */

/* T2 */
static void test_a_queue_beyond_sixteen(void **state)
{
	enum {
		PEERS = 40
	};
	struct desk *desk = *state;
	static struct peer peer[PEERS];
	struct peer *peers[PEERS];
	struct command count = count_of(&points);
	for (uint32_t i = 0; i < PEERS; i++) {
		peers[i] = &peer[i];
		send(desk, &peer[i], &count);
		assert_int_equal(desk->core.questions.count, i < 16 ? i + 1 : 16);
	}
	assert_ptr_equal(desk->core.questions.first, peer[16].session);
	peer_close(&peer[20]); /* out of the middle of the queue */
	peers[20] = &peer[0];
	settle(desk, peers, PEERS);
	for (uint32_t i = 0; i < PEERS; i++) {
		if (i == 20)
			continue;
		struct answer answer = peer_answer(&peer[i], 1, OP_query_count);
		assert_int_equal(answer.as.query_count.customers, customers(desk));
		peer_close(&peer[i]);
	}
	expect_nothing_runs(desk);
}

/* Sixteen that run; the peers behind them wait. */
static void fill_places(struct desk *desk, struct peer *peer)
{
	struct command count = count_of(&points);
	for (uint32_t i = 0; i < QUESTIONS_MOST; i++)
		send(desk, &peer[i], &count);
	assert_int_equal(desk->core.questions.count, QUESTIONS_MOST);
}

/* T2: a page that had to judge rows when it came finds its only row in the index when its turn
 * comes; those behind it begin. */
static void test_answered_at_once_after_the_queue(void **state)
{
	enum {
		PEERS = QUESTIONS_MOST + 2
	};
	struct desk *desk = *state;
	static struct peer peer[PEERS];
	struct peer *peers[PEERS];
	struct command count = count_of(&points), earn = desk_earn(desk, 1, 5000000);
	struct command page = {.opcode = OP_query_page};
	struct program rich;
	program_open(&rich);
	program_test(&rich, "points", COMPARE_AT_LEAST, 1);
	program_decimal(&rich, 4000000, 0);
	page.as.query_page.predicate = program_text(&rich);
	page.as.query_page.order = (struct wire_text){"spend", 5};
	page.as.query_page.limit = 1;
	fill_places(desk, peer);
	send(desk, &peer[QUESTIONS_MOST], &page);
	assert_ptr_equal(desk->core.questions.first, peer[QUESTIONS_MOST].session);
	send(desk, &peer[QUESTIONS_MOST + 1], &count);
	write_between(desk, &earn);
	for (uint32_t i = 0; i < PEERS; i++)
		peers[i] = &peer[i];
	settle(desk, peers, PEERS);
	struct answer answer = peer_answer(&peer[QUESTIONS_MOST], 1, OP_query_page);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.query_page.rows.count, 1);
	answer = peer_answer(&peer[QUESTIONS_MOST + 1], 1, OP_query_count);
	assert_int_equal(answer.as.query_count.customers, customers(desk));
	expect_nothing_runs(desk);
	for (uint32_t i = 0; i < PEERS; i++)
		peer_close(&peer[i]);
}

/* T3: who waits in the queue is not kept waiting for longer than it allowed. */
static void test_a_deadline_in_the_queue(void **state)
{
	struct desk *desk = *state;
	static struct peer peer[QUESTIONS_MOST], late;
	struct command count = count_of(&points);
	fill_places(desk, peer);
	count.as.query_count.timeout_ms = 5;
	send(desk, &late, &count);
	assert_ptr_equal(desk->core.questions.first, late.session);
	desk->now_us += 5000;
	core_turn_ended(&desk->core);
	peer_input(&late, NULL, 0);
	desk_settle(desk);
	core_turn_ended(&desk->core);
	struct answer answer = peer_answer(&late, 1, OP_query_count);
	assert_int_equal(answer.status, ERROR_QUERY_TIMEOUT);
	assert_int_equal(answer.detail.a, 5);
	for (uint32_t i = 0; i < QUESTIONS_MOST; i++)
		peer_close(&peer[i]);
	peer_close(&late);
	expect_nothing_runs(desk);
}

/* T3 */
static void test_a_question_ends_with_its_session(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command count = count_of(&points);
	send(desk, &peer, &count);
	core_turn_ended(&desk->core);
	assert_int_equal(desk->core.questions.count, 1);
	peer_close(&peer);
	expect_nothing_runs(desk);
	loop(desk);
}

static void test_a_deadline(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command count = count_of(&points);
	count.as.query_count.timeout_ms = 5;
	send(desk, &peer, &count);
	desk->now_us += 5000;
	settle_one(desk, &peer);
	struct answer answer = peer_answer(&peer, 1, OP_query_count);
	assert_int_equal(answer.status, ERROR_QUERY_TIMEOUT);
	assert_int_equal(answer.detail.a, 5);
	peer_close(&peer);
	expect_nothing_runs(desk);
}

/* A drain waits for the frame under execution. */
static void test_a_drain_waits_for_the_answer(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command count = count_of(&points);
	send(desk, &peer, &count);
	desk->core.draining = true;
	settle_one(desk, &peer);
	struct answer answer = peer_answer(&peer, 1, OP_query_count);
	assert_int_equal(answer.as.query_count.customers, customers(desk));
	peer_goodbye(&peer, ERROR_SHUTTING_DOWN);
	peer_close(&peer);
	desk->core.draining = false;
	expect_nothing_runs(desk);
}

/* A scan keeps its day while the next one turns; who asks meanwhile waits for it. */
static void test_days_turn_beside_a_scan(void **state)
{
	struct desk *desk = *state;
	struct peer scanner, operator, later, *peers[] = {&scanner, &operator, & later };
	struct command advance = {.opcode = OP_advance}, count = count_of(&points);
	struct program today;
	program_open(&today);
	program_test(&today, "created", COMPARE_AT_LEAST, 1);
	program_from(&today, 1, 'd'); /* nobody tomorrow */
	struct command tomorrow = count_of(&today);
	uint64_t number = engine_applied(desk->engine);
	advance.as.advance.day = FIRST + 1;
	send(desk, &scanner, &count);
	send(desk, &operator, & advance);
	send(desk, &later, &tomorrow);
	settle(desk, peers, 3);
	struct answer answer = peer_answer(&scanner, 1, OP_query_count);
	assert_int_equal(answer.as.query_count.customers, customers(desk));
	assert_int_equal(answer.sequence, number);
	answer = peer_answer(&operator, 1, OP_advance);
	assert_int_equal(answer.as.advance.today, FIRST + 1);
	answer = peer_answer(&later, 1, OP_query_count);
	assert_int_equal(answer.status, ERROR_OK);
	assert_true(answer.sequence > number);
	for (uint32_t i = 0; i < 3; i++)
		peer_close(peers[i]);
	expect_nothing_runs(desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_neighbours_see_one_number),
	    cmocka_unit_test(test_neighbours_over_the_end_of_a_turn),
	    cmocka_unit_test(test_an_answer_waits_for_its_flush),
	    cmocka_unit_test(test_a_long_condition),
	    cmocka_unit_test(test_a_queue_beyond_sixteen),
	    cmocka_unit_test(test_answered_at_once_after_the_queue),
	    cmocka_unit_test(test_a_deadline_in_the_queue),
	    cmocka_unit_test(test_a_question_ends_with_its_session),
	    cmocka_unit_test(test_a_deadline),
	    cmocka_unit_test(test_a_drain_waits_for_the_answer),
	    cmocka_unit_test(test_days_turn_beside_a_scan),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
