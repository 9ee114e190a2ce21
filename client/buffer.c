/* buffer.c -- growable bytes; see buffer.h.
 *
 *   B1  at <= size <= capacity.
 *   B2  Room is made by moving the live bytes to the front when they fill less than half, else by
 *       doubling: each byte is moved a bounded number of times.
 */
#include "client/buffer.h"

#include <stdlib.h>

#define FIRST_BYTES 1024u

bool buffer_grow(struct buffer *buffer, size_t more)
{
	size_t live = buffer_live(buffer);
	if (live <= buffer->capacity / 2 && more <= buffer->capacity - live) { /* B2 */
		memmove(buffer->data, buffer->data + buffer->at, live);
		buffer->at = 0;
		buffer->size = live;
		return true;
	}
	size_t capacity = buffer->capacity < FIRST_BYTES ? FIRST_BYTES : buffer->capacity;
	while (capacity - buffer->size < more) {
		if (capacity > SIZE_MAX / 2)
			return false;
		capacity *= 2;
	}
	uint8_t *data = realloc(buffer->data, capacity);
	if (data == NULL)
		return false;
	buffer->data = data;
	buffer->capacity = capacity;
	return true;
}

void buffer_consume(struct buffer *buffer, size_t size)
{
	buffer->at += size;
	if (buffer->at >= buffer->size)
		buffer_clear(buffer); /* B1 */
}

void buffer_clear(struct buffer *buffer)
{
	buffer->at = buffer->size = 0;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){0};
}
