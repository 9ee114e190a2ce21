/* sparse.c -- see sparse.h.  A value that became 0 keeps its slot: there are few of them.
 *
 *   S1  A key has one slot: a value is changed where it is, also in a run that is being emptied.
 */
#include "server/engine/sparse.h"

#include "server/base/hash.h"

static inline uint64_t hash(const void *key, uint64_t seed)
{
	uint64_t word;
	memcpy(&word, key, sizeof word);
	return hash_u64(word, seed);
}

static inline bool keep(const void *slot, void *context)
{
	(void)slot, (void)context;
	return true;
}

#define KIND ((struct run_kind){sizeof(uint64_t), sizeof(struct sparse_slot), hash, keep})

void sparse_open(struct sparse *sparse, const struct memory *memory)
{
	table_open(&sparse->table, memory);
}

void sparse_close(struct sparse *sparse)
{
	table_close(&sparse->table, sizeof(struct sparse_slot));
}

bool sparse_reserve(struct sparse *sparse, uint64_t more)
{
	const uint64_t dead = 0;
	return table_reserve(&sparse->table, KIND, more, &dead, NULL);
}

static uint64_t key_of(uint32_t row, uint16_t field)
{
	return ((uint64_t)row + 1) << 16 | field;
}

uint64_t sparse_get(const struct sparse *sparse, uint32_t row, uint16_t field)
{
	uint64_t key = key_of(row, field);
	const struct sparse_slot *slot = table_find(&sparse->table, KIND, &key);
	return slot == NULL ? 0 : slot->value;
}

void sparse_set(struct sparse *sparse, uint32_t row, uint16_t field, uint64_t value)
{
	uint64_t key = key_of(row, field);
	const struct sparse_slot *found = table_find(&sparse->table, KIND, &key); /* S1 */
	struct sparse_slot *slot = (struct sparse_slot *)(uintptr_t)found;        /* our table's */
	if (slot == NULL && value != 0)
		slot = table_put(&sparse->table, KIND, &key, NULL);
	if (slot != NULL)
		slot->value = value;
}

const struct sparse_slot *sparse_next(const struct sparse *sparse, uint64_t *cursor)
{
	return table_next(&sparse->table, cursor, KIND);
}
