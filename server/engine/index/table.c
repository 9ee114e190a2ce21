/* table.c -- the parts of table.h that are not on the path of a command.
 *
 * A run is sized so that a third of its limit is free when the moving starts.  At TABLE_STEP 16
 * the moving ends after an eighth of a run's capacity at the latest (old is at most twice as
 * large), so no insertion ever waits for a whole table (T2).
 */
#include "server/engine/index/table.h"

#define MIN_CAPACITY ((uint64_t)256)
#define MAX_CAPACITY ((uint64_t)1 << 40)

void table_open(struct table *table, const struct memory *memory)
{
	*table = (struct table){.memory = memory};
}

static void release(const struct table *table, struct run *run, size_t slot_bytes)
{
	if (run->capacity != 0)
		table->memory->release(table->memory->context, run->slots,
				       run->capacity * slot_bytes);
	*run = (struct run){NULL, 0};
}

void table_close(struct table *table, size_t slot_bytes)
{
	release(table, &table->next, slot_bytes);
	release(table, &table->run, slot_bytes);
	release(table, &table->old, slot_bytes);
}

void table_release_old(struct table *table, size_t slot_bytes)
{
	release(table, &table->old, slot_bytes);
	table->moved = 0;
	table->left = 0; /* those it still counted were not kept */
}

/* Slots for `live` entries: a third of the limit is free then.  MAX_CAPACITY: too many. */
static uint64_t capacity_for(const struct table *table, uint64_t live)
{
	uint64_t capacity = table->run.capacity / 2; /* one halving at a time: T2 */
	if (capacity < MIN_CAPACITY)
		capacity = MIN_CAPACITY;
	while (capacity < MAX_CAPACITY && table_limit(capacity) < live / 2 * 3 + 3)
		capacity *= 2;
	return capacity;
}

static bool make_next(struct table *table, uint64_t capacity, size_t slot_bytes)
{
	if (capacity >= MAX_CAPACITY)
		return false;
	void *slots = table->memory->allocate(table->memory->context, capacity * slot_bytes);
	if (slots == NULL)
		return false;
	table->next = (struct run){slots, capacity};
	table->warmed = 0;
	return true;
}

void table_prepare(struct table *table, uint64_t dead, size_t slot_bytes)
{
	ENSURE(table->next.capacity == 0);
	make_next(table, capacity_for(table, table->entries - dead), slot_bytes);
}

bool table_grow(struct table *table, uint64_t more, uint64_t dead, size_t slot_bytes)
{
	ENSURE(table->old.capacity == 0 && dead <= table->entries);
	uint64_t live = table->entries - dead;
	uint64_t capacity = capacity_for(table, live + more);
	if (table->next.capacity < capacity) {
		release(table, &table->next, slot_bytes);
		if (!make_next(table, capacity, slot_bytes))
			return false;
	}
	table->old = table->run;
	table->run = table->next;
	table->next = (struct run){NULL, 0};
	table->warmed = 0;
	table->moved = 0;
	table->used = 0;
	table->left = live; /* T3 */
	ENSURE(table_room(table) >= more);
	return true;
}

const void *table_next(const struct table *table, uint64_t *cursor, struct run_kind kind)
{
	uint64_t end = table->run.capacity + table->old.capacity;
	while (*cursor < end) {
		uint64_t at = (*cursor)++;
		const struct run *run = &table->run;
		if (at >= run->capacity) {
			at -= run->capacity;
			run = &table->old;
			if (at < table->moved)
				continue;
		}
		const uint8_t *slot = run->slots + at * kind.slot_bytes;
		if (!run_empty(slot, kind))
			return slot;
	}
	return NULL;
}
