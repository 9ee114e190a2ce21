/* import_count.c -- see import_count.h.  Open addressing with linear probing, at most three
 * quarters full, doubled when it is: 24 bytes a slot, 32 to 64 bytes a different row.
 *
 *   H1  Equal values give equal hashes for ever: they stand in order ids.  Little-endian, 32 bytes.
 */
#include "client/cli/import_count.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define FIRST_SIZE 1024u

struct import_counted {
	struct import_hash hash;
	uint64_t count; /* 0: free */
};

static void put(uint8_t *to, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

struct import_hash import_count_hash(const struct import_values *values)
{
	uint8_t bytes[32]; /* H1 */
	put(bytes, values->customer);
	put(bytes + 8, (uint64_t)values->day);
	put(bytes + 16, (uint64_t)values->amount);
	put(bytes + 24, values->items);
	XXH128_hash_t hash = XXH3_128bits(bytes, sizeof bytes);
	return (struct import_hash){hash.low64, hash.high64};
}

/* The slot of `hash`, or the free one where it belongs. */
static struct import_counted *find(const struct import_count *count, struct import_hash hash)
{
	size_t at = (size_t)hash.low & (count->size - 1);
	while (count->slots[at].count != 0 &&
	       (count->slots[at].hash.low != hash.low || count->slots[at].hash.high != hash.high))
		at = (at + 1) & (count->size - 1);
	return &count->slots[at];
}

static bool grow(struct import_count *count)
{
	struct import_count larger = {.size = count->size == 0 ? FIRST_SIZE : count->size * 2,
				      .used = count->used};
	larger.slots = calloc(larger.size, sizeof *larger.slots);
	if (larger.slots == NULL)
		return false;
	for (size_t i = 0; i < count->size; i++)
		if (count->slots[i].count != 0)
			*find(&larger, count->slots[i].hash) = count->slots[i];
	free(count->slots);
	*count = larger;
	return true;
}

uint64_t import_count_add(struct import_count *count, struct import_hash hash)
{
	if (count->used >= count->size / 4 * 3 && !grow(count))
		return 0;
	struct import_counted *slot = find(count, hash);
	count->used += slot->count == 0;
	slot->hash = hash;
	return ++slot->count;
}

bool import_count_claim(struct import_count *count, struct import_hash hash, uint64_t owner)
{
	if (count->used >= count->size / 4 * 3 && !grow(count))
		return false;
	struct import_counted *slot = find(count, hash);
	count->used += slot->count == 0;
	*slot = (struct import_counted){hash, owner};
	return true;
}

uint64_t import_count_owner(const struct import_count *count, struct import_hash hash)
{
	return count->size == 0 ? 0 : find(count, hash)->count;
}

void import_count_free(struct import_count *count)
{
	free(count->slots);
	*count = (struct import_count){0};
}
