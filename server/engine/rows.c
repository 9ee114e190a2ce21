/* rows.c -- making rows; reading and changing them is inline in rows.h.
 *
 * Why ranges: none is ever moved when the table grows, and a checkpoint copies one whole.
 */
#include "server/engine/rows.h"

#include <string.h>

#include "server/base/ensure.h"

#define MIN_CAPACITY 64u

void rows_open(struct rows *rows, const struct memory *memory)
{
	*rows = (struct rows){.memory = memory};
}

void rows_close(struct rows *rows)
{
	const struct memory *memory = rows->memory;
	for (uint32_t i = 0; i < rows->ranges_made; i += ROWS_BLOCK_RANGES)
		memory->release(memory->context, rows->ranges[i], ROWS_BLOCK_BYTES);
	if (rows->capacity > 0)
		memory->release(memory->context, rows->ranges,
				rows->capacity * sizeof rows->ranges[0]);
}

/* Room for the pointers of one more block. */
static bool grow(struct rows *rows)
{
	const struct memory *memory = rows->memory;
	if (rows->capacity - rows->ranges_made >= ROWS_BLOCK_RANGES)
		return true;
	uint32_t capacity = rows->capacity == 0 ? MIN_CAPACITY : rows->capacity * 2;
	struct rows_range **ranges =
	    memory->allocate(memory->context, capacity * sizeof rows->ranges[0]);
	if (ranges == NULL)
		return false;
	if (rows->capacity > 0) {
		memcpy(ranges, rows->ranges, rows->ranges_made * sizeof ranges[0]);
		memory->release(memory->context, rows->ranges, rows->capacity * sizeof ranges[0]);
	}
	rows->ranges = ranges;
	rows->capacity = capacity;
	return true;
}

bool rows_reserve(struct rows *rows, uint64_t more)
{
	if (more > ROWS_MAX - rows->count)
		return false;
	while ((uint64_t)rows->ranges_made * ROWS_RANGE - rows->count < more) {
		if (!grow(rows))
			return false;
		struct rows_range *block =
		    rows->memory->allocate(rows->memory->context, ROWS_BLOCK_BYTES);
		if (block == NULL)
			return false;
		for (uint32_t i = 0; i < ROWS_BLOCK_RANGES; i++)
			rows->ranges[rows->ranges_made++] = &block[i];
	}
	return true;
}

uint32_t rows_add(struct rows *rows, uint64_t id)
{
	ENSURE(rows->count / ROWS_RANGE < rows->ranges_made);
	uint32_t row = rows->count++;
	rows_at(rows, row)->id[row % ROWS_RANGE] = id;
	rows_hot(rows, row)->tier_until = ROWS_NO_DAY;
	rows_hot(rows, row)->due = ROWS_NO_DAY;
	rows_hot(rows, row)->oldest = ROWS_NO_MONTH;
	*rows_first_day(rows, row) = ROWS_NO_DAY;
	*rows_last_day(rows, row) = ROWS_NO_DAY;
	*rows_previous_day(rows, row) = ROWS_NO_DAY;
	return row;
}
