/* table.h -- an open-addressing table that grows in steps, never at once.
 *
 *   next  [ w w w w | . . . . . . . . . . . ]   the run to come: slots before `warmed` are touched
 *   run   [ . k . . k k . . k . . . . . . . ]   insertions go here
 *   old   [ x x x x x x | k k . k . k ]         being emptied: slots before `moved` are done
 *
 * There is no removal: slots leave only by not being moved (run_kind.keep).
 *
 *   T1  run is at most 5/8 full, so every probe ends soon.
 *   T2  Each insertion moves TABLE_STEP slots of old; old is empty long before run is full.
 *   T3  used + left never passes the limit: what old still holds has its room in run.
 *   T4  old keeps its slots until it is released: a probe through it stays whole.
 *   T5  The slot before `moved` was empty: a key whose probing starts below is not in old any more.
 *   T6  next is made when a quarter of run's room is left, and each insertion touches another
 * piece: fresh memory is slow the first time (milliseconds a huge page), so not all in one moment.
 */
#ifndef CRMDB_ENGINE_INDEX_TABLE_H
#define CRMDB_ENGINE_INDEX_TABLE_H
#include "server/base/ensure.h"
#include "server/base/memory.h"
#include "server/engine/index/run.h"

#define TABLE_STEP 16u

struct table {
	const struct memory *memory; /* borrowed until table_close */
	uint64_t seed;
	struct run next, run, old;
	uint64_t warmed;  /* slots of next that are touched */
	uint64_t moved;   /* slots of old that are done */
	uint64_t used;    /* occupied slots of run */
	uint64_t left;    /* slots of old that may still come into run */
	uint64_t entries; /* occupied slots of run, and of old that are not done */
};

/* All zero but for the memory. */
void table_open(struct table *table, const struct memory *memory);
void table_close(struct table *table, size_t slot_bytes);

/* Make next, if there is memory: without it table_grow takes a cold run. */
void table_prepare(struct table *table, uint64_t dead, size_t slot_bytes);

/* Replace run by an empty one with room for `more` entries, run becoming old, of which `dead` will
 * not be kept.  Needs an empty old.  False: out of memory, nothing changed. */
bool table_grow(struct table *table, uint64_t more, uint64_t dead, size_t slot_bytes);
void table_release_old(struct table *table, size_t slot_bytes);

/* Every slot in no order: start with *cursor 0; NULL at the end. */
const void *table_next(const struct table *table, uint64_t *cursor, struct run_kind kind);

static inline uint64_t table_limit(uint64_t capacity)
{
	return capacity / 8 * 5; /* T1 */
}

static inline uint64_t table_room(const struct table *table)
{
	return table_limit(table->run.capacity) - table->used - table->left; /* T3 */
}

/* Could old hold a key of this hash?  (T5) */
RUN_INLINE bool table_in_old(const struct table *table, struct run_kind kind, uint64_t hash)
{
	return table->old.capacity != 0 && run_home(&table->old, kind, hash) >= table->moved;
}

/* The slot of `key`, or NULL.  Borrowed until the table changes. */
RUN_INLINE const void *table_find(const struct table *table, struct run_kind kind, const void *key)
{
	if (table->run.capacity == 0)
		return NULL;
	uint64_t hash = kind.hash(key, table->seed);
	const uint8_t *slot = run_seek(&table->run, kind, key, hash);
	if (run_empty(slot, kind) && table_in_old(table, kind, hash))
		slot = run_seek(&table->old, kind, key, hash); /* T4 */
	return run_empty(slot, kind) ? NULL : slot;
}

/* Bring the slot of `key` nearer; it will be written soon. */
RUN_INLINE void table_prefetch(const struct table *table, struct run_kind kind, const void *key)
{
	if (table->run.capacity == 0)
		return;
	uint64_t hash = kind.hash(key, table->seed);
	run_prefetch(&table->run, kind, hash);
	if (table_in_old(table, kind, hash))
		run_prefetch(&table->old, kind, hash);
}

RUN_INLINE void table_move(struct table *table, struct run_kind kind, const uint8_t *from,
			   void *context)
{
	uint8_t *slot = NULL;
	if (kind.keep(from, context)) {
		ENSURE(table->left > 0);
		table->left--;
		slot = run_seek(&table->run, kind, from, kind.hash(from, table->seed));
	}
	if (slot == NULL || !run_empty(slot, kind)) {
		table->entries--; /* dropped, or put anew since */
		return;
	}
	memcpy(slot, from, kind.slot_bytes);
	table->used++;
}

/* Move `slots` slots of old, and on to the next empty one (T2, T5). */
RUN_INLINE void table_step(struct table *table, struct run_kind kind, uint64_t slots, void *context)
{
	if (table->old.capacity == 0)
		return;
	bool empty = false;
	for (uint64_t i = 0; (i < slots || !empty) && table->moved < table->old.capacity; i++) {
		const uint8_t *from = run_slot(&table->old, kind, table->moved++);
		empty = run_empty(from, kind);
		if (!empty)
			table_move(table, kind, from, context);
	}
	if (table->moved == table->old.capacity)
		table_release_old(table, kind.slot_bytes);
}

/* Make room for `more` entries; see table_grow.  *dead is read after old is emptied. */
RUN_INLINE bool table_reserve(struct table *table, struct run_kind kind, uint64_t more,
			      const uint64_t *dead, void *context)
{
	uint64_t room = table_room(table);
	if (room >= more && room >= table_limit(table->run.capacity) / 4)
		return true;
	if (room >= more) {
		if (table->next.capacity == 0 && table->old.capacity == 0)
			table_prepare(table, *dead, kind.slot_bytes); /* T6 */
		return true;
	}
	table_step(table, kind, UINT64_MAX, context); /* rare: `more` is a good part of the table */
	return table_room(table) >= more || table_grow(table, more, *dead, kind.slot_bytes);
}

/* The slot of `key`, made when missing (then zero behind its key).  Needs room reserved.
 * Borrowed until the table changes. */
RUN_INLINE void *table_put(struct table *table, struct run_kind kind, const void *key,
			   void *context)
{
	table_step(table, kind, TABLE_STEP, context);
	if (table->warmed < table->next.capacity) {
		*run_slot(&table->next, kind, table->warmed) = 0; /* T6 */
		table->warmed += TABLE_STEP;
	}
	ENSURE(table_room(table) > 0);
	uint8_t *slot = run_seek(&table->run, kind, key, kind.hash(key, table->seed));
	if (run_empty(slot, kind)) {
		memcpy(slot, key, kind.key_bytes);
		table->used++;
		table->entries++;
	}
	return slot;
}

#endif
