/* identities.c -- the table of identities: 16 bytes a slot.
 *
 * The table has no removal: a freed slot is marked, found as nobody's, and dropped when the table
 * is rebuilt (run_kind.keep), as a dead key is.
 *
 *   I1  dead counts exactly the slots keep() refuses; live the others.
 *   I2  A fingerprint somebody has is in one slot only: it is added when nobody has it, and then
 *       its freed slot is taken again, or is still in old and will not be moved.
 */
#include "server/engine/identities.h"

#include "protocol/person.h"
#include "server/base/hash.h"
#include "server/engine/rows.h"

static_assert(sizeof(struct identities_slot) == 16, "four slots fill a cache line");
static_assert(ROWS_MAX < IDENTITY_FREED, "row + 1 is never IDENTITY_FREED");

static inline uint64_t hash(const void *key, uint64_t seed)
{
	uint64_t word;
	memcpy(&word, key, sizeof word);
	return hash_u64(word, seed);
}

static inline bool keep(const void *at, void *context)
{
	struct identities *identities = context;
	const struct identities_slot *slot = at;
	if (slot->holder != IDENTITY_FREED)
		return true;
	identities->dead--; /* I1 */
	return false;
}

#define KIND                                                                                       \
	((struct run_kind){IDENTITY_FINGERPRINT_BYTES, sizeof(struct identities_slot), hash, keep})

void identities_open(struct identities *identities, const struct memory *memory)
{
	*identities = (struct identities){.dead = 0};
	table_open(&identities->table, memory);
}

void identities_close(struct identities *identities)
{
	table_close(&identities->table, sizeof(struct identities_slot));
}

bool identities_reserve(struct identities *identities, uint64_t events)
{
	return table_reserve(&identities->table, KIND, events * PERSON_IDENTITIES,
			     &identities->dead, identities);
}

static const struct identities_slot *find(const struct identities *identities,
					  const uint8_t *fingerprint)
{
	const struct identities_slot *slot = table_find(&identities->table, KIND, fingerprint);
	return slot == NULL || slot->holder == IDENTITY_FREED ? NULL : slot;
}

uint32_t identities_find(const struct identities *identities, const uint8_t *fingerprint)
{
	const struct identities_slot *slot = find(identities, fingerprint);
	return slot == NULL ? EVENT_ROW_UNKNOWN : slot->holder - 1;
}

void identities_add(struct identities *identities, const uint8_t *fingerprint, uint32_t row)
{
	static const uint8_t nothing[IDENTITY_FINGERPRINT_BYTES];
	ENSURE(memcmp(fingerprint, nothing, sizeof nothing) != 0);
	ENSURE(find(identities, fingerprint) == NULL); /* I2 */
	struct identities_slot *slot = table_put(&identities->table, KIND, fingerprint, identities);
	if (slot->holder == IDENTITY_FREED)
		identities->dead--; /* I1 */
	slot->holder = row + 1;
	identities->live++;
}

void identities_remove(struct identities *identities, const uint8_t *fingerprint, uint32_t row)
{
	const struct identities_slot *found = find(identities, fingerprint);
	ENSURE(found != NULL && found->holder == row + 1);
	struct identities_slot *slot = (struct identities_slot *)(uintptr_t)found; /* our table's */
	slot->holder = IDENTITY_FREED;
	identities->dead++; /* I1 */
	identities->live--;
}

const struct identities_slot *identities_next(const struct identities *identities, uint64_t *cursor)
{
	return table_next(&identities->table, cursor, KIND);
}
