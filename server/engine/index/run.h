/* run.h -- one array of fixed-size slots with linear probing: what a table (table.h) is made of.
 *
 *   | k v | k v |  .  | k v ||  .  |  .  | k v |  .  ||       four slots to a cache line
 *     ^ probing starts at the first slot of a line and goes around at the end
 *
 * A slot starts with its key; a key of zeros is an empty slot.  The capacity is a power of two and
 * at least one slot is empty, so every probe ends.
 *
 * Inline and taking constant sizes and functions, so that the compiler makes one copy per kind.
 */
#ifndef CRMDB_ENGINE_INDEX_RUN_H
#define CRMDB_ENGINE_INDEX_RUN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RUN_LINE_BYTES 64u
#define RUN_INLINE static inline __attribute__((always_inline))

struct run {
	uint8_t *slots;
	uint64_t capacity; /* slots; 0: none */
};

/* What a run holds; pass a literal of constants. */
struct run_kind {
	size_t key_bytes, slot_bytes;
	uint64_t (*hash)(const void *key, uint64_t seed);
	bool (*keep)(const void *slot, void *context); /* asked when a slot is moved to a new run */
};

RUN_INLINE uint8_t *run_slot(const struct run *run, struct run_kind kind, uint64_t at)
{
	return run->slots + at * kind.slot_bytes;
}

RUN_INLINE bool run_empty(const void *slot, struct run_kind kind)
{
	static const uint8_t zeros[16];
	return memcmp(slot, zeros, kind.key_bytes) == 0;
}

/* Where probing starts: the first slot of a cache line, so that its other slots come free. */
RUN_INLINE uint64_t run_home(const struct run *run, struct run_kind kind, uint64_t hash)
{
	uint64_t line = RUN_LINE_BYTES / kind.slot_bytes;
	return hash & (run->capacity - 1) & ~(line - 1);
}

/* The slot that holds `key`, or the empty one where it would go. */
RUN_INLINE uint8_t *run_seek(const struct run *run, struct run_kind kind, const void *key,
			     uint64_t hash)
{
	uint64_t at = run_home(run, kind, hash);
	uint8_t *slot = run_slot(run, kind, at);
	while (memcmp(slot, key, kind.key_bytes) != 0 && !run_empty(slot, kind)) {
		at = (at + 1) & (run->capacity - 1);
		slot = run_slot(run, kind, at);
	}
	return slot;
}

/* Bring the line where probing starts nearer, and the next one, where it often ends. */
RUN_INLINE void run_prefetch(const struct run *run, struct run_kind kind, uint64_t hash)
{
	const uint8_t *slot = run_slot(run, kind, run_home(run, kind, hash));
	__builtin_prefetch(slot, 1);
	__builtin_prefetch(slot + RUN_LINE_BYTES, 1);
}

#endif
