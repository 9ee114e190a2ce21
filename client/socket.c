/* socket.c -- connect without blocking past a deadline; see socket.h.
 *
 * A name may have several addresses: each is tried with an equal share of the time that is left, so
 * that one that swallows packets does not hide the next.
 */
#include "client/socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client/clock.h"
#include "client/error.h"

#define FULL_PAUSE_US 1000 /* a Unix socket whose queue is full is asked again */

static int unreachable(const struct uri *uri, const char *why, crm_error *error)
{
	if (uri->host[0] == '\0')
		error_say(error, ERROR_UNREACHABLE, "the server at unix://%s cannot be reached: %s",
			  uri->path, why);
	else
		error_say(error, ERROR_UNREACHABLE,
			  "the server at %s, port %u, cannot be reached: %s", uri->host, uri->port,
			  why);
	return -1;
}

static int unreachable_for(const struct uri *uri, int number, crm_error *error)
{
	char text[128];
	return unreachable(uri, strerror_r(number, text, sizeof text), error);
}

/* Wait for the outcome of a connect in progress.  0, or what went wrong. */
static int await_outcome(int fd, int64_t deadline_us)
{
	for (;;) {
		int64_t left_us = deadline_us - clock_now_us();
		struct timespec wait = clock_timespec(left_us > 0 ? left_us : 0);
		struct pollfd ready = {.fd = fd, .events = POLLOUT};
		int count = ppoll(&ready, 1, &wait, NULL);
		if (count == 0)
			return ETIMEDOUT;
		if (count > 0)
			break;
		if (errno != EINTR)
			return errno;
	}
	int outcome = 0;
	socklen_t size = sizeof outcome;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &outcome, &size) == 0 ? outcome : errno;
}

static int start_connect(int fd, const struct sockaddr *address, socklen_t size,
			 int64_t deadline_us)
{
	while (connect(fd, address, size) != 0) {
		int64_t now_us = clock_now_us();
		if (errno == EINPROGRESS || errno == EINTR)
			return await_outcome(fd, deadline_us);
		if (errno != EAGAIN)
			return errno;
		if (now_us >= deadline_us)
			return ETIMEDOUT;
		clock_sleep_until(clock_earlier(now_us + FULL_PAUSE_US, deadline_us));
	}
	return 0;
}

/* A connected socket, or -1 with *why. */
static int connect_to(const struct sockaddr *address, socklen_t size, int64_t deadline_us, int *why)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		*why = errno;
		return -1;
	}
	*why = start_connect(fd, address, size, deadline_us);
	if (*why == 0)
		return fd;
	close(fd);
	return -1;
}

static int connect_unix(const struct uri *uri, int64_t deadline_us, crm_error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int why;
	memcpy(address.sun_path, uri->path, strlen(uri->path) + 1);
	int fd = connect_to((const struct sockaddr *)&address, sizeof address, deadline_us, &why);
	return fd < 0 ? unreachable_for(uri, why, error) : fd;
}

static int connect_first(const struct addrinfo *found, int64_t deadline_us, int *why)
{
	int64_t left = 0;
	for (const struct addrinfo *each = found; each != NULL; each = each->ai_next)
		left++;
	*why = ETIMEDOUT;
	for (; found != NULL; found = found->ai_next, left--) {
		int64_t now_us = clock_now_us();
		int64_t until_us = now_us + (deadline_us - now_us) / left;
		int fd = connect_to(found->ai_addr, found->ai_addrlen, until_us, why);
		if (fd >= 0)
			return fd;
	}
	return -1;
}

static int connect_tcp(const struct uri *uri, int64_t deadline_us, crm_error *error)
{
	struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found = NULL;
	char port[8];
	int on = 1, why;
	snprintf(port, sizeof port, "%u", uri->port);
	int failed = getaddrinfo(uri->host, port, &wanted, &found);
	if (failed != 0 && strcmp(uri->host, "localhost") == 0) /* RFC 6761: no /etc/hosts here */
		failed = getaddrinfo("127.0.0.1", port, &wanted, &found);
	if (failed != 0)
		return unreachable(uri, gai_strerror(failed), error);
	int fd = connect_first(found, deadline_us, &why);
	freeaddrinfo(found);
	if (fd < 0)
		return unreachable_for(uri, why, error);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

int socket_connect(const struct uri *uri, int64_t deadline_us, crm_error *error)
{
	if (uri->host[0] == '\0')
		return connect_unix(uri, deadline_us, error);
	return connect_tcp(uri, deadline_us, error);
}
