/* listener_test.c -- where a net listens, whom it lets in, and what it says when it cannot. */
#include "tests/unit/net/client.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char folder[] = "/tmp/crmdb-listener-test-XXXXXX";
static char path[128];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/socket", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void expect_refused(struct fixture *fixture, const char *part)
{
	struct failure failure = {0};
	assert_false(fixture_open(fixture, &failure));
	assert_int_equal(failure.code, EXIT_LISTEN);
	if (!strstr(failure.text, part))
		fail_msg("\"%s\" does not say \"%s\"", failure.text, part);
	sem_destroy(&fixture->acted);
}

static void test_tcp_and_unix_together(void **state)
{
	struct fixture fixture = {.options = {.host = "127.0.0.1", .unix_path = path}};
	(void)state;
	fixture_start(&fixture);
	assert_true(net_port(fixture.net) > 0);
	int tcp = client_tcp(&fixture), local = client_unix(path);
	client_echo(tcp, "over tcp");
	client_echo(local, "over unix");
	close(tcp);
	close(local);
	fixture_stop(&fixture);
	assert_int_equal(access(path, F_OK), -1); /* the file goes with the net */
}

static void test_loopback_by_name(void **state)
{
	struct fixture named = {.options.host = "localhost"};
	(void)state;
	fixture_start(&named);
	assert_true(net_port(named.net) > 0);
	fixture_stop(&named);
}

static void test_port_in_use(void **state)
{
	struct fixture first = {0}, second = {0};
	(void)state;
	fixture_start(&first);
	second.options.host = "127.0.0.1";
	second.options.port = net_port(first.net);
	expect_refused(&second, "another process listens there");
	fixture_stop(&first);
}

static void test_port_is_free_again_at_once(void **state)
{
	struct fixture first = {0}, second = {0};
	(void)state;
	fixture_start(&first);
	int fd = client_tcp(&first);
	client_echo(fd, "before");
	second.options.host = "127.0.0.1";
	second.options.port = net_port(first.net);
	fixture_stop(&first); /* closes first, so that its end is in TIME_WAIT */
	close(fd);
	fixture_start(&second);
	fd = client_tcp(&second);
	client_echo(fd, "after");
	close(fd);
	fixture_stop(&second);
}

static void test_addresses_that_are_not_ours(void **state)
{
	struct fixture away = {.options.host = "192.0.2.1"};
	struct fixture wrong = {.options.host = "no such host"};
	(void)state;
	expect_refused(&away, "no interface of this machine has that address");
	expect_refused(&wrong, "\"no such host\"");
}

static void test_stale_socket_is_replaced(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct fixture fixture = {.options.unix_path = path};
	(void)state;
	int dead = client_ready(AF_UNIX);
	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(dead, (struct sockaddr *)&address, sizeof address), 0);
	close(dead); /* the file stays */
	assert_int_equal(access(path, F_OK), 0);
	fixture_start(&fixture);
	int fd = client_unix(path);
	client_echo(fd, "new life");
	close(fd);
	fixture_stop(&fixture);
}

static void test_live_socket_is_refused(void **state)
{
	struct fixture first = {.options.unix_path = path}, second = {.options.unix_path = path};
	(void)state;
	fixture_start(&first);
	expect_refused(&second, "another process listens there");
	int fd = client_unix(path);
	client_echo(fd, "still here");
	close(fd);
	fixture_stop(&first);
}

static void test_other_files_are_not_touched(void **state)
{
	struct fixture fixture = {.options.unix_path = path};
	struct fixture nowhere = {.options.unix_path = "/nonexistent/folder/socket"};
	char longest[200];
	struct fixture too_long = {.options.unix_path = longest};
	struct stat status;
	(void)state;
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	expect_refused(&fixture, "no socket");
	assert_int_equal(stat(path, &status), 0);
	assert_true(S_ISREG(status.st_mode));
	unlink(path);
	expect_refused(&nowhere, "No such file or directory");
	memset(longest, 'x', sizeof longest);
	longest[199] = '\0';
	expect_refused(&too_long, "1 to 107 bytes");
}

static void test_a_file_of_another_is_left(void **state)
{
	struct fixture fixture = {.options.unix_path = path};
	(void)state;
	fixture_start(&fixture);
	unlink(path);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	fixture_stop(&fixture);
	assert_int_equal(access(path, F_OK), 0);
	unlink(path);
}

/* The server's end of a connection, found among this process's descriptors. */
static int find_other_end(int client)
{
	struct sockaddr_in mine, peer;
	socklen_t size = sizeof mine;
	assert_int_equal(getsockname(client, (struct sockaddr *)&mine, &size), 0);
	for (int fd = 3; fd < 1024; fd++) {
		size = sizeof peer;
		if (getpeername(fd, (struct sockaddr *)&peer, &size) == 0 &&
		    peer.sin_family == AF_INET && peer.sin_port == mine.sin_port)
			return fd;
	}
	return -1;
}

static int option_of(int fd, int level, int option)
{
	int value = -1;
	socklen_t size = sizeof value;
	assert_int_equal(getsockopt(fd, level, option, &value, &size), 0);
	return value;
}

static void test_accepted_sockets_have_their_options(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	int client = client_tcp(&fixture);
	client_echo(client, "in");
	int fd = find_other_end(client);
	assert_true(fd >= 0);
	assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 1);
	assert_int_equal(option_of(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
	assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_KEEPIDLE), 60);
	assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_KEEPINTVL), 10);
	assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
	assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 30000);
	close(client);
	fixture_stop(&fixture);
}

static void test_two_hundred_connections(void **state)
{
	enum {
		CLIENTS = 200
	};
	struct fixture fixture = {0};
	int fds[CLIENTS];
	(void)state;
	fixture_start(&fixture);
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = client_tcp(&fixture);
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < CLIENTS; i++)
			client_send(fds[i], &i, sizeof i);
		for (int i = 0; i < CLIENTS; i++)
			client_expect(fds[i], &i, sizeof i);
	}
	for (int i = 0; i < CLIENTS; i += 2)
		close(fds[i]);
	assert_true(wait_for(&fixture.closes, CLIENTS / 2));
	for (int i = 1; i < CLIENTS; i += 2)
		client_echo(fds[i], "the other half lives on");
	for (int i = 1; i < CLIENTS; i += 2)
		close(fds[i]);
	fixture_stop(&fixture);
	assert_int_equal(fixture.opens, CLIENTS);
	assert_int_equal(fixture.closes, CLIENTS);
}

static bool say_full(struct peer *peer)
{
	if (!conn_is_surplus(peer->conn))
		return true;
	conn_send(peer->conn, "too many", 8);
	return false;
}

static void test_surplus_is_told(void **state)
{
	struct fixture fixture = {.opened = say_full, .options.max_clients = 2};
	(void)state;
	fixture_start(&fixture);
	int first = client_tcp(&fixture), second = client_tcp(&fixture);
	client_echo(first, "1");
	client_echo(second, "2");
	for (int i = 0; i < 5; i++) {
		int third = client_tcp(&fixture);
		client_expect(third, "too many", 8);
		client_expect_end(third);
		close(third);
	}
	close(first);
	assert_true(wait_for(&fixture.closes, 1));
	int third = client_tcp(&fixture);
	client_echo(third, "3");
	close(second);
	close(third);
	fixture_stop(&fixture);
	assert_int_equal(fixture.surpluses, 5);
}

static void test_surplus_is_bounded(void **state)
{
	enum {
		CLIENTS = 100,
		SURPLUS = 64
	};
	struct fixture fixture = {.options.max_clients = 1};
	int fds[CLIENTS];
	(void)state;
	fixture_start(&fixture);
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = client_tcp(&fixture);
	assert_true(wait_for(&fixture.opens, 1 + SURPLUS));
	sleep_ms(300);
	assert_int_equal(fixture.opens, 1 + SURPLUS); /* the others wait */
	for (int i = 0; i < CLIENTS; i++)
		close(fds[i]);
	assert_true(wait_for(&fixture.closes, CLIENTS));
	fixture_stop(&fixture);
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One more than the `count`-th free descriptor: as a limit, it leaves just so many. */
static rlim_t limit_for(int count, int any)
{
	int fds[8], last = 0;
	for (int i = 0; i < count; i++)
		last = fds[i] = dup(any);
	for (int i = 0; i < count; i++)
		close(fds[i]);
	return (rlim_t)last + 1;
}

static void test_without_descriptors_it_waits_and_recovers(void **state)
{
	enum {
		CLIENTS = 10
	};
	struct fixture fixture = {0};
	struct rlimit before, few;
	int fds[CLIENTS];
	(void)state;
	fixture_start(&fixture);
	int first = client_tcp(&fixture);
	client_echo(first, "libuv opens a descriptor of its own at its first connection");
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = client_ready(AF_INET);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = limit_for(3, fds[0]);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	for (int i = 0; i < CLIENTS; i++)
		assert_int_equal(client_join(fds[i], net_port(fixture.net)), 0);
	assert_true(wait_for(&fixture.opens, 1 + 3));
	unsigned turns = fixture.turns;
	int64_t began_ms = now_ms();
	sleep_ms(500);
	assert_true(fixture.turns - turns <= now_ms() - began_ms); /* no spin */
	assert_int_equal(fixture.opens, 1 + 3);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	for (int i = 0; i < CLIENTS; i++)
		client_echo(fds[i], "in at last");
	for (int i = 0; i < CLIENTS; i++)
		close(fds[i]);
	close(first);
	fixture_stop(&fixture);
}

static void stop_listening(struct fixture *fixture)
{
	net_stop_listening(fixture->net);
	net_stop_listening(fixture->net);
}

static void test_stop_listening_keeps_connections(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	int fd = client_tcp(&fixture), late = client_ready(AF_INET);
	client_echo(fd, "before");
	fixture_do(&fixture, stop_listening);
	assert_int_equal(client_join(late, net_port(fixture.net)), -1);
	client_echo(fd, "after");
	close(fd);
	close(late);
	fixture_stop(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tcp_and_unix_together),
	    cmocka_unit_test(test_loopback_by_name),
	    cmocka_unit_test(test_port_in_use),
	    cmocka_unit_test(test_port_is_free_again_at_once),
	    cmocka_unit_test(test_addresses_that_are_not_ours),
	    cmocka_unit_test(test_stale_socket_is_replaced),
	    cmocka_unit_test(test_live_socket_is_refused),
	    cmocka_unit_test(test_other_files_are_not_touched),
	    cmocka_unit_test(test_a_file_of_another_is_left),
	    cmocka_unit_test(test_accepted_sockets_have_their_options),
	    cmocka_unit_test(test_two_hundred_connections),
	    cmocka_unit_test(test_surplus_is_told),
	    cmocka_unit_test(test_surplus_is_bounded),
	    cmocka_unit_test(test_without_descriptors_it_waits_and_recovers),
	    cmocka_unit_test(test_stop_listening_keeps_connections),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
