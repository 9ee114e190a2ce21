/* raw.c -- the bytes of a raw connection; see raw.h.  Commands are in raw_commands.c. */
#include "tests/integration/common/raw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/limits.h"

static struct raw raw_new(int fd)
{
	struct raw raw = {.fd = fd,
			  .in_capacity = 2 * LIMIT_REPLY_BYTES,
			  .out_capacity = LIMIT_FRAME_BYTES + 65536};
	raw.in = malloc(raw.in_capacity);
	raw.out = malloc(raw.out_capacity);
	if (raw.in == NULL || raw.out == NULL)
		scratch_die("malloc");
	return raw;
}

struct raw raw_connect_unix(const struct server *server)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (strlen(server->socket) >= sizeof to.sun_path) {
		errno = ENAMETOOLONG;
		scratch_die(server->socket);
	}
	memcpy(to.sun_path, server->socket, strlen(server->socket) + 1);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) != 0)
		scratch_die("connect to the socket");
	return raw_new(fd);
}

struct raw raw_connect_tcp(const struct server *server)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(server->port)};
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
	    connect(fd, (const struct sockaddr *)&to, sizeof to) != 0)
		scratch_die("connect to the port");
	return raw_new(fd);
}

void raw_close(struct raw *raw)
{
	close(raw->fd);
	free(raw->in);
	free(raw->out);
	*raw = (struct raw){.fd = -1};
}

/* Milliseconds left until `end`, at least 0. */
static int left_ms(int64_t end)
{
	int64_t left = (end - scratch_now_us() + 999) / 1000;
	return left > 0 ? (int)left : 0;
}

size_t raw_send_some(struct raw *raw, const void *bytes, size_t size, int timeout_ms)
{
	size_t done = 0;
	int64_t end = scratch_now_us() + (int64_t)timeout_ms * 1000;
	while (done < size) {
		ssize_t sent = send(raw->fd, (const uint8_t *)bytes + done, size - done,
				    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent > 0) {
			done += (size_t)sent;
			continue;
		}
		struct pollfd ready = {.fd = raw->fd, .events = POLLOUT};
		if (errno != EAGAIN || poll(&ready, 1, left_ms(end)) <= 0)
			break;
	}
	return done;
}

bool raw_send(struct raw *raw, const void *bytes, size_t size)
{
	return raw_send_some(raw, bytes, size, 5000) == size;
}

static enum raw_saw receive(struct raw *raw, int timeout_ms)
{
	struct pollfd ready = {.fd = raw->fd, .events = POLLIN};
	if (poll(&ready, 1, timeout_ms) <= 0)
		return RAW_SILENT;
	raw->in_size -= raw->taken;
	memmove(raw->in, raw->in + raw->taken, raw->in_size);
	raw->taken = 0;
	ssize_t got = recv(raw->fd, raw->in + raw->in_size, raw->in_capacity - raw->in_size, 0);
	if (got <= 0)
		return RAW_CLOSED;
	raw->in_size += (size_t)got;
	return RAW_FRAME;
}

enum raw_saw raw_next(struct raw *raw, struct frame *frame, int timeout_ms)
{
	struct frame_fault fault;
	int64_t end = scratch_now_us() + (int64_t)timeout_ms * 1000;
	for (;;) {
		switch (frame_next(raw->in + raw->taken, raw->in_size - raw->taken,
				   LIMIT_REPLY_BYTES, frame, &fault)) {
		case FRAME_READY:
			raw->taken += frame->size;
			return RAW_FRAME;
		case FRAME_BAD:
			return RAW_BROKEN;
		case FRAME_PARTIAL:
			break;
		}
		enum raw_saw saw = receive(raw, left_ms(end));
		if (saw != RAW_FRAME)
			return saw;
	}
}

int raw_goodbye(struct raw *raw, int timeout_ms)
{
	struct frame frame;
	struct answer answer;
	int status = -1;
	int64_t end = scratch_now_us() + (int64_t)timeout_ms * 1000;
	for (;;) {
		switch (raw_next(raw, &frame, left_ms(end))) {
		case RAW_CLOSED:
			return raw->in_size == raw->taken ? status : -3;
		case RAW_SILENT:
			return -2;
		case RAW_BROKEN:
			return -3;
		case RAW_FRAME:
			break;
		}
		if (status != -1)
			return -3;
		struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
		if (frame.kind == FRAME_GOODBYE)
			status = answer_decode(&r, OP_hello, &answer) ? answer.status : -3;
	}
}
