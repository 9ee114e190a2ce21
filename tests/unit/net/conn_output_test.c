/* conn_output_test.c -- replies: order, peers that do not read, and closing with output waiting. */
#include "tests/unit/net/client.h"

#include <stdio.h>

#define BIG (8u << 20)

static uint8_t big[BIG];
static atomic_size_t unsent;
static atomic_llong progress_ms;

static void look(struct fixture *fixture)
{
	unsent = fixture->peers ? conn_unsent(fixture->peers->conn) : 0;
	progress_ms = fixture->peers ? conn_progress_ms(fixture->peers->conn) : 0;
}

/* A client whose kernel takes little, so that the server's output must wait. */
static int client_narrow(const struct fixture *fixture)
{
	int fd = client_ready(AF_INET), narrow = 64 << 10;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &narrow, sizeof narrow);
	assert_int_equal(client_join(fd, net_port(fixture->net)), 0);
	return fd;
}

/* Ask for output (fd >= 0) and wait until the kernel takes no more of it.  Of what was asked before
 * it may take all. */
static void ask_and_settle(struct fixture *fixture, int fd)
{
	size_t before = SIZE_MAX;
	if (fd >= 0)
		client_send(fd, "?", 1);
	for (int i = 0; i < PATIENCE_MS / 200; i++) {
		sleep_ms(200);
		fixture_do(fixture, look);
		if (unsent == before && (unsent > 0 || fd < 0))
			return;
		before = unsent;
	}
	fail_msg("output does not settle");
}

/* Send big[from, to) in pieces of odd sizes. */
static void send_pieces(struct conn *conn, size_t from, size_t to)
{
	for (size_t piece = 1; from < to; from += piece, piece = piece * 7 % 9973 + 1) {
		if (piece > to - from)
			piece = to - from;
		conn_send(conn, big + from, piece);
	}
}

static size_t send_big(struct peer *peer, const uint8_t *bytes, size_t size)
{
	(void)bytes;
	send_pieces(peer->conn, 0, BIG);
	return size;
}

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < BIG; i++)
		big[i] = (uint8_t)(i * 2654435761u >> 13);
	return 0;
}

static size_t send_thousand(struct peer *peer, const uint8_t *bytes, size_t size)
{
	(void)bytes;
	send_pieces(peer->conn, 0, 1000);
	return size;
}

static void test_small_replies_arrive_in_order(void **state)
{
	struct fixture fixture = {.input = send_thousand};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	for (int i = 0; i < 50; i++) {
		client_send(fd, "?", 1);
		client_expect(fd, big, 1000);
	}
	fixture_do(&fixture, look);
	assert_int_equal(unsent, 0);
	close(fd);
	fixture_stop(&fixture);
}

static void test_peer_that_reads_late_gets_everything(void **state)
{
	struct fixture fixture = {.input = send_big};
	(void)state;
	fixture_start(&fixture);
	int fd = client_narrow(&fixture);
	ask_and_settle(&fixture, fd);
	assert_in_range(unsent, 1, BIG); /* more than the kernel takes */
	long long before_ms = progress_ms;
	sleep_ms(300);
	fixture_do(&fixture, look);
	assert_int_equal(progress_ms, before_ms); /* nothing taken, no progress */
	client_expect(fd, big, BIG);
	for (int i = 0; i < PATIENCE_MS && unsent > 0; i++, sleep_ms(1))
		fixture_do(&fixture, look);
	assert_int_equal(unsent, 0);
	assert_true(progress_ms > before_ms);
	close(fd);
	fixture_stop(&fixture);
}

static void test_a_part_taken_is_progress(void **state)
{
	struct fixture fixture = {.input = send_big};
	static uint8_t part[BIG / 2];
	(void)state;
	fixture_start(&fixture);
	int fd = client_narrow(&fixture);
	ask_and_settle(&fixture, fd);
	long long before_ms = progress_ms;
	size_t before = unsent;
	assert_int_equal(client_read(fd, part, sizeof part), sizeof part);
	ask_and_settle(&fixture, -1);
	assert_true(unsent < before);
	assert_true(progress_ms > before_ms);
	close(fd);
	assert_true(wait_for(&fixture.closes, 1)); /* gone while a write is under way */
	fixture_stop(&fixture);
}

static size_t send_half(struct peer *peer, const uint8_t *bytes, size_t size)
{
	(void)bytes;
	send_pieces(peer->conn, 0, BIG / 2);
	return size;
}

static void send_other_half(struct fixture *fixture)
{
	struct conn *conn = fixture->peers->conn;
	ENSURE(conn_unsent(conn) > 0);
	send_pieces(conn, BIG / 2, BIG);
}

static void test_output_collected_during_a_write_follows_it(void **state)
{
	struct fixture fixture = {.input = send_half};
	(void)state;
	fixture_start(&fixture);
	int fd = client_narrow(&fixture);
	ask_and_settle(&fixture, fd);
	fixture_do(&fixture, send_other_half);
	client_expect(fd, big, BIG);
	close(fd);
	fixture_stop(&fixture);
}

static size_t send_big_and_close(struct peer *peer, const uint8_t *bytes, size_t size)
{
	(void)bytes;
	ENSURE(peer->calls == 1); /* no input after conn_close_after_send */
	send_pieces(peer->conn, 0, BIG);
	conn_close_after_send(peer->conn);
	conn_send(peer->conn, "dropped", 7);
	return size;
}

static void test_close_after_send_sends_all(void **state)
{
	struct fixture fixture = {.input = send_big_and_close};
	(void)state;
	fixture_start(&fixture);
	for (int i = 0; i < 3; i++) {
		int fd = client_tcp(&fixture);
		client_send(fd, "?", 1);
		sleep_ms(20);
		client_send(fd, "more, which nobody reads", 24);
		client_expect(fd, big, BIG);
		client_expect_end(fd);
		close(fd);
	}
	assert_true(wait_for(&fixture.closes, 3));
	fixture_stop(&fixture);
}

static void close_all_after_send(struct fixture *fixture)
{
	for (struct peer *peer = fixture->peers; peer; peer = peer->next)
		conn_close_after_send(peer->conn);
}

static void test_close_after_send_of_nothing(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	client_echo(fd, "here");
	fixture_do(&fixture, close_all_after_send);
	client_expect_end(fd);
	assert_true(wait_for(&fixture.closes, 1)); /* though the client holds its end open */
	close(fd);
	fixture_stop(&fixture);
}

static void close_all(struct fixture *fixture)
{
	for (struct peer *peer = fixture->peers; peer; peer = peer->next)
		conn_close(peer->conn);
}

static void test_close_drops_what_waits(void **state)
{
	struct fixture fixture = {.input = send_big};
	static uint8_t some[BIG];
	(void)state;
	fixture_start(&fixture);
	int fd = client_narrow(&fixture);
	ask_and_settle(&fixture, fd);
	fixture_do(&fixture, close_all);
	assert_true(wait_for(&fixture.closes, 1));
	assert_true(client_read(fd, some, sizeof some) < BIG);
	close(fd);
	fixture_stop(&fixture);
}

static void send_all(struct fixture *fixture)
{
	for (struct peer *peer = fixture->peers; peer; peer = peer->next)
		send_pieces(peer->conn, 0, BIG);
}

static void test_sending_to_a_gone_peer_closes_it(void **state)
{
	char path[64];
	struct fixture fixture = {.options.unix_path = path};
	int fds[20];
	(void)state;
	snprintf(path, sizeof path, "/tmp/crmdb-conn-output-test-%d", (int)getpid());
	fixture_start(&fixture);
	for (int i = 0; i < 20; i++) {
		fds[i] = client_unix(fixture.options.unix_path);
		client_echo(fds[i], "here");
	}
	for (int i = 0; i < 20; i++)
		close(fds[i]);
	fixture_do(&fixture, send_all); /* EPIPE, without a signal */
	assert_true(wait_for(&fixture.closes, 20));
	fixture_stop(&fixture);
	assert_int_equal(fixture.closes, 20);
}

static void tell_the_others(struct peer *gone)
{
	for (struct peer *peer = gone->fixture->peers; peer; peer = peer->next)
		conn_send(peer->conn, "left", 4);
}

static void test_send_from_closed_leaves_soon(void **state)
{
	struct fixture fixture = {.closed = tell_the_others};
	(void)state;
	fixture_start(&fixture);
	int stays = client_tcp(&fixture), leaves = client_tcp(&fixture);
	client_echo(stays, "a");
	client_echo(leaves, "b");
	close(leaves);
	client_expect(stays, "left", 4);
	close(stays);
	fixture_stop(&fixture);
}

static size_t send_in_turn_ended(struct peer *peer, const uint8_t *bytes, size_t size)
{
	(void)bytes;
	peer->fixture->turns = 0;
	return size;
}

static void answer_when_turn_ends(struct fixture *fixture)
{
	if (fixture->turns == 1)
		for (struct peer *peer = fixture->peers; peer; peer = peer->next)
			conn_send(peer->conn, "later", 5);
}

static void test_send_from_turn_ended_leaves_in_that_turn(void **state)
{
	struct fixture fixture = {.input = send_in_turn_ended, .turn_ended = answer_when_turn_ends};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	client_send(fd, "?", 1);
	client_expect(fd, "later", 5);
	close(fd);
	fixture_stop(&fixture);
}

/* Slow on purpose: waits for STALLED_TIMEOUT_MS, and long enough that idle buffers are freed. */
static void test_stalled_goodbye_is_given_up_and_idle_ones_live(void **state)
{
	struct fixture stalled = {.input = send_big_and_close}, idle = {0};
	(void)state;
	fixture_start(&stalled);
	fixture_start(&idle);
	int mute = client_narrow(&stalled), quiet = client_tcp(&idle);
	client_echo(quiet, "before");
	client_send(mute, "?", 1);
	assert_true(wait_for(&stalled.closes, 1));
	sleep_ms(1000);
	client_echo(quiet, "after");
	close(mute);
	close(quiet);
	fixture_stop(&stalled);
	fixture_stop(&idle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_small_replies_arrive_in_order),
	    cmocka_unit_test(test_peer_that_reads_late_gets_everything),
	    cmocka_unit_test(test_a_part_taken_is_progress),
	    cmocka_unit_test(test_output_collected_during_a_write_follows_it),
	    cmocka_unit_test(test_close_after_send_sends_all),
	    cmocka_unit_test(test_close_after_send_of_nothing),
	    cmocka_unit_test(test_close_drops_what_waits),
	    cmocka_unit_test(test_sending_to_a_gone_peer_closes_it),
	    cmocka_unit_test(test_send_from_closed_leaves_soon),
	    cmocka_unit_test(test_send_from_turn_ended_leaves_in_that_turn),
	    cmocka_unit_test(test_stalled_goodbye_is_given_up_and_idle_ones_live),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
