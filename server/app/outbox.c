/* outbox.c -- see outbox.h. */
#include "server/app/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/mutant.h"

/* Grow by doubling; *block is replaced.  False: out of memory, unchanged. */
static bool grow(void **block, size_t *capacity, size_t needed, size_t unit)
{
	size_t wanted = *capacity == 0 ? 64 : *capacity;
	while (wanted < needed)
		wanted *= 2;
	if (wanted == *capacity)
		return true;
	void *grown = realloc(*block, wanted * unit);
	if (grown == NULL)
		return false;
	*block = grown;
	*capacity = wanted;
	return true;
}

/* Everything was sent: start again at the front. */
static void rewind_empty(struct outbox *outbox)
{
	if (outbox->mark_sent == outbox->mark_count) {
		outbox->size = outbox->sent = 0;
		outbox->mark_count = outbox->mark_sent = 0;
	}
}

/* Move what waits to the front, when the front is mostly sent. */
static void compact(struct outbox *outbox)
{
	if (outbox->sent == 0 || outbox->sent < outbox->capacity / 2)
		return;
	size_t left = outbox->mark_count - outbox->mark_sent;
	memmove(outbox->bytes, outbox->bytes + outbox->sent, outbox->size - outbox->sent);
	memmove(outbox->marks, outbox->marks + outbox->mark_sent, left * sizeof *outbox->marks);
	for (size_t i = 0; i < left; i++)
		outbox->marks[i].end -= outbox->sent;
	outbox->size -= outbox->sent;
	outbox->mark_count = left;
	outbox->sent = outbox->mark_sent = 0;
}

bool outbox_push(struct outbox *outbox, const uint8_t *frame, size_t size, uint64_t stamp)
{
	rewind_empty(outbox);
	compact(outbox);
	void *bytes = outbox->bytes, *marks = outbox->marks;
	bool room = grow(&bytes, &outbox->capacity, outbox->size + size, 1);
	outbox->bytes = bytes;
	room = room &&
	       grow(&marks, &outbox->mark_capacity, outbox->mark_count + 1, sizeof *outbox->marks);
	outbox->marks = marks;
	if (!room)
		return false;
	memcpy(outbox->bytes + outbox->size, frame, size);
	outbox->size += size;
	outbox->marks[outbox->mark_count++] = (struct outbox_mark){outbox->size, stamp};
	return true;
}

size_t outbox_take(struct outbox *outbox, uint64_t durable, const uint8_t **bytes)
{
	size_t begin = outbox->sent;
	while (outbox->mark_sent < outbox->mark_count &&
	       (outbox->marks[outbox->mark_sent].stamp <= durable || MUTANT(early_reply))) /* I3 */
		outbox->sent = outbox->marks[outbox->mark_sent++].end;
	*bytes = outbox->bytes + begin;
	return outbox->sent - begin;
}

size_t outbox_waiting(const struct outbox *outbox)
{
	return outbox->size - outbox->sent;
}

void outbox_clear(struct outbox *outbox)
{
	free(outbox->bytes);
	free(outbox->marks);
	memset(outbox, 0, sizeof *outbox);
}
