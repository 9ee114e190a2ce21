/* conn_output.c -- a connection's replies: collected, then sent together.
 *
 *   conn_send --> gather --(turn over)--> one try_write --> kernel
 *                   ^  swap                    | the rest, when the kernel is full
 *                   +--------- flight <--------+  one uv_write; meanwhile gather fills again
 *
 * A write a reply costs 8 us an operation; this way a turn's replies cost one system call.
 *
 *   O1  Order: while flight is under way nothing of gather is written.
 *   O2  No handler is called from here (N2); an error closes the connection.
 *   O3  Two buffers a connection; they double as needed and are freed when idle.  How much may wait
 *       is the handler's to say (conn_unsent).
 */
#include "server/net/net_private.h"

#include <stdlib.h>
#include <string.h>

static void set_writing(struct conn *conn, bool writing)
{
	conn->writing = writing;
	conn->net->roster.seats[conn->place].writing = writing;
}

static bool reserve(struct output *output, size_t size)
{
	size_t capacity = output->capacity ? output->capacity : OUTPUT_START_BYTES;
	while (capacity - output->size < size)
		capacity *= 2;
	if (capacity == output->capacity)
		return true;
	uint8_t *bytes = realloc(output->bytes, capacity);
	if (!bytes)
		return false;
	output->bytes = bytes;
	output->capacity = capacity;
	return true;
}

void conn_send(struct conn *conn, const void *bytes, size_t size)
{
	if (conn->state != CONN_OPEN || size == 0)
		return;
	if (conn_unsent(conn) == 0)
		conn->progress_ms = net_monotonic_ms(conn->net);
	if (!reserve(&conn->gather, size)) {
		conn_close(conn);
		return;
	}
	memcpy(conn->gather.bytes + conn->gather.size, bytes, size);
	conn->gather.size += size;
	conn->touched = true;
	if (list_is_empty(&conn->dirty))
		list_add(&conn->net->dirty, &conn->dirty);
}

static void on_written(uv_write_t *write, int status)
{
	struct conn *conn = write->data;
	if (conn->state == CONN_CLOSING)
		return;
	set_writing(conn, false);
	conn->flight.size = 0;
	if (status < 0) {
		conn_close(conn);
		return;
	}
	conn->progress_ms = net_monotonic_ms(conn->net);
	conn->touched = true;
	list_add(&conn->net->dirty, &conn->dirty);
}

/* What the kernel did not take at once: from `sent` on, as one write under way. */
static void write_rest(struct conn *conn, size_t sent)
{
	struct output full = conn->gather;
	conn->gather = conn->flight;
	conn->flight = full;
	uv_buf_t rest = uv_buf_init((char *)full.bytes + sent, (unsigned)(full.size - sent));
	conn->write.data = conn;
	if (uv_write(&conn->write, &conn->socket.stream, &rest, 1, on_written) != 0) {
		conn_close(conn);
		return;
	}
	set_writing(conn, true);
	conn->queued = uv_stream_get_write_queue_size(&conn->socket.stream);
}

static void write_gathered(struct conn *conn)
{
	struct output *gather = &conn->gather;
	uv_buf_t all = uv_buf_init((char *)gather->bytes, (unsigned)gather->size);
	int sent = uv_try_write(&conn->socket.stream, &all, 1);
	if (sent < 0 && sent != UV_EAGAIN) {
		conn_close(conn); /* O2 */
		return;
	}
	if (sent > 0)
		conn->progress_ms = net_monotonic_ms(conn->net);
	else
		sent = 0;
	if ((size_t)sent == gather->size)
		gather->size = 0;
	else
		write_rest(conn, (size_t)sent);
}

void conn_output_flush(struct conn *conn)
{
	if (!conn->writing && conn->gather.size > 0) /* O1 */
		write_gathered(conn);
	if (conn->state == CONN_DRAINING && !conn->writing && conn->gather.size == 0)
		conn_end_sending(conn);
}

void conn_output_watch(struct conn *conn)
{
	size_t queued = uv_stream_get_write_queue_size(&conn->socket.stream);
	if (queued < conn->queued)
		conn->progress_ms = net_monotonic_ms(conn->net);
	conn->queued = queued;
}

size_t conn_unsent(const struct conn *conn)
{
	size_t unsent = conn->gather.size;
	if (conn->writing)
		unsent += uv_stream_get_write_queue_size(&conn->socket.stream);
	return unsent;
}

int64_t conn_progress_ms(const struct conn *conn)
{
	return conn->progress_ms;
}

static void release(struct output *output)
{
	free(output->bytes);
	*output = (struct output){0};
}

void conn_output_trim(struct conn *conn)
{
	if (conn->gather.size == 0)
		release(&conn->gather);
	if (!conn->writing)
		release(&conn->flight);
}

void conn_output_free(struct conn *conn)
{
	release(&conn->gather);
	release(&conn->flight);
}
