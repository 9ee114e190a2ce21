/* saved_test.c -- saved segments through sessions: built in slices, settled before they are asked
 * for, with a group and with a day, and the same after a crash. */
#include <stdlib.h>

#include "protocol/catalogue.h"
#include "protocol/predicate.h"
#include "server/engine/settle.h"
#include "tests/support/desk.h"

#define FIRST 10408 /* 1998-07-01, set by hand */
#define CROWD 6000u /* more than a slice of a build, and than can be touched at a time */

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

static void check(const struct desk *desk)
{
	struct failure failure = {EXIT_FINE, ""};
	assert_int_equal(engine_touched(desk->engine), 0);
	if (!engine_check(desk->engine, &failure))
		fail_msg("engine_check: %s", failure.text);
}

static struct answer ask(struct desk *desk, struct peer *peer, const struct command *command)
{
	static uint64_t number = 100000;
	peer_send(peer, command, 1, ++number);
	settle(desk, peer);
	return peer_answer(peer, number, command->opcode);
}

/* --- commands --- */

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

/* One test on a number; with a NULL field the saved segment `name`. */
static struct wire_text program_of(const char *field, enum predicate_comparison comparison,
				   const struct predicate_value *value, const char *name)
{
	static uint8_t rooms[8][256];
	static unsigned turn;
	uint8_t *room = rooms[turn++ % 8];
	struct wire_writer w = {room, room + 256, false};
	struct predicate_step step = {.op = PREDICATE_SAVED};
	step.name = text_of(field != NULL ? field : name);
	if (field != NULL) {
		step.op = PREDICATE_TEST;
		step.comparison = comparison;
		step.count = 1;
	}
	predicate_write(&w, &step);
	if (field != NULL)
		predicate_write_value(&w, value);
	return (struct wire_text){(const char *)room, (uint32_t)(w.at - room)};
}

static struct wire_text at_least(const char *field, int64_t number)
{
	struct predicate_value value = {.kind = VALUE_DECIMAL, .number = number};
	return program_of(field, COMPARE_AT_LEAST, &value, NULL);
}

/* first_order < -30d */
static struct wire_text a_month_old(void)
{
	struct predicate_value value = {.kind = VALUE_FROM, .number = -30, .detail = 'd'};
	return program_of("first_order", COMPARE_LESS, &value, NULL);
}

static struct command save(struct desk *desk, const char *name, struct wire_text program)
{
	struct command command = {.opcode = OP_segment_save};
	struct command key = desk_create(desk, 1); /* for its key */
	command.as.segment_save = (struct msg_segment_save){
	    3, key.as.customer_create.key, text_of(name), program, {"", 0}};
	return command;
}

static struct command drop(struct desk *desk, const char *name)
{
	struct command command = {.opcode = OP_segment_drop};
	struct command key = desk_create(desk, 1);
	command.as.segment_drop =
	    (struct msg_segment_drop){2, key.as.customer_create.key, text_of(name)};
	return command;
}

static struct command count(const char *name)
{
	struct command command = {.opcode = OP_query_count};
	command.as.query_count.given = 1;
	command.as.query_count.predicate = program_of(NULL, COMPARE_EQUAL, NULL, name);
	return command;
}

static struct command test(uint64_t customer, const char *name)
{
	struct command command = {.opcode = OP_segment_test};
	command.as.segment_test = (struct msg_segment_test){2, customer, text_of(name)};
	return command;
}

/* Of the running day alone. */
static struct command trend(const char *name)
{
	struct command command = {.opcode = OP_trend};
	command.as.trend = (struct msg_trend){.given = 5,
					      .tiers = UINT16_MAX,
					      .stages = UINT16_MAX,
					      .segment = text_of(name),
					      .first = FIRST,
					      .last = FIRST};
	return command;
}

/* Customers of the last day of a trend. */
static uint64_t last_of(struct wire_list days)
{
	struct wire_reader r = {days.bytes, days.bytes + days.size, false};
	struct rec_trend_day line = {0};
	for (uint32_t i = 0; i < days.count; i++)
		assert_true(decode_rec_trend_day(&r, &line));
	return line.customers;
}

static struct command advance_to(int64_t day)
{
	struct command command = {.opcode = OP_advance};
	command.as.advance = (struct msg_advance){1, day};
	return command;
}

static uint64_t counted(struct desk *desk, struct peer *peer, const char *name)
{
	struct command command = count(name);
	struct answer answer = ask(desk, peer, &command);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.query_count.plan, PLAN_saved);
	return answer.as.query_count.customers;
}

/* --- the tests --- */

static void crowd(struct desk *desk, struct peer *peer)
{
	for (uint64_t customer = 1; customer <= CROWD; customer++) {
		struct command order = desk_order(desk, customer, 100);
		peer_send(peer, &order, 1, customer);
	}
	settle(desk, peer);
	for (uint64_t customer = 1; customer <= CROWD; customer++)
		assert_int_equal(peer_frame(peer).number, customer);
}

static int open_all(void **state)
{
	struct desk *desk = malloc(sizeof *desk);
	struct peer peer;
	assert_non_null(desk);
	desk_open_on(desk, FIRST);
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	crowd(desk, &peer);
	peer_close(&peer);
	*state = desk;
	return 0;
}

static int close_all(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}

/* A trend told while the first members are found has all of them: it waits for them. */
static void trend_beside_a_build(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	struct command commands[2] = {save(desk, "buyers", at_least("orders", 1)), trend("buyers")};
	peer_send(&peer, commands, 2, 1);
	settle(desk, &peer);
	for (uint16_t seen = 0; seen < 2;) {
		struct frame frame = peer_frame(&peer);
		struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
		for (uint16_t i = 0; i < frame.count; i++, seen++) {
			struct answer answer;
			assert_true(answer_decode(&r, commands[seen].opcode, &answer));
			assert_int_equal(answer.status, ERROR_OK);
			if (seen == 1)
				assert_int_equal(last_of(answer.as.trend.days), CROWD);
		}
	}
	peer_close(&peer);
}

/* A frame that saves, earns and asks: each sees what was before it. */
static void in_its_place(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command commands[9];
	struct frame frame;
	struct answer answer;
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	commands[0] = save(desk, "rich", at_least("points", 50));
	commands[1] = test(7, "rich");
	commands[2] = desk_earn(desk, 7, 60);
	commands[3] = test(7, "rich");
	commands[4] = desk_earn(desk, 8, 60);
	commands[5] = count("rich");
	commands[6] = desk_redeem(desk, 7, 30);
	commands[7] = trend("rich");
	commands[8] = test(7, "rich");
	peer_send(&peer, commands, 9, 1);
	settle(desk, &peer);
	uint64_t members[9] = {0};
	uint16_t seen = 0;
	while (seen < 9) { /* in one frame or in parts */
		frame = peer_frame(&peer);
		struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
		for (uint16_t i = 0; i < frame.count; i++, seen++) {
			assert_true(answer_decode(&r, commands[seen].opcode, &answer));
			assert_int_equal(answer.status, ERROR_OK);
			if (answer.opcode == OP_segment_test)
				members[seen] = answer.as.segment_test.member;
			if (answer.opcode == OP_query_count)
				members[seen] = answer.as.query_count.customers;
			if (answer.opcode == OP_trend)
				members[seen] = last_of(answer.as.trend.days);
		}
	}
	assert_int_equal(members[1], 0);
	assert_int_equal(members[3], 1);
	assert_int_equal(members[5], 2);
	assert_int_equal(members[7], 1);
	assert_int_equal(members[8], 0);
	assert_int_equal(counted(desk, &peer, "rich"), 1);
	check(desk);
	peer_close(&peer);
}

/* More customers in a turn of the loop than can be touched at a time. */
static void many_at_once(void **state)
{
	struct desk *desk = *state;
	static struct command earns[CROWD];
	struct peer peer;
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	struct command command = save(desk, "rich", at_least("points", 50));
	assert_int_equal(ask(desk, &peer, &command).status, ERROR_OK);
	for (uint32_t i = 0; i < CROWD; i++)
		earns[i] = desk_earn(desk, i + 1, 50 - (i % 2));
	peer_send(&peer, earns, CROWD, 5);
	settle(desk, &peer);
	for (uint32_t seen = 0; seen < CROWD;)
		seen += peer_frame(&peer).count;
	assert_int_equal(counted(desk, &peer, "rich"), CROWD); /* an order earned a point */
	check(desk);
	command = drop(desk, "rich");
	assert_int_equal(ask(desk, &peer, &command).status, ERROR_OK);
	command = count("rich");
	peer_send(&peer, &command, 1, 6);
	settle(desk, &peer);
	struct frame frame = peer_frame(&peer);
	struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
	struct answer answer;
	assert_true(answer_decode(&r, OP_query_count, &answer));
	assert_int_equal(answer.status, ERROR_SEGMENT_UNKNOWN);
	peer_close(&peer);
}

/* On the 31st day all of them enter, though nothing happens to them but the turn. */
static void by_a_day(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	struct command commands[2] = {
	    save(desk, "old", a_month_old()),
	    save(desk, "older", program_of(NULL, COMPARE_EQUAL, NULL, "old"))};
	assert_int_equal(ask(desk, &peer, &commands[0]).as.segment_save.number, 0);
	assert_int_equal(ask(desk, &peer, &commands[1]).as.segment_save.number, 1);
	commands[0] = advance_to(FIRST + 30);
	assert_int_equal(ask(desk, &peer, &commands[0]).status, ERROR_OK);
	assert_int_equal(counted(desk, &peer, "old"), 0);
	check(desk);
	commands[0] = advance_to(FIRST + 31);
	assert_int_equal(ask(desk, &peer, &commands[0]).status, ERROR_OK);
	assert_int_equal(counted(desk, &peer, "old"), CROWD);
	assert_int_equal(counted(desk, &peer, "older"), CROWD);
	check(desk);
	uint64_t digest = engine_digest(desk->engine);
	peer_close(&peer);
	desk_restart(desk);
	assert_true(engine_digest(desk->engine) == digest);
	check(desk);
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	assert_int_equal(counted(desk, &peer, "older"), CROWD);
	peer_close(&peer);
}

/* A crash while the day turns: what it had not told yet is told after the start. */
static void cut_off(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	struct command command = save(desk, "old", a_month_old());
	assert_int_equal(ask(desk, &peer, &command).status, ERROR_OK);
	command = advance_to(FIRST + 31);
	peer_send(&peer, &command, 1, 9);
	for (int i = 0; i < 45; i++) {
		desk_settle(desk);
		core_turn_ended(&desk->core);
	}
	peer_close(&peer);
	bool inside = engine_is_turning(desk->engine);
	desk_restart(desk);
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	command = advance_to(FIRST + 31);
	assert_int_equal(ask(desk, &peer, &command).status, ERROR_OK);
	assert_int_equal(counted(desk, &peer, "old"), CROWD);
	check(desk);
	print_message("cut off %s a turn\n", inside ? "inside" : "outside");
	peer_close(&peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(trend_beside_a_build, open_all, close_all),
	    cmocka_unit_test_setup_teardown(in_its_place, open_all, close_all),
	    cmocka_unit_test_setup_teardown(many_at_once, open_all, close_all),
	    cmocka_unit_test_setup_teardown(by_a_day, open_all, close_all),
	    cmocka_unit_test_setup_teardown(cut_off, open_all, close_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
