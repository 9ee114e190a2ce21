/* ids.c -- the table from customer id to row: 16 bytes a slot, four to a cache line.
 *
 * At ten million customers it takes 256 MiB and a look-up is one cache miss, which
 * engine_prefetch_slots hides.  Ids are never removed: an erased one stays refused.
 */
#include "server/engine/ids.h"

#include "server/base/hash.h"

static_assert(sizeof(struct ids_slot) == 16, "four slots fill a cache line");

static inline uint64_t hash(const void *key, uint64_t seed)
{
	uint64_t id;
	memcpy(&id, key, sizeof id);
	return hash_u64(id, seed);
}

static inline bool keep(const void *slot, void *context)
{
	(void)slot, (void)context;
	return true;
}

#define KIND ((struct run_kind){sizeof(uint64_t), sizeof(struct ids_slot), hash, keep})

void ids_open(struct ids *ids, const struct memory *memory)
{
	table_open(&ids->table, memory);
}

void ids_close(struct ids *ids)
{
	table_close(&ids->table, sizeof(struct ids_slot));
}

bool ids_reserve(struct ids *ids, uint64_t more)
{
	const uint64_t dead = 0;
	return table_reserve(&ids->table, KIND, more, &dead, NULL);
}

uint32_t ids_find(const struct ids *ids, uint64_t id)
{
	if (id == 0)
		return EVENT_ROW_UNKNOWN;
	const struct ids_slot *slot = table_find(&ids->table, KIND, &id);
	return slot == NULL ? EVENT_ROW_UNKNOWN : slot->row;
}

void ids_prefetch(const struct ids *ids, uint64_t id)
{
	table_prefetch(&ids->table, KIND, &id);
}

void ids_add(struct ids *ids, uint64_t id, uint32_t row)
{
	ENSURE(id != 0);
	struct ids_slot *slot = table_put(&ids->table, KIND, &id, NULL);
	slot->row = row;
}

const struct ids_slot *ids_next(const struct ids *ids, uint64_t *cursor)
{
	return table_next(&ids->table, cursor, KIND);
}
