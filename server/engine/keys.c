/* keys.c -- the table of bound keys: 32 bytes a slot, two to a cache line.
 *
 * Dead keys cost no work of their own: they are dropped when the table is rebuilt, because it is
 * full.  To know how large the next one must be, the timed keys are counted by buckets of time; a
 * bucket that lies wholly before the window is dead.  The limit of a new table is one and a half
 * to three times its live keys, whatever the rate.
 *
 *   K1  dead counts exactly the entries keep() refuses; timed[] the other timed entries.
 *   K2  A live key is within the buckets [oldest, oldest + KEYS_BUCKETS).
 */
#include "server/engine/keys.h"

#include "protocol/limits.h"
#include "server/base/hash.h"

static_assert(sizeof(struct keys_slot) == 32, "two slots fill a cache line");
static_assert((uint64_t)KEYS_BUCKETS << KEYS_BUCKET_BITS >
		  KEY_WINDOW_MS + KEY_AHEAD_MS + (UINT64_C(2) << KEYS_BUCKET_BITS),
	      "the buckets span every live key (K2)");

static inline uint64_t hash(const void *key, uint64_t seed)
{
	uint64_t word[2];
	memcpy(word, key, sizeof word);
	return hash_u64(word[1], hash_u64(word[0], seed));
}

static inline bool timed(const struct wire_id *key)
{
	return key->bytes[6] >> 4 == 7;
}

/* key_unix_ms in one load: the hot path asks several times a command. */
static inline uint64_t unix_ms(const struct wire_id *key)
{
	uint64_t word;
	memcpy(&word, key->bytes, sizeof word);
	return __builtin_bswap64(word) >> 16;
}

static inline uint64_t bucket(const struct wire_id *key)
{
	return unix_ms(key) >> KEYS_BUCKET_BITS;
}

static inline bool keep(const void *at, void *context)
{
	struct keys *keys = context;
	const struct keys_slot *slot = at;
	if (!timed(&slot->key) || bucket(&slot->key) >= keys->oldest)
		return true;
	keys->dead--; /* K1 */
	return false;
}

#define KIND ((struct run_kind){sizeof(struct wire_id), sizeof(struct keys_slot), hash, keep})

void keys_open(struct keys *keys, const struct memory *memory)
{
	*keys = (struct keys){.horizon_ms = INT64_MIN};
	table_open(&keys->table, memory);
}

void keys_close(struct keys *keys)
{
	table_close(&keys->table, sizeof(struct keys_slot));
}

bool keys_reserve(struct keys *keys, uint64_t more)
{
	return table_reserve(&keys->table, KIND, more, &keys->dead, keys);
}

/* Count the buckets before `oldest` as dead. */
static void retire(struct keys *keys, uint64_t oldest)
{
	uint64_t steps = oldest - keys->oldest;
	for (uint64_t i = 0; i < steps && i < KEYS_BUCKETS; i++) {
		uint64_t *count = &keys->timed[(keys->oldest + i) % KEYS_BUCKETS];
		keys->dead += *count; /* K1 */
		*count = 0;
	}
	keys->oldest = oldest;
}

void keys_advance(struct keys *keys, int64_t time_us)
{
	int64_t horizon_ms = time_us / 1000 - KEY_WINDOW_MS;
	ENSURE(horizon_ms >= keys->horizon_ms);
	keys->horizon_ms = horizon_ms;
	uint64_t oldest = horizon_ms < 0 ? 0 : (uint64_t)horizon_ms >> KEYS_BUCKET_BITS;
	if (oldest != keys->oldest)
		retire(keys, oldest);
}

bool keys_live(const struct keys *keys, const struct wire_id *key)
{
	return !timed(key) || (int64_t)unix_ms(key) >= keys->horizon_ms;
}

const struct keys_slot *keys_find(const struct keys *keys, const struct wire_id *key)
{
	if (!keys_live(keys, key))
		return NULL;
	return table_find(&keys->table, KIND, key);
}

void keys_prefetch(const struct keys *keys, const struct wire_id *key)
{
	table_prefetch(&keys->table, KIND, key);
}

void keys_bind(struct keys *keys, const struct keys_slot *binding)
{
	const struct wire_id *key = &binding->key;
	ENSURE(keys_live(keys, key));
	struct keys_slot *slot = table_put(&keys->table, KIND, key, keys);
	if (timed(key) && slot->event == 0) {
		ENSURE(bucket(key) - keys->oldest < KEYS_BUCKETS); /* K2 */
		keys->timed[bucket(key) % KEYS_BUCKETS]++;
	}
	*slot = *binding;
}

const struct keys_slot *keys_next(const struct keys *keys, uint64_t *cursor)
{
	return table_next(&keys->table, cursor, KIND);
}
