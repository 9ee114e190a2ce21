/* session_test.c -- hello, bad bytes, fencing, deadlines and ends of a connection (E1, E2). */
#include "protocol/limits.h"
#include "server/base/limits.h"
#include "tests/support/desk.h"

static void send_sealed(struct peer *peer, enum frame_kind kind, const struct command *command,
			uint16_t count)
{
	uint8_t bytes[1024];
	struct wire_writer w = {bytes + FRAME_HEAD_BYTES, bytes + sizeof bytes - 8, false};
	command_encode(&w, command);
	uint32_t body = (uint32_t)(w.at - bytes) - FRAME_HEAD_BYTES;
	peer_input(peer, bytes, frame_seal(bytes, body, &(struct frame_label){kind, 0, count, 1}));
}

static struct command hello(void)
{
	struct command command = {.opcode = OP_hello};
	command.as.hello.magic = HELLO_MAGIC;
	command.as.hello.version_min = command.as.hello.version_max = PROTOCOL_VERSION;
	return command;
}

/* A connection whose first frame is this must end with `error`. */
static void expect_refused_hello(const struct command *command, enum frame_kind kind,
				 uint16_t count, enum error error)
{
	struct desk desk;
	struct peer peer;
	desk_open(&desk);
	peer_open(&desk, &peer);
	assert_int_equal(peer.deadline_ms, HELLO_TIMEOUT_MS);
	send_sealed(&peer, kind, command, count);
	desk_settle(&desk);
	peer_goodbye(&peer, error);
	assert_true(peer.closing);
	peer_close(&peer);
	desk_close(&desk);
}

static void test_a_bad_hello_is_told_why(void **state)
{
	static char name[LIMIT_APP_BYTES + 1] = "\xff";
	struct command good = hello(), bad = hello(), ping = desk_ping(1);
	(void)state;
	expect_refused_hello(&good, FRAME_REQUEST, 1, ERROR_HELLO_EXPECTED);
	expect_refused_hello(&ping, FRAME_HELLO, 1, ERROR_HELLO_EXPECTED);
	expect_refused_hello(&good, FRAME_HELLO, 2, ERROR_HELLO_EXPECTED);
	bad.as.hello.magic++;
	expect_refused_hello(&bad, FRAME_HELLO, 1, ERROR_BAD_MAGIC);
	bad = hello();
	bad.as.hello.version_min = bad.as.hello.version_max = PROTOCOL_VERSION + 1;
	expect_refused_hello(&bad, FRAME_HELLO, 1, ERROR_BAD_VERSION);
	bad = hello();
	bad.as.hello.app = (struct wire_text){name, 1};
	expect_refused_hello(&bad, FRAME_HELLO, 1, ERROR_MALFORMED);
	bad.as.hello.app = (struct wire_text){name, sizeof name};
	expect_refused_hello(&bad, FRAME_HELLO, 1, ERROR_MALFORMED);
}

static void test_a_stranger_is_told_it_is_the_wrong_protocol(void **state)
{
	static const char http[] = "GET / HTTP/1.1\r\nHost: example\r\n\r\n";
	struct desk desk;
	struct peer peer;
	(void)state;
	desk_open(&desk);
	peer_open(&desk, &peer);
	peer_input(&peer, http, sizeof http - 1);
	desk_settle(&desk);
	peer_goodbye(&peer, ERROR_BAD_MAGIC);
	peer_close(&peer);
	desk_close(&desk);
}

/* Nothing of a frame that lies is executed, and what came before it is answered. */
static void expect_ended(enum frame_kind kind, uint16_t count, enum error error)
{
	struct desk desk;
	struct peer peer;
	desk_open(&desk);
	peer_open(&desk, &peer);
	peer_greet(&peer, 1);
	struct command create = desk_create(&desk, 5), other = desk_create(&desk, 6);
	peer_send(&peer, &create, 1, 1);
	send_sealed(&peer, kind, &other, count);
	peer_send(&peer, &other, 1, 3); /* E1 */
	desk_settle(&desk);
	assert_int_equal(peer_answer(&peer, 1, OP_customer_create).status, ERROR_OK);
	peer_goodbye(&peer, error);
	assert_true(peer.closing);
	assert_int_equal(peer.in_size, 0);
	assert_int_equal(engine_applied(desk.engine), 2);
	peer_close(&peer);
	desk_close(&desk);
}

static void test_a_lying_frame_ends_the_connection(void **state)
{
	(void)state;
	expect_ended(FRAME_REQUEST, 0, ERROR_FRAME_COUNT);
	expect_ended(FRAME_REQUEST, 2, ERROR_FRAME_COUNT);
	expect_ended(FRAME_REPLY, 1, ERROR_FRAME_BROKEN);
	expect_ended(FRAME_HELLO, 1, ERROR_FRAME_BROKEN);
}

static void test_hello_inside_a_request_is_refused(void **state)
{
	struct desk desk;
	struct peer peer;
	struct command command = hello();
	(void)state;
	desk_open(&desk);
	peer_open(&desk, &peer);
	peer_greet(&peer, 1);
	peer_send(&peer, &command, 1, 1);
	assert_int_equal(peer_answer(&peer, 1, OP_hello).status, ERROR_UNSUPPORTED);
	assert_false(peer.closing);
	peer_close(&peer);
	desk_close(&desk);
}

/* E2: what the older connection did is answered, what it has not done is dropped. */
static void test_a_newer_connection_ends_the_older(void **state)
{
	struct desk desk;
	struct peer old, other, new;
	(void)state;
	desk_open(&desk);
	peer_open(&desk, &old);
	peer_open(&desk, &other);
	peer_open(&desk, &new);
	peer_greet(&old, 1);
	peer_greet(&other, 2);
	struct command done = desk_create(&desk, 5), late = desk_create(&desk, 6);
	peer_send(&old, &done, 1, 1);
	peer_greet(&new, 1);
	peer_send(&old, &late, 1, 2);
	assert_true(peer_silent(&old)); /* nothing is durable yet */
	desk_settle(&desk);
	assert_int_equal(peer_answer(&old, 1, OP_customer_create).status, ERROR_OK);
	peer_goodbye(&old, ERROR_FENCED);
	assert_true(old.closing);
	assert_false(other.closing);
	peer_send(&new, &late, 1, 1);
	desk_settle(&desk);
	assert_int_equal(peer_answer(&new, 1, OP_customer_create).flags, 0);
	assert_int_equal(engine_applied(desk.engine), 3);
	peer_close(&old);
	peer_close(&other);
	peer_close(&new);
	desk_close(&desk);
}

static void test_clients_without_a_name_are_never_fenced(void **state)
{
	struct desk desk;
	struct peer a, b;
	(void)state;
	desk_open(&desk);
	peer_open(&desk, &a);
	peer_open(&desk, &b);
	peer_greet(&a, 0);
	peer_greet(&b, 0);
	desk_settle(&desk);
	assert_true(peer_silent(&a));
	assert_false(a.closing);
	peer_close(&a);
	peer_close(&b);
	desk_close(&desk);
}

static void test_deadlines_follow_what_is_awaited(void **state)
{
	struct desk desk;
	struct peer peer;
	uint32_t declared = 100;
	uint8_t head[16] = {0};
	(void)state;
	desk_open(&desk);
	peer_open(&desk, &peer);
	peer_greet(&peer, 1);
	assert_int_equal(peer.deadline_ms, IDLE_TIMEOUT_MS);
	memcpy(head, &declared, sizeof declared);
	head[4] = FRAME_REQUEST;
	peer_input(&peer, head, 8);
	assert_int_equal(peer.deadline_ms, FRAME_TIMEOUT_MS);
	peer.deadline_ms = 1;
	peer_input(&peer, head + 8, 8);
	assert_int_equal(peer.deadline_ms, 1); /* a trickle does not renew it */
	session_deadline(peer.session);
	desk_settle(&desk);
	peer_goodbye(&peer, ERROR_FRAME_TIMEOUT);
	assert_true(peer.closing);
	peer_close(&peer);
	peer_open(&desk, &peer);
	session_deadline(peer.session);
	desk_settle(&desk);
	peer_goodbye(&peer, ERROR_HELLO_TIMEOUT);
	peer_close(&peer);
	desk_close(&desk);
}

static void test_a_drain_finishes_and_says_so(void **state)
{
	struct desk desk;
	struct peer peer, late;
	(void)state;
	desk_open(&desk);
	peer_open(&desk, &peer);
	peer_greet(&peer, 1);
	struct command first = desk_create(&desk, 5), second = desk_create(&desk, 6);
	peer_send(&peer, &first, 1, 1);
	core_drain(&desk.core);
	peer_send(&peer, &second, 1, 2);
	core_turn_ended(&desk.core);
	assert_true(peer_silent(&peer)); /* goodbye comes behind the answer */
	desk_settle(&desk);
	assert_int_equal(peer_answer(&peer, 1, OP_customer_create).status, ERROR_OK);
	peer_goodbye(&peer, ERROR_SHUTTING_DOWN);
	assert_true(peer.closing);
	assert_int_equal(engine_applied(desk.engine), 2);
	peer_open(&desk, &late);
	assert_null(late.session);
	peer_goodbye(&late, ERROR_SHUTTING_DOWN);
	peer_close(&late);
	peer_close(&peer);
	desk_close(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_bad_hello_is_told_why),
	    cmocka_unit_test(test_a_stranger_is_told_it_is_the_wrong_protocol),
	    cmocka_unit_test(test_a_lying_frame_ends_the_connection),
	    cmocka_unit_test(test_hello_inside_a_request_is_refused),
	    cmocka_unit_test(test_a_newer_connection_ends_the_older),
	    cmocka_unit_test(test_clients_without_a_name_are_never_fenced),
	    cmocka_unit_test(test_deadlines_follow_what_is_awaited),
	    cmocka_unit_test(test_a_drain_finishes_and_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
