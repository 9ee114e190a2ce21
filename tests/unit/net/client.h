/* client.h -- blocking client sockets for the tests of server/net. */
#ifndef CRMDB_TESTS_NET_CLIENT_H
#define CRMDB_TESTS_NET_CLIENT_H
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/net/net_fixture.h"

static inline int client_ready(int family)
{
	struct timeval patience = {PATIENCE_MS / 1000, 0};
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	return fd;
}

static inline int client_join(int fd, uint16_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(fd, (struct sockaddr *)&address, sizeof address);
}

static inline int client_tcp(const struct fixture *fixture)
{
	int fd = client_ready(AF_INET);
	assert_int_equal(client_join(fd, net_port(fixture->net)), 0);
	return fd;
}

static inline int client_unix(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = client_ready(AF_UNIX);
	assert_true(strlen(path) < sizeof address.sun_path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static inline void client_send(int fd, const void *bytes, size_t size)
{
	for (size_t sent = 0; sent < size;) {
		ssize_t n = send(fd, (const char *)bytes + sent, size - sent, MSG_NOSIGNAL);
		assert_true(n > 0);
		sent += (size_t)n;
	}
}

/* Bytes read, fewer than `size` at the peer's end (or its reset). */
static inline size_t client_read(int fd, void *bytes, size_t size)
{
	size_t got = 0;
	while (got < size) {
		ssize_t n = recv(fd, (char *)bytes + got, size - got, 0);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	return got;
}

static inline void client_expect(int fd, const void *bytes, size_t size)
{
	char *got = malloc(size);
	assert_non_null(got);
	assert_int_equal(client_read(fd, got, size), size);
	assert_memory_equal(got, bytes, size);
	free(got);
}

/* The peer ended the connection in order: no reset. */
static inline void client_expect_end(int fd)
{
	char byte;
	assert_int_equal(recv(fd, &byte, 1, 0), 0);
}

static inline void client_echo(int fd, const char *text)
{
	client_send(fd, text, strlen(text));
	client_expect(fd, text, strlen(text));
}

#endif
