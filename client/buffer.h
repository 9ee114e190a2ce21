/* buffer.h -- bytes that grow at the end and are consumed from the front.
 *
 *   data        at              size          capacity
 *   +-----------+---------------+-------------+
 *   | consumed  | live          | room        |
 *   +-----------+---------------+-------------+
 */
#ifndef CRMDB_CLIENT_BUFFER_H
#define CRMDB_CLIENT_BUFFER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* All zero is an empty buffer. */
struct buffer {
	uint8_t *data;
	size_t at, size, capacity;
};

/* buffer_reserve when there is no room yet. */
bool buffer_grow(struct buffer *buffer, size_t more);
/* Drop `size` live bytes from the front.  The bytes stay readable until the next reserve. */
void buffer_consume(struct buffer *buffer, size_t size);
/* Empty it, keeping its memory. */
void buffer_clear(struct buffer *buffer);
/* Give the memory back. */
void buffer_free(struct buffer *buffer);

/* Make room for `more` bytes behind `size`; live bytes may move.  False: out of memory, nothing
 * changed. */
static inline bool buffer_reserve(struct buffer *buffer, size_t more)
{
	return more <= buffer->capacity - buffer->size || buffer_grow(buffer, more);
}

static inline bool buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
	if (!buffer_reserve(buffer, size))
		return false;
	if (size > 0)
		memcpy(buffer->data + buffer->size, bytes, size);
	buffer->size += size;
	return true;
}

static inline size_t buffer_live(const struct buffer *buffer)
{
	return buffer->size - buffer->at;
}

#endif
