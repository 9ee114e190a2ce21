/* net_test.c -- turns, net_again, signals and the end of a net. */
#include "tests/unit/net/client.h"

#include <signal.h>

static struct net_options nowhere = {.max_clients = 1, .input_bytes = 1};

static atomic_uint last_event, ended_after; /* of one turn */

static size_t mark_input(struct peer *peer, const uint8_t *bytes, size_t size)
{
	last_event++;
	return echo(peer, bytes, size);
}

static void mark_end(struct fixture *fixture)
{
	(void)fixture;
	ended_after = last_event;
}

static void test_turn_ends_after_its_events_and_before_its_writes(void **state)
{
	struct fixture fixture = {.input = mark_input, .turn_ended = mark_end};
	(void)state;
	last_event = ended_after = 0;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	for (unsigned i = 1; i <= 100; i++) {
		client_echo(fd, "x");
		/* The answer is here, so the end of its turn was before. */
		assert_int_equal(ended_after, i);
	}
	close(fd);
	fixture_stop(&fixture);
}

static void go_on(struct fixture *fixture)
{
	if (fixture->turns < 1000)
		net_again(fixture->net);
}

static void begin(struct fixture *fixture)
{
	net_again(fixture->net);
}

static void test_again_makes_turns(void **state)
{
	struct fixture fixture = {.turn_ended = go_on};
	(void)state;
	fixture_start(&fixture);
	fixture_do(&fixture, begin);
	assert_true(wait_for(&fixture.turns, 1000));
	sleep_ms(200);
	assert_in_range(fixture.turns, 1000, 1010); /* then the loop sleeps */
	fixture_stop(&fixture);
}

static void begin_later(struct fixture *fixture)
{
	fixture->turns = 0;
	net_again_in(fixture->net, 3600000);
	net_again_in(fixture->net, 20); /* the soonest wins */
	net_again_in(fixture->net, 7200000);
}

static void test_again_in_makes_a_turn(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	fixture_do(&fixture, begin_later);
	assert_true(wait_for(&fixture.turns, 2)); /* its own turn, and the one 20 ms later */
	fixture_stop(&fixture);
}

static void send_last_words(struct fixture *fixture)
{
	for (struct peer *peer = fixture->peers; peer; peer = peer->next)
		conn_send(peer->conn, "bye", 3);
	net_stop(fixture->net);
}

static void test_stop_with_open_connections(void **state)
{
	enum {
		CLIENTS = 50
	};
	struct fixture fixture = {0};
	int fds[CLIENTS];
	(void)state;
	fixture_start(&fixture);
	for (int i = 0; i < CLIENTS; i++) {
		fds[i] = client_tcp(&fixture);
		client_echo(fds[i], "hello");
	}
	fixture_do(&fixture, send_last_words);
	for (int i = 0; i < CLIENTS; i++) {
		client_expect(fds[i], "bye", 3);
		client_expect_end(fds[i]);
		close(fds[i]);
	}
	fixture_join(&fixture);
	assert_int_equal(fixture.closes, CLIENTS);
}

static size_t flood(struct peer *peer, const uint8_t *bytes, size_t size)
{
	static const uint8_t zeros[1 << 20];
	(void)bytes;
	for (int i = 0; i < 16; i++)
		conn_send(peer->conn, zeros, sizeof zeros);
	if (peer->calls > 1)
		conn_close_after_send(peer->conn);
	return size;
}

static void test_stop_with_writes_under_way(void **state)
{
	struct fixture fixture = {.input = flood};
	(void)state;
	fixture_start(&fixture);
	int writing = client_tcp(&fixture), draining = client_tcp(&fixture);
	client_send(writing, "?", 1);
	client_send(draining, "?", 1);
	sleep_ms(50);
	client_send(draining, "?", 1);
	sleep_ms(50);
	fixture_stop(&fixture); /* does not wait for the clients */
	close(writing);
	close(draining);
	assert_int_equal(fixture.closes, 2);
}

static void stop_at_once(struct fixture *fixture)
{
	net_stop(fixture->net);
}

static void test_stop_from_turn_ended(void **state)
{
	struct fixture fixture = {.turn_ended = stop_at_once};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture); /* its arrival makes the turn */
	fixture_join(&fixture);
	close(fd);
}

static void ignore(void *context)
{
	(void)context;
}

static void test_stop_before_run_and_free_without_run(void **state)
{
	const struct net_handlers handlers = {.turn_ended = ignore, .woken = ignore};
	struct failure failure;
	(void)state;
	struct net *stopped = net_open(&nowhere, &handlers, &failure);
	assert_non_null(stopped);
	net_stop(stopped);
	net_run(stopped);
	net_free(stopped);
	struct net *unused = net_open(&nowhere, &handlers, &failure);
	assert_non_null(unused);
	assert_int_equal(net_port(unused), 0);
	net_free(unused);
	net_free(NULL);
}

static void test_signals_ask_for_a_stop(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	kill(getpid(), SIGTERM);
	assert_true(wait_for(&fixture.stops, 1));
	client_echo(fd, "asked, not forced");
	kill(getpid(), SIGINT);
	assert_true(wait_for(&fixture.stops, 2));
	kill(getpid(), SIGTERM);
	assert_true(wait_for(&fixture.stops, 3));
	kill(getpid(), SIGPIPE); /* ignored */
	client_echo(fd, "alive");
	close(fd);
	fixture_stop(&fixture);
	assert_int_equal(fixture.stops, 3);
}

static void count_clients(struct fixture *fixture)
{
	last_event = net_clients(fixture->net);
}

static void test_clients_are_counted(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	int first = client_tcp(&fixture), second = client_tcp(&fixture);
	client_echo(first, "1");
	client_echo(second, "2");
	fixture_do(&fixture, count_clients);
	assert_int_equal(last_event, 2);
	close(first);
	assert_true(wait_for(&fixture.closes, 1));
	fixture_do(&fixture, count_clients);
	assert_int_equal(last_event, 1);
	close(second);
	fixture_stop(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_turn_ends_after_its_events_and_before_its_writes),
	    cmocka_unit_test(test_again_makes_turns),
	    cmocka_unit_test(test_again_in_makes_a_turn),
	    cmocka_unit_test(test_stop_with_open_connections),
	    cmocka_unit_test(test_stop_with_writes_under_way),
	    cmocka_unit_test(test_stop_from_turn_ended),
	    cmocka_unit_test(test_stop_before_run_and_free_without_run),
	    cmocka_unit_test(test_signals_ask_for_a_stop),
	    cmocka_unit_test(test_clients_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
