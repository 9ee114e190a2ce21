/* trend_test.c -- days that end, through sessions: closed in the group in which the next begins
 * wherever a crash cuts, segments recorded by who defined them, and questions that wait for a day
 * that turns.
 */
#include <stdlib.h>

#include "protocol/catalogue.h"
#include "protocol/predicate.h"
#include "server/engine/state.h"
#include "tests/support/desk.h"

#define FIRST 10408 /* 1998-07-01, set by hand */
#define CROWD 700u  /* more than a slice */

static void settle(struct desk *desk, struct peer *peer)
{
	bool more;
	do {
		desk_settle(desk);
		more = core_turn_ended(&desk->core);
		peer_input(peer, NULL, 0);
	} while (more ||
		 (days_are_busy(&desk->core.days) && commit_is_flushing(desk->core.commit)));
	desk_settle(desk);
	peer_input(peer, NULL, 0);
	desk_settle(desk);
}

static struct answer ask(struct desk *desk, struct peer *peer, const struct command *command)
{
	static uint64_t number = 1000;
	peer_send(peer, command, 1, ++number);
	settle(desk, peer);
	return peer_answer(peer, number, command->opcode);
}

static struct command advance_to(int64_t day)
{
	return (struct command){.opcode = OP_advance, .as.advance.day = day};
}

/* A desk with customers of one order each, and a connection to it. */
static void open_all(struct desk *desk, struct peer *peer)
{
	desk_open_on(desk, FIRST);
	peer_open(desk, peer);
	peer_greet(peer, 0);
	for (uint64_t customer = 1; customer <= CROWD; customer++) {
		struct command order = desk_order(desk, customer, 100);
		assert_int_equal(ask(desk, peer, &order).status, ERROR_OK);
	}
}

static void close_all(struct desk *desk, struct peer *peer)
{
	struct failure failure = {EXIT_FINE, ""};
	if (!engine_check(desk->engine, &failure))
		fail_msg("engine_check: %s", failure.text);
	peer_close(peer);
	desk_close(desk);
}

/* --- groups --- */

/* Wherever the group is torn that closes days and begins the next. */
static void test_closed_and_begun_in_one_group(void **state)
{
	unsigned seen[2] = {0, 0}; /* lost, whole */
	(void)state;
	for (size_t torn = 0; torn < 1000; torn += 9) {
		struct desk desk;
		struct peer peer;
		struct command order, advance = advance_to(FIRST + 3);
		desk_open_on(&desk, FIRST);
		peer_open(&desk, &peer);
		peer_greet(&peer, 0);
		order = desk_order(&desk, 7, 100);
		assert_int_equal(ask(&desk, &peer, &order).status, ERROR_OK);
		peer_send(&peer, &advance, 1, 1);
		core_turn_ended(&desk.core);
		core_turn_ended(&desk.core); /* the days are in a group that was handed over */
		assert_int_equal(engine_today(desk.engine), FIRST + 3);
		peer_close(&peer);
		desk_crash(&desk, torn);
		const struct history *history = &desk.engine->history;
		int32_t today = engine_today(desk.engine);
		assert_int_equal(history->count, today - FIRST);
		assert_true(history->count == 0 || history->count == 3);
		seen[history->count == 3]++;
		assert_true(history->count == 0 || history_last(history)->part.day == today - 1);
		peer_open(&desk, &peer);
		peer_greet(&peer, 0);
		assert_int_equal(ask(&desk, &peer, &advance).status, ERROR_OK);
		assert_int_equal(desk.engine->history.count, 3);
		close_all(&desk, &peer);
	}
	assert_true(seen[0] > 0 && seen[1] > 0);
}

/* A slice ends days as long as it has budget for them; another goes on. */
static void test_many_days_at_once(void **state)
{
	struct desk desk;
	struct peer peer;
	struct command advance = advance_to(FIRST + 1000);
	(void)state;
	open_all(&desk, &peer);
	assert_int_equal(ask(&desk, &peer, &advance).status, ERROR_OK);
	assert_int_equal(engine_today(desk.engine), FIRST + 1000);
	assert_int_equal(desk.engine->history.count, 1000);
	uint64_t digest = engine_digest(desk.engine);
	peer_close(&peer);
	desk_restart(&desk);
	assert_true(engine_digest(desk.engine) == digest);
	peer_open(&desk, &peer);
	close_all(&desk, &peer);
}

/* --- segments --- */

/* first_order < -30d */
static struct command save(struct desk *desk)
{
	static uint8_t room[256];
	struct wire_writer w = {room, room + sizeof room, false};
	struct predicate_value value = {.kind = VALUE_FROM, .number = -30, .detail = 'd'};
	struct predicate_step step = {.op = PREDICATE_TEST, .comparison = COMPARE_LESS, .count = 1};
	struct command command = {.opcode = OP_segment_save}, key = desk_create(desk, 1);
	step.name = (struct wire_text){"first_order", 11};
	predicate_write(&w, &step);
	predicate_write_value(&w, &value);
	command.as.segment_save =
	    (struct msg_segment_save){3,
				      key.as.customer_create.key,
				      {"quiet", 5},
				      {(const char *)room, (uint32_t)(w.at - room)},
				      {"", 0}};
	return command;
}

static struct command drop(struct desk *desk)
{
	struct command command = {.opcode = OP_segment_drop}, key = desk_create(desk, 1);
	command.as.segment_drop =
	    (struct msg_segment_drop){2, key.as.customer_create.key, {"quiet", 5}};
	return command;
}

/* Each day from `first` on has these customers: nobody up to `joins`, all from it on. */
static void expect_trend(struct desk *desk, struct peer *peer, int32_t first, int32_t joins)
{
	struct command trend = {.opcode = OP_trend};
	trend.as.trend =
	    (struct msg_trend){6, INT64_MIN, INT64_MAX, 0xffff, 0xffff, {"quiet", 5}, 500};
	struct answer answer = ask(desk, peer, &trend);
	struct wire_list days = answer.as.trend.days;
	struct wire_reader r = {days.bytes, days.bytes + days.size, false};
	struct rec_trend_day line;
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(days.count, engine_today(desk->engine) - first + 1);
	for (int32_t day = first; day <= engine_today(desk->engine); day++) {
		assert_true(decode_rec_trend_day(&r, &line));
		assert_int_equal(line.day, day);
		assert_int_equal(line.customers, day < joins ? 0 : CROWD);
		assert_int_equal(line.running, day == engine_today(desk->engine));
	}
}

static void test_a_segment_is_recorded_from_its_definition_on(void **state)
{
	struct desk desk;
	struct peer peer;
	struct command advance = advance_to(FIRST + 2), command;
	(void)state;
	open_all(&desk, &peer);
	assert_int_equal(ask(&desk, &peer, &advance).status, ERROR_OK);
	command = save(&desk);
	assert_int_equal(ask(&desk, &peer, &command).status, ERROR_OK);
	expect_trend(&desk, &peer, FIRST + 2, FIRST + 31);
	advance = advance_to(FIRST + 40);
	assert_int_equal(ask(&desk, &peer, &advance).status, ERROR_OK);
	expect_trend(&desk, &peer, FIRST + 2, FIRST + 31);
	command = drop(&desk);
	assert_int_equal(ask(&desk, &peer, &command).status, ERROR_OK);
	command = save(&desk); /* the same name is another segment */
	assert_int_equal(ask(&desk, &peer, &command).status, ERROR_OK);
	expect_trend(&desk, &peer, FIRST + 40, FIRST + 31);
	advance = advance_to(FIRST + 43);
	assert_int_equal(ask(&desk, &peer, &advance).status, ERROR_OK);
	peer_close(&peer);
	desk_restart(&desk);
	peer_open(&desk, &peer);
	peer_greet(&peer, 0);
	expect_trend(&desk, &peer, FIRST + 40, FIRST + 31);
	close_all(&desk, &peer);
}

/* --- a day that turns --- */

static void test_questions_wait_for_the_day(void **state)
{
	struct desk desk;
	struct peer peer, other;
	struct command advance = advance_to(FIRST + 31);
	struct command matrix = {.opcode = OP_matrix_on, .as.matrix_on.day = FIRST + 30};
	(void)state;
	open_all(&desk, &peer);
	peer_open(&desk, &other);
	peer_greet(&other, 0);
	peer_send(&peer, &advance, 1, 1);
	while (engine_today(desk.engine) < FIRST + 31)
		core_turn_ended(&desk.core);
	assert_true(engine_is_turning(desk.engine));
	peer_send(&other, &matrix, 1, 2);
	assert_true(other.paused && peer_silent(&other));
	settle(&desk, &other);
	struct answer answer = peer_answer(&other, 2, OP_matrix_on);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.matrix_on.running, 0);
	struct wire_list cells = answer.as.matrix_on.cells;
	struct wire_reader r = {cells.bytes, cells.bytes + cells.size, false};
	for (struct rec_cell cell; r.at < r.end;) { /* they were new on that day yet */
		assert_true(decode_rec_cell(&r, &cell));
		assert_int_equal(cell.customers, cell.tier == 0 && cell.stage == 1 ? CROWD : 0);
	}
	peer_close(&other);
	close_all(&desk, &peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_closed_and_begun_in_one_group),
	    cmocka_unit_test(test_many_days_at_once),
	    cmocka_unit_test(test_a_segment_is_recorded_from_its_definition_on),
	    cmocka_unit_test(test_questions_wait_for_the_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
