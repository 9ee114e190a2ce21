/* months.c -- see months.h.
 *
 * Most orders fall into the newest month or a later one: one step.  A chain is at most 24 cells
 * long plus the months that are still to come.
 *
 *   M1  A chain has falling months, each once.
 *   M2  A cell counts at least one order; its spend is not negative.
 */
#include "server/engine/months.h"

#include <string.h>

#include "server/base/ensure.h"

#define CHUNK_CELLS 262144u /* three huge pages */
#define MIN_CAPACITY 64u
#define WINDOW 12

void months_open(struct months *months, const struct memory *memory)
{
	*months = (struct months){.memory = memory, .used = 1};
}

void months_close(struct months *months)
{
	const struct memory *memory = months->memory;
	for (uint32_t i = 0; i < months->chunks_made; i++)
		memory->release(memory->context, months->chunks[i],
				CHUNK_CELLS * sizeof(struct months_cell));
	if (months->capacity > 0)
		memory->release(memory->context, months->chunks,
				months->capacity * sizeof months->chunks[0]);
}

static bool widen(struct months *months)
{
	const struct memory *memory = months->memory;
	if (months->chunks_made < months->capacity)
		return true;
	uint32_t capacity = months->capacity == 0 ? MIN_CAPACITY : months->capacity * 2;
	struct months_cell **chunks =
	    memory->allocate(memory->context, capacity * sizeof months->chunks[0]);
	if (chunks == NULL)
		return false;
	if (months->capacity > 0) {
		memcpy(chunks, months->chunks, months->chunks_made * sizeof chunks[0]);
		memory->release(memory->context, months->chunks,
				months->capacity * sizeof chunks[0]);
	}
	months->chunks = chunks;
	months->capacity = capacity;
	return true;
}

bool months_reserve(struct months *months, uint64_t more)
{
	const struct memory *memory = months->memory;
	if (more > UINT32_MAX - months->used)
		return false;
	while ((uint64_t)months->chunks_made * CHUNK_CELLS - months->used < more ||
	       months->chunks_made == 0) {
		if (!widen(months))
			return false;
		void *chunk =
		    memory->allocate(memory->context, CHUNK_CELLS * sizeof(struct months_cell));
		if (chunk == NULL)
			return false;
		months->chunks[months->chunks_made++] = chunk;
	}
	return true;
}

static struct months_cell *cell_at(const struct months *months, uint32_t cell)
{
	return &months->chunks[cell / CHUNK_CELLS][cell % CHUNK_CELLS];
}

const struct months_cell *months_at(const struct months *months, uint32_t cell)
{
	ENSURE(cell != 0 && cell < months->used);
	return cell_at(months, cell);
}

void months_prefetch(const struct months *months, uint32_t head)
{
	if (head != 0)
		__builtin_prefetch(cell_at(months, head), 1);
}

bool months_is_kept(int32_t month, int32_t now)
{
	return month > now - 2 * WINDOW;
}

static uint32_t take_cell(struct months *months)
{
	uint32_t cell = months->vacant;
	if (cell != 0) {
		months->vacant = cell_at(months, cell)->older;
		return cell;
	}
	ENSURE(months->used / CHUNK_CELLS < months->chunks_made);
	return months->used++;
}

void months_add(struct months *months, uint32_t *head, int32_t month, int64_t amount)
{
	uint32_t *link = head;
	ENSURE(month >= 0 && month < UINT16_MAX && amount >= 0); /* M2 */
	while (*link != 0 && cell_at(months, *link)->month > month)
		link = &cell_at(months, *link)->older;
	if (*link == 0 || cell_at(months, *link)->month < month) { /* M1 */
		uint32_t made = take_cell(months);
		*cell_at(months, made) =
		    (struct months_cell){.older = *link, .month = (uint16_t)month};
		*link = made;
	}
	struct months_cell *cell = cell_at(months, *link);
	cell->spend += amount;
	cell->orders++;
}

struct months_sum months_window(const struct months *months, uint32_t head, int32_t last)
{
	struct months_sum sum = {0, 0, MONTHS_NONE};
	for (; head != 0; head = cell_at(months, head)->older) {
		const struct months_cell *cell = cell_at(months, head);
		if (cell->month <= last - WINDOW)
			break;
		if (cell->month > last)
			continue;
		sum.spend += cell->spend;
		sum.orders += cell->orders;
		sum.oldest = cell->month;
	}
	return sum;
}

struct months_sum months_roll(struct months *months, uint32_t *head, int32_t now)
{
	uint32_t *link = head;
	while (*link != 0 && months_is_kept(cell_at(months, *link)->month, now))
		link = &cell_at(months, *link)->older;
	uint32_t old = *link;
	*link = 0;
	while (old != 0) {
		uint32_t next = cell_at(months, old)->older;
		*cell_at(months, old) = (struct months_cell){.older = months->vacant};
		months->vacant = old;
		old = next;
	}
	return months_window(months, *head, now);
}
