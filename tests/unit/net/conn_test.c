/* conn_test.c -- input, pauses, deadlines and ends of connections, over real sockets. */
#include "tests/unit/net/client.h"

#include <netinet/tcp.h>

#define FRAME 8u

static atomic_uint frames_seen;

/* Consumes whole frames of FRAME bytes and echoes each by itself. */
static size_t take_frames(struct peer *peer, const uint8_t *bytes, size_t size)
{
	size_t used = 0;
	for (; size - used >= FRAME; used += FRAME) {
		conn_send(peer->conn, bytes + used, FRAME);
		frames_seen++;
	}
	return used;
}

static void fill(uint8_t *bytes, size_t size)
{
	uint32_t word = 1;
	for (size_t i = 0; i < size; i++) {
		word = word * 1664525u + 1013904223u;
		bytes[i] = (uint8_t)(word >> 24);
	}
}

static void test_echo(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	client_echo(fd, "one");
	client_echo(fd, "two");
	close(fd);
	assert_true(wait_for(&fixture.closes, 1));
	fixture_stop(&fixture);
	assert_int_equal(fixture.opens, 1);
	assert_int_equal(fixture.closes, 1);
}

static void test_many_frames_in_one_packet(void **state)
{
	static uint8_t bytes[10000 * FRAME];
	struct fixture fixture = {.input = take_frames};
	(void)state;
	fill(bytes, sizeof bytes);
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	client_send(fd, bytes, sizeof bytes);
	client_expect(fd, bytes, sizeof bytes);
	close(fd);
	fixture_stop(&fixture);
}

static void test_one_byte_a_packet(void **state)
{
	struct fixture fixture = {.input = take_frames};
	int on = 1;
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	for (unsigned frame = 0; frame < 20; frame++) {
		uint8_t bytes[FRAME];
		memset(bytes, (int)frame, FRAME);
		for (unsigned i = 0; i < FRAME; i++) {
			client_send(fd, bytes + i, 1);
			sleep_ms(1);
		}
		client_expect(fd, bytes, FRAME);
	}
	close(fd);
	fixture_stop(&fixture);
	assert_true(fixture.bytes_in <= FRAME);
}

static size_t take_odd(struct peer *peer, const uint8_t *bytes, size_t size)
{
	size_t some = size < 3 ? size : 3;
	conn_send(peer->conn, bytes, some);
	conn_resume(peer->conn);
	return some;
}

static void test_partial_consumption_with_resume(void **state)
{
	static uint8_t bytes[100001];
	struct fixture fixture = {.input = take_odd};
	(void)state;
	fill(bytes, sizeof bytes);
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	client_send(fd, bytes, sizeof bytes);
	client_expect(fd, bytes, sizeof bytes);
	close(fd);
	fixture_stop(&fixture);
}

static size_t take_whole_limit(struct peer *peer, const uint8_t *bytes, size_t size)
{
	size_t limit = peer->fixture->options.input_bytes;
	if (size < limit)
		return 0;
	conn_send(peer->conn, bytes, limit);
	return limit;
}

static void test_frames_as_large_as_the_limit(void **state)
{
	enum {
		LIMIT = 300001
	};
	static uint8_t bytes[3 * LIMIT];
	struct fixture fixture = {.input = take_whole_limit, .options.input_bytes = LIMIT};
	(void)state;
	fill(bytes, sizeof bytes);
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	for (int i = 0; i < 3; i++) {
		client_send(fd, bytes + i * LIMIT, LIMIT);
		client_expect(fd, bytes + i * LIMIT, LIMIT);
	}
	close(fd);
	fixture_stop(&fixture);
	assert_int_equal(fixture.bytes_in, LIMIT);
}

static atomic_bool consume;

static size_t take_when_told(struct peer *peer, const uint8_t *bytes, size_t size)
{
	return consume ? echo(peer, bytes, size) : 0;
}

static void resume_all(struct fixture *fixture)
{
	consume = true;
	for (struct peer *peer = fixture->peers; peer; peer = peer->next) {
		unsigned calls = peer->calls;
		conn_resume(peer->conn);
		ENSURE(peer->calls == calls); /* offered from the loop, not from here */
	}
}

static void *send_much(void *context)
{
	static uint8_t bytes[8u << 20];
	fill(bytes, sizeof bytes);
	client_send(*(int *)context, bytes, sizeof bytes);
	return NULL;
}

static void expect_much(int fd)
{
	static uint8_t bytes[8u << 20];
	fill(bytes, sizeof bytes);
	client_expect(fd, bytes, sizeof bytes);
}

static void test_full_buffer_stops_reading(void **state)
{
	struct fixture fixture = {.input = take_when_told, .options.input_bytes = 100000};
	pthread_t sender;
	(void)state;
	consume = false;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	pthread_create(&sender, NULL, send_much, &fd);
	for (int i = 0; i < PATIENCE_MS && fixture.bytes_in < 100000; i++)
		sleep_ms(1);
	sleep_ms(50);
	assert_int_equal(fixture.bytes_in, 100000);
	fixture_do(&fixture, resume_all);
	expect_much(fd);
	pthread_join(sender, NULL);
	assert_int_equal(fixture.bytes_in, 100000); /* N3 */
	close(fd);
	fixture_stop(&fixture);
}

static size_t pause_after_one(struct peer *peer, const uint8_t *bytes, size_t size)
{
	ENSURE(size >= FRAME);
	conn_send(peer->conn, bytes, FRAME);
	conn_pause(peer->conn);
	return FRAME;
}

static void test_pause_and_resume(void **state)
{
	struct fixture fixture = {.input = pause_after_one};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	client_send(fd, "frame--1frame--2frame--3", 3 * FRAME);
	client_expect(fd, "frame--1", FRAME);
	client_send(fd, "frame--4", FRAME); /* read at most into the buffer, not offered */
	sleep_ms(50);
	fixture_do(&fixture, resume_all);
	client_expect(fd, "frame--2", FRAME);
	fixture_do(&fixture, resume_all);
	client_expect(fd, "frame--3", FRAME);
	fixture_do(&fixture, resume_all);
	client_expect(fd, "frame--4", FRAME);
	fixture_do(&fixture, resume_all);
	client_echo(fd, "frame--5");
	close(fd);
	fixture_stop(&fixture);
}

static atomic_size_t first_after_pause;

static size_t echo_after_pause(struct peer *peer, const uint8_t *bytes, size_t size)
{
	if (peer->calls == 1)
		conn_pause(peer->conn);
	else if (peer->calls == 2)
		first_after_pause = size;
	return echo(peer, bytes, size);
}

static void test_paused_connection_does_not_grow(void **state)
{
	struct fixture fixture = {.input = echo_after_pause};
	pthread_t sender;
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	client_echo(fd, "hello");
	pthread_create(&sender, NULL, send_much, &fd);
	sleep_ms(100);
	fixture_do(&fixture, resume_all);
	expect_much(fd);
	pthread_join(sender, NULL);
	assert_in_range(first_after_pause, 1, 16 << 10); /* one read into the first buffer */
	close(fd);
	fixture_stop(&fixture);
}

static size_t pause_resume_echo(struct peer *peer, const uint8_t *bytes, size_t size)
{
	size_t some = size < 5000 ? size : 5000;
	conn_send(peer->conn, bytes, some);
	conn_pause(peer->conn);
	if (peer->calls % 2 == 0)
		conn_resume(peer->conn); /* at once */
	return some;
}

static void resume_in_turn_ended(struct fixture *fixture)
{
	for (struct peer *peer = fixture->peers; peer; peer = peer->next)
		conn_resume(peer->conn);
}

static void test_much_input_with_pauses(void **state)
{
	struct fixture fixture = {.input = pause_resume_echo, .turn_ended = resume_in_turn_ended};
	pthread_t sender;
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	pthread_create(&sender, NULL, send_much, &fd);
	expect_much(fd);
	pthread_join(sender, NULL);
	close(fd);
	fixture_stop(&fixture);
}

static size_t close_in_input(struct peer *peer, const uint8_t *bytes, size_t size)
{
	(void)bytes;
	for (struct peer *other = peer->fixture->peers; other; other = other->next) {
		conn_close(other->conn);
		conn_close(other->conn);
		conn_send(other->conn, "x", 1);
		conn_pause(other->conn);
		conn_resume(other->conn);
		conn_deadline(other->conn, 1);
		conn_close_after_send(other->conn);
	}
	return size;
}

static void test_close_in_input_closes_each_once(void **state)
{
	struct fixture fixture = {.input = close_in_input};
	int fds[10];
	(void)state;
	fixture_start(&fixture);
	for (int i = 0; i < 10; i++)
		fds[i] = client_tcp(&fixture);
	assert_true(wait_for(&fixture.opens, 10));
	client_send(fds[3], "go", 2);
	for (int i = 0; i < 10; i++)
		client_expect_end(fds[i]);
	assert_true(wait_for(&fixture.closes, 10));
	for (int i = 0; i < 10; i++)
		close(fds[i]);
	fixture_stop(&fixture);
	assert_int_equal(fixture.closes, 10);
}

static bool close_in_opened(struct peer *peer)
{
	conn_close(peer->conn);
	return true;
}

static void test_close_in_opened(void **state)
{
	struct fixture fixture = {.opened = close_in_opened};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	client_expect_end(fd);
	assert_true(wait_for(&fixture.closes, 1));
	close(fd);
	fixture_stop(&fixture);
}

static bool refuse(struct peer *peer)
{
	conn_send(peer->conn, "full, come later", 16);
	return false;
}

static void test_refused_connection_gets_its_goodbye(void **state)
{
	struct fixture fixture = {.opened = refuse};
	(void)state;
	fixture_start(&fixture);
	for (int i = 0; i < 20; i++) {
		int fd = client_tcp(&fixture);
		/* Input that nobody reads must not turn the goodbye into a reset. */
		client_send(fd, "hello, it is me", 15);
		client_expect(fd, "full, come later", 16);
		client_expect_end(fd);
		close(fd);
	}
	fixture_stop(&fixture);
	assert_int_equal(fixture.closes, 0);
}

static void test_reset_by_peer(void **state)
{
	struct fixture fixture = {0};
	struct linger hard = {1, 0};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	client_echo(fd, "alive");
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	close(fd);
	assert_true(wait_for(&fixture.closes, 1));
	fixture_stop(&fixture);
}

static void close_on_deadline(struct peer *peer)
{
	conn_close(peer->conn);
}

static bool set_deadline(struct peer *peer)
{
	conn_deadline(peer->conn, 3600000);
	conn_deadline(peer->conn, 120); /* replaces */
	return true;
}

static void test_deadline_closes(void **state)
{
	struct fixture fixture = {.opened = set_deadline, .deadline = close_on_deadline};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture);
	client_expect_end(fd);
	assert_true(wait_for(&fixture.closes, 1));
	close(fd);
	fixture_stop(&fixture);
	assert_int_equal(fixture.deadlines, 1);
}

static size_t clear_deadline(struct peer *peer, const uint8_t *bytes, size_t size)
{
	conn_deadline(peer->conn, 3000);
	conn_deadline(peer->conn, bytes[0] == 'c' ? 0 : 1);
	return echo(peer, bytes, size);
}

static void test_deadline_cleared_and_fired_once(void **state)
{
	struct fixture fixture = {.input = clear_deadline};
	(void)state;
	fixture_start(&fixture);
	int cleared = client_tcp(&fixture), fired = client_tcp(&fixture);
	client_echo(cleared, "c");
	client_echo(fired, "f");
	assert_true(wait_for(&fixture.deadlines, 1));
	sleep_ms(300);
	assert_int_equal(fixture.deadlines, 1); /* cleared by firing */
	client_echo(fired, "f");
	assert_true(wait_for(&fixture.deadlines, 2));
	close(cleared);
	close(fired);
	fixture_stop(&fixture);
	assert_int_equal(fixture.deadlines, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_echo),
	    cmocka_unit_test(test_many_frames_in_one_packet),
	    cmocka_unit_test(test_one_byte_a_packet),
	    cmocka_unit_test(test_partial_consumption_with_resume),
	    cmocka_unit_test(test_frames_as_large_as_the_limit),
	    cmocka_unit_test(test_full_buffer_stops_reading),
	    cmocka_unit_test(test_pause_and_resume),
	    cmocka_unit_test(test_paused_connection_does_not_grow),
	    cmocka_unit_test(test_much_input_with_pauses),
	    cmocka_unit_test(test_close_in_input_closes_each_once),
	    cmocka_unit_test(test_close_in_opened),
	    cmocka_unit_test(test_refused_connection_gets_its_goodbye),
	    cmocka_unit_test(test_reset_by_peer),
	    cmocka_unit_test(test_deadline_closes),
	    cmocka_unit_test(test_deadline_cleared_and_fired_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
