/* bytes.c -- see bytes.h. */
#include "tests/sim/bytes.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sim/fail.h"

static void make_room(struct bytes *bytes, size_t size)
{
	size_t kept = bytes_size(bytes);
	if (bytes->capacity - bytes->back >= size)
		return;
	if (bytes->front >= bytes->capacity / 2 && bytes->capacity - kept >= size) {
		memmove(bytes->block, bytes_at(bytes), kept);
	} else {
		size_t capacity = 2 * (kept + size) + 256;
		uint8_t *block = malloc(capacity);
		if (block == NULL)
			fail_now("the simulation is out of memory");
		if (kept > 0)
			memcpy(block, bytes_at(bytes), kept);
		free(bytes->block);
		bytes->block = block;
		bytes->capacity = capacity;
	}
	bytes->front = 0;
	bytes->back = kept;
}

void bytes_add(struct bytes *bytes, const void *from, size_t size)
{
	if (size == 0)
		return;
	make_room(bytes, size);
	memcpy(bytes->block + bytes->back, from, size);
	bytes->back += size;
}

void bytes_drop(struct bytes *bytes, size_t size)
{
	bytes->front += size;
	if (bytes->front == bytes->back)
		bytes->front = bytes->back = 0;
}

void bytes_cut(struct bytes *bytes, size_t size)
{
	bytes->back = bytes->front + size;
}

void bytes_move(struct bytes *from, struct bytes *to, size_t size)
{
	if (size == 0)
		return;
	bytes_add(to, bytes_at(from), size);
	bytes_drop(from, size);
}

void bytes_clear(struct bytes *bytes)
{
	free(bytes->block);
	*bytes = (struct bytes){0};
}
