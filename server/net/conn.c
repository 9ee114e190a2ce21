/* conn.c -- one connection: its input, its deadline, its end.
 *
 *   bytes   | consumed | unconsumed          | free            |
 *           0          begin                 end               capacity <= input_bytes
 *
 *   C1  Offered input is [begin, end).  It moves to the front only when the free end is small, and
 *       the buffer doubles only when it is full: memory follows bytes that really came (N3).
 *   C2  A full buffer of which nothing was consumed stops reading until conn_resume.
 *   C3  Pausing is lazy: reading stops only when bytes come for a paused connection.  A client
 *       that waits for its answer sends none, so that it costs no epoll_ctl, and its leaving is
 *       noticed.
 *   C4  In every state but OPEN no handler is called, save `closed`, once, from libuv's closing
 *       phase, where no conn_ or net_ function of ours is on the stack.
 *   C5  A goodbye arrives: after the last byte our side is shut, and what the peer still sends is
 *       read away for LINGER_MS.  Closing at once would answer those bytes with a reset, which
 *       makes the peer drop what it has not read.
 */
#include "server/net/net_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/limits.h"

static void discard_input(struct conn *conn)
{
	conn->input.begin = 0;
	conn->input.end = 0;
}

static void compact_input(struct input *input)
{
	if (input->begin == 0 || (input->begin < input->end && input->end < input->capacity / 2))
		return;
	size_t size = input->end - input->begin;
	memmove(input->bytes, input->bytes + input->begin, size);
	input->begin = 0;
	input->end = size;
}

/* False: no more room may be had, or none is left in the machine. */
static bool make_room(struct conn *conn)
{
	struct input *input = &conn->input;
	size_t limit = conn->net->input_bytes;
	if (input->bytes)
		compact_input(input);
	if (input->end < input->capacity)
		return true;
	if (conn->paused || input->capacity == limit)
		return false;
	size_t capacity = input->capacity ? input->capacity * 2 : INPUT_START_BYTES; /* C1 */
	if (capacity > limit)
		capacity = limit;
	uint8_t *bytes = realloc(input->bytes, capacity);
	if (!bytes)
		return false;
	input->bytes = bytes;
	input->capacity = capacity;
	return true;
}

static bool input_is_full(const struct conn *conn)
{
	return conn->input.end - conn->input.begin == conn->net->input_bytes;
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	struct conn *conn = handle->data;
	struct input *input = &conn->input;
	(void)suggested;
	*room = uv_buf_init(NULL, 0);
	if (make_room(conn))
		*room = uv_buf_init((char *)input->bytes + input->end,
				    (unsigned)(input->capacity - input->end));
}

static void stop_reading(struct conn *conn)
{
	uv_read_stop(&conn->socket.stream);
	conn->reading = false;
}

static void peer_ended(struct conn *conn)
{
	if (conn->state != CONN_DRAINING) {
		conn_close(conn);
		return;
	}
	stop_reading(conn);
	conn->ended = true;
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *room)
{
	struct conn *conn = stream->data;
	(void)room;
	if (size == 0)
		return;
	if (size == UV_ENOBUFS && (conn->paused || input_is_full(conn))) {
		stop_reading(conn);
	} else if (size == UV_EOF) {
		peer_ended(conn);
	} else if (size < 0) {
		conn_close(conn);
	} else if (conn->state != CONN_OPEN) {
		discard_input(conn);
	} else {
		conn->touched = true;
		conn->input.end += (size_t)size;
		if (conn->paused)
			stop_reading(conn); /* C3 */
		else
			conn_offer(conn);
	}
}

static void start_reading(struct conn *conn)
{
	if (conn->reading)
		return;
	ENSURE(uv_read_start(&conn->socket.stream, on_room, on_read) == 0);
	conn->reading = true;
}

/* Offer what is buffered, and read on unless that is pointless. */
void conn_offer(struct conn *conn)
{
	struct input *input = &conn->input;
	if (conn->state != CONN_OPEN || conn->paused)
		return;
	size_t size = input->end - input->begin;
	if (size > 0) {
		size_t used =
		    conn->net->handlers.input(conn->user, input->bytes + input->begin, size);
		ENSURE(used <= size);
		if (conn->state != CONN_OPEN)
			return; /* its input was discarded */
		input->begin += used;
		if (conn->paused)
			return;
	}
	if (input_is_full(conn))
		stop_reading(conn); /* C2 */
	else
		start_reading(conn);
}

static void on_closed(uv_handle_t *handle)
{
	struct conn *conn = handle->data;
	struct net *net = conn->net;
	ENSURE(conn->state == CONN_CLOSING);
	roster_remove(conn);
	if (conn->user)
		net->handlers.closed(conn->user); /* C4 */
	conn_output_free(conn);
	free(conn->input.bytes);
	free(conn);
}

static void set_due(struct conn *conn, int64_t due_ms)
{
	conn->net->roster.seats[conn->place].due_ms = due_ms;
}

void conn_close(struct conn *conn)
{
	if (conn->state == CONN_CLOSING)
		return;
	conn->state = CONN_CLOSING;
	set_due(conn, 0);
	conn->gather.size = 0;
	list_remove(&conn->offer);
	list_remove(&conn->dirty);
	discard_input(conn);
	uv_close(&conn->socket.handle, on_closed);
}

void conn_close_after_send(struct conn *conn)
{
	if (conn->state != CONN_OPEN)
		return;
	conn->state = CONN_DRAINING;
	conn->paused = false;
	list_remove(&conn->offer);
	discard_input(conn);
	start_reading(conn);
	set_due(conn, net_monotonic_ms(conn->net) + STALLED_TIMEOUT_MS);
	list_add(&conn->net->dirty, &conn->dirty);
}

void conn_end_sending(struct conn *conn)
{
	uv_os_fd_t fd;
	ENSURE(conn->state == CONN_DRAINING);
	if (conn->ended || uv_fileno(&conn->socket.handle, &fd) != 0 ||
	    shutdown(fd, SHUT_WR) != 0) {
		conn_close(conn);
		return;
	}
	conn->state = CONN_LINGERING; /* C5 */
	set_due(conn, net_monotonic_ms(conn->net) + LINGER_MS);
}

void conn_meet_deadline(struct conn *conn)
{
	struct net *net = conn->net;
	int64_t stalled_ms = conn_progress_ms(conn) + STALLED_TIMEOUT_MS;
	if (conn->state == CONN_OPEN)
		net->handlers.deadline(conn->user);
	else if (conn->state == CONN_DRAINING && stalled_ms > net_monotonic_ms(net))
		set_due(conn, stalled_ms);
	else
		conn_close(conn);
}

void conn_deadline(struct conn *conn, uint32_t ms)
{
	if (conn->state == CONN_OPEN)
		set_due(conn, ms ? net_monotonic_ms(conn->net) + ms : 0);
}

void conn_pause(struct conn *conn)
{
	if (conn->state != CONN_OPEN)
		return;
	conn->paused = true;
	list_remove(&conn->offer);
}

void conn_resume(struct conn *conn)
{
	if (conn->state != CONN_OPEN)
		return;
	conn->paused = false;
	if (conn->input.begin < conn->input.end || !conn->reading)
		list_add(&conn->net->offers, &conn->offer);
}

bool conn_is_surplus(const struct conn *conn)
{
	return conn->surplus;
}

void conn_trim(struct conn *conn)
{
	if (!conn->touched) {
		if (conn->input.begin == conn->input.end) {
			free(conn->input.bytes);
			conn->input = (struct input){0};
		}
		conn_output_trim(conn);
	}
	conn->touched = false;
}

/* Give `fd` to a libuv handle; on failure `fd` is closed and the handle is empty. */
static bool adopt(struct conn *conn, int fd, bool local)
{
	struct net *net = conn->net;
	int status;
	if (local) {
		uv_pipe_init(&net->loop, &conn->socket.pipe, 0);
		status = uv_pipe_open(&conn->socket.pipe, fd);
	} else {
		uv_tcp_init(&net->loop, &conn->socket.tcp);
		status = uv_tcp_open(&conn->socket.tcp, fd);
	}
	conn->socket.handle.data = conn;
	if (status != 0)
		close(fd);
	return status == 0;
}

bool conn_open(struct net *net, int fd, bool local)
{
	struct conn *conn = calloc(1, sizeof *conn);
	if (!conn) {
		close(fd);
		return false;
	}
	conn->net = net;
	conn->surplus = net->roster.count - net->roster.surplus >= net->max_clients;
	list_init(&conn->offer);
	list_init(&conn->dirty);
	if (!roster_add(conn)) {
		close(fd);
		free(conn);
		return false;
	}
	if (!adopt(conn, fd, local)) {
		conn_close(conn);
		return true;
	}
	conn->user = net->handlers.opened(net->handlers.context, conn);
	if (conn->user)
		conn_offer(conn);
	else
		conn_close_after_send(conn);
	return true;
}
