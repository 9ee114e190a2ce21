/* listener.c -- takes connections from a listening socket.
 *
 * It polls and accepts itself, because libuv's own listener answers a lack of descriptors by
 * closing whoever waits, without a word.  Here they wait in the backlog:
 *
 *   accept --EMFILE, or SURPLUS_MOST reached--> stop polling --ACCEPT_RETRY_MS--> poll again
 *
 *   L1  No spin: after a failed accept the socket is not polled until the timer.
 *   L2  At most ACCEPT_TURN_MOST connections a turn, so that a flood does not starve the others.
 *   L3  The socket file is removed at the end only if it is still the one made here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/log.h"
#include "server/net/net_private.h"

#define COMPLAIN_MS 60000 /* one line about the same trouble in so long */

static void on_readable(uv_poll_t *poll, int status, int events);

static void on_retry(uv_timer_t *timer)
{
	struct listener *listener = timer->data;
	uv_poll_start(&listener->poll, UV_READABLE, on_readable);
}

/* L1 */
static void rest(struct listener *listener, const char *why)
{
	int64_t now = net_monotonic_ms(listener->net);
	if (listener->logged_ms == 0 || now - listener->logged_ms >= COMPLAIN_MS) {
		log_warn("accept", "new connections wait: %s", why);
		listener->logged_ms = now;
	}
	uv_poll_stop(&listener->poll);
	uv_timer_start(&listener->retry, on_retry, ACCEPT_RETRY_MS, 0);
}

/* One waiting connection.  False: none, or not now. */
static bool take(struct listener *listener)
{
	if (listener->net->roster.surplus >= SURPLUS_MOST) {
		rest(listener, "too many clients");
		return false;
	}
	int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		if (conn_open(listener->net, fd, listener->path != NULL))
			return true;
		rest(listener, "out of memory");
		return false;
	}
	if (errno == EAGAIN)
		return false;
	if (errno == EINTR || errno == ECONNABORTED)
		return true;
	rest(listener, strerror(errno));
	return false;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct listener *listener = poll->data;
	(void)events;
	if (status < 0) {
		rest(listener, uv_strerror(status));
		return;
	}
	for (int i = 0; i < ACCEPT_TURN_MOST && listener->fd >= 0; i++) /* L2 */
		if (!take(listener))
			return;
}

static bool start(struct net *net, struct listener *listener, int fd, struct failure *failure)
{
	listener->net = net;
	if (uv_poll_init(&net->loop, &listener->poll, fd) != 0) {
		close(fd);
		return failure_set(failure, EXIT_LISTEN, "cannot watch the listening socket: %s",
				   strerror(errno));
	}
	listener->fd = fd;
	listener->poll.data = listener;
	uv_timer_init(&net->loop, &listener->retry);
	listener->retry.data = listener;
	uv_poll_start(&listener->poll, UV_READABLE, on_readable);
	return true;
}

bool listener_open_tcp(struct net *net, const char *host, uint16_t port, struct failure *failure)
{
	int fd = socket_listen_tcp(host, port, failure);
	if (fd < 0)
		return false;
	net->port = socket_port(fd);
	return start(net, &net->tcp, fd, failure);
}

bool listener_open_unix(struct net *net, const char *path, struct failure *failure)
{
	struct listener *listener = &net->local;
	struct stat made;
	int fd = socket_listen_unix(path, failure);
	if (fd < 0)
		return false;
	listener->path = strdup(path);
	if (!listener->path || stat(path, &made) != 0) {
		close(fd);
		return failure_set(failure, EXIT_LISTEN, "cannot listen on %s: %s", path,
				   strerror(errno));
	}
	listener->device = made.st_dev;
	listener->inode = made.st_ino;
	return start(net, listener, fd, failure);
}

static void remove_file(const struct listener *listener)
{
	struct stat found;
	if (stat(listener->path, &found) == 0 && found.st_dev == listener->device &&
	    found.st_ino == listener->inode) /* L3 */
		unlink(listener->path);
}

void listener_close(struct listener *listener)
{
	if (listener->fd >= 0) {
		uv_close((uv_handle_t *)&listener->poll, NULL);
		uv_close((uv_handle_t *)&listener->retry, NULL);
		if (listener->path)
			remove_file(listener);
		close(listener->fd);
		listener->fd = -1;
	}
	free(listener->path);
	listener->path = NULL;
}
