/* bytes.h -- a queue of bytes: added at the back, taken from the front, cut anywhere. */
#ifndef CRMDB_TESTS_SIM_BYTES_H
#define CRMDB_TESTS_SIM_BYTES_H
#include <stddef.h>
#include <stdint.h>

/* Zero it to begin; freed by bytes_clear. */
struct bytes {
	uint8_t *block;
	size_t front, back, capacity; /* block[front .. back) waits */
};

static inline size_t bytes_size(const struct bytes *bytes)
{
	return bytes->back - bytes->front;
}

/* Borrowed until the queue changes. */
static inline uint8_t *bytes_at(const struct bytes *bytes)
{
	return bytes->block + bytes->front;
}

void bytes_add(struct bytes *bytes, const void *from, size_t size);
void bytes_drop(struct bytes *bytes, size_t size); /* from the front */
void bytes_cut(struct bytes *bytes, size_t size);  /* keep only the first `size` */
void bytes_move(struct bytes *from, struct bytes *to, size_t size);
void bytes_clear(struct bytes *bytes);

#endif
