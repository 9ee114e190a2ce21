/* link.c -- move bytes between a socket and the protocol core; see link.h.
 *
 *   L1  Reading goes on while sending waits: a server that stops reading until its replies are
 *       taken never stands against a client that sends first.
 *   L2  When sending fails, what the server said last is read before the connection counts as
 *       ended: a goodbye says more than a reset.
 *   L3  No call raises SIGPIPE or waits past its deadline.
 */
#include "client/link.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/clock.h"
#include "client/error.h"
#include "client/socket.h"

void link_init(struct link *link)
{
	*link = (struct link){.fd = -1};
}

void link_close(struct link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	exchange_end(&link->exchange, ERROR_DISCONNECTED);
}

void link_free(struct link *link)
{
	link_close(link);
	exchange_free(&link->exchange);
}

bool link_is_open(const struct link *link)
{
	return link->fd >= 0;
}

crm_status link_error(const struct link *link, crm_error *error)
{
	const struct frame_fault *fault = &link->exchange.fault;
	return error_set(error, (uint16_t)fault->error, fault->detail);
}

void link_flush(struct link *link)
{
	size_t size;
	const uint8_t *bytes = exchange_output(&link->exchange, &size);
	while (size > 0 && !link->deaf) {
		ssize_t sent = send(link->fd, bytes, size, MSG_NOSIGNAL); /* L3 */
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0) {
			link->deaf = errno != EAGAIN; /* L2 */
			return;
		}
		exchange_sent(&link->exchange, (size_t)sent);
		bytes = exchange_output(&link->exchange, &size);
	}
}

static void receive(struct link *link)
{
	size_t room;
	uint8_t *bytes = exchange_room(&link->exchange, &room);
	if (bytes == NULL) {
		exchange_end(&link->exchange, ERROR_NO_MEMORY);
		return;
	}
	ssize_t got = recv(link->fd, bytes, room, 0);
	if (got > 0)
		exchange_received(&link->exchange, (size_t)got);
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		exchange_end(&link->exchange, ERROR_DISCONNECTED);
}

/* Move bytes, waiting until there are any.  False: the deadline has passed. */
static bool move(struct link *link, int64_t deadline_us)
{
	size_t waiting;
	link_flush(link);
	exchange_output(&link->exchange, &waiting);
	int64_t left_us = deadline_us - clock_now_us();
	struct timespec wait = clock_timespec(left_us > 0 ? left_us : 0);
	struct pollfd ready = {.fd = link->fd, .events = POLLIN};
	if (waiting > 0 && !link->deaf)
		ready.events |= POLLOUT; /* L1 */
	int count = ppoll(&ready, 1, &wait, NULL);
	if (count == 0)
		return false;
	if (count > 0 && (ready.revents & ~POLLOUT) != 0)
		receive(link);
	return left_us > 0 || count > 0;
}

/* What comes next.  EXCHANGE_NOTHING: the deadline has passed. */
static enum exchange_yield next(struct link *link, int64_t deadline_us,
				struct exchange_reply *reply)
{
	bool late = false;
	for (;;) {
		enum exchange_yield yield = exchange_next(&link->exchange, reply);
		if (yield != EXCHANGE_NOTHING || late)
			return yield;
		if (!move(link, deadline_us))
			return EXCHANGE_NOTHING;
		late = clock_now_us() >= deadline_us;
	}
}

crm_status link_next(struct link *link, int64_t deadline_us, struct exchange_reply *reply)
{
	switch (next(link, deadline_us, reply)) {
	case EXCHANGE_REPLY:
	case EXCHANGE_PUSHED:
	case EXCHANGE_WELCOME:
		return CRM_OK;
	case EXCHANGE_NOTHING:
		return ERROR_TIMEOUT;
	case EXCHANGE_ENDED:
		break;
	}
	link_close(link);
	return (crm_status)link->exchange.fault.error;
}

/* Connected, but not welcomed. */
static crm_status no_welcome(const struct link *link, crm_status status, crm_error *error)
{
	if (status == ERROR_TIMEOUT) {
		error_say(error, ERROR_UNREACHABLE,
			  "the server took the connection but did not answer");
		error_hint(error, "it is running but busy or stopped: look at its log");
		return ERROR_UNREACHABLE;
	}
	link_error(link, error);
	if (status == ERROR_DISCONNECTED)
		error_hint(error, "check the address: is it a crmdb server?");
	return status;
}

crm_status link_open(struct link *link, const struct uri *uri,
		     const struct exchange_identity *identity, int64_t deadline_us,
		     crm_error *error)
{
	struct exchange_reply none;
	link_close(link);
	if (!exchange_start(&link->exchange, identity))
		return error_set(error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
	link->fd = socket_connect(uri, deadline_us, error);
	link->deaf = false;
	if (link->fd < 0) {
		exchange_end(&link->exchange, ERROR_UNREACHABLE);
		return ERROR_UNREACHABLE;
	}
	crm_status status = link_next(link, deadline_us, &none);
	if (status == CRM_OK)
		return CRM_OK;
	link_close(link);
	return no_welcome(link, status, error);
}
