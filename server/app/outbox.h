/* outbox.h -- reply frames of one connection, waiting until what they saw is durable.
 *
 *   bytes  | frame, stamp 70 | frame, stamp 71 | frame, stamp 71 |
 *          ^ leaves when 70 is durable         ... in order
 *
 *   I3  Nothing leaves before what it saw is durable; replies leave a connection in order.
 */
#ifndef CRMDB_APP_OUTBOX_H
#define CRMDB_APP_OUTBOX_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outbox_mark {
	size_t end;     /* first byte after the frame */
	uint64_t stamp; /* last event it saw */
};

/* Zero it to begin.  Freed by outbox_clear. */
struct outbox {
	uint8_t *bytes;
	size_t size, capacity, sent; /* bytes[sent .. size) wait */
	struct outbox_mark *marks;
	size_t mark_count, mark_capacity, mark_sent;
};

/* Queue a copy of a frame.  False: out of memory, nothing queued. */
bool outbox_push(struct outbox *outbox, const uint8_t *frame, size_t size, uint64_t stamp);

/* The longest run of frames whose stamps are all <= durable: its size, 0 for none (I3).  *bytes is
 * borrowed until the next call. */
size_t outbox_take(struct outbox *outbox, uint64_t durable, const uint8_t **bytes);

size_t outbox_waiting(const struct outbox *outbox); /* bytes */
void outbox_clear(struct outbox *outbox);

#endif
