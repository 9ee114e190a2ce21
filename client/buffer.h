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

/* All zero is an empty buffer. */
struct buffer {
	uint8_t *data;
	size_t at, size, capacity;
};

/* Make room for `more` bytes behind `size`; live bytes may move.  False: out of memory, nothing
 * changed. */
bool buffer_reserve(struct buffer *buffer, size_t more);
bool buffer_append(struct buffer *buffer, const void *bytes, size_t size);
/* Drop `size` live bytes from the front.  The bytes stay readable until the next reserve. */
void buffer_consume(struct buffer *buffer, size_t size);
/* Empty it, keeping its memory. */
void buffer_clear(struct buffer *buffer);
/* Give the memory back. */
void buffer_free(struct buffer *buffer);

static inline size_t buffer_live(const struct buffer *buffer)
{
	return buffer->size - buffer->at;
}

#endif
