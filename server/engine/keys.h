/* keys.h -- key -> the event it is bound to, and the hash of what that command asked for.
 *
 * A timed key (version 7) is live until KEY_WINDOW_MS behind the newest event's time; a key from
 * text (version 8) for ever.  Older bindings than memory holds come as evidence (engine.h).
 */
#ifndef CRMDB_ENGINE_KEYS_H
#define CRMDB_ENGINE_KEYS_H
#include "protocol/key.h"
#include "server/engine/index/table.h"

#define KEYS_BUCKETS 128u
#define KEYS_BUCKET_BITS 20u /* 2^20 ms, 17.5 minutes; all buckets span 37 hours */

struct keys {
	struct table table;
	int64_t horizon_ms;           /* timed keys before it are not live */
	uint64_t oldest;              /* bucket (ms >> KEYS_BUCKET_BITS) of the horizon */
	uint64_t dead;                /* entries of buckets before it, to be dropped when moved */
	uint64_t timed[KEYS_BUCKETS]; /* entries of the buckets from it on, modulo KEYS_BUCKETS */
};

struct keys_slot {
	struct wire_id key;
	uint64_t event;
	uint64_t content;
};

/* All zero but for the memory; the seed is set before the first insertion. */
void keys_open(struct keys *keys, const struct memory *memory);
void keys_close(struct keys *keys);

/* Room for `more` keys.  False: out of memory, nothing changed. */
bool keys_reserve(struct keys *keys, uint64_t more);

/* The newest event's time.  Never goes back. */
void keys_advance(struct keys *keys, int64_t time_us);

/* The binding of a live key, or NULL.  Borrowed until keys change. */
const struct keys_slot *keys_find(const struct keys *keys, const struct wire_id *key);
void keys_prefetch(const struct keys *keys, const struct wire_id *key);

/* Bind a live key.  Needs room reserved.  Cannot fail. */
void keys_bind(struct keys *keys, const struct keys_slot *binding);

bool keys_live(const struct keys *keys, const struct wire_id *key);

/* Every entry in no order, dead ones included: start with *cursor 0; NULL at the end. */
const struct keys_slot *keys_next(const struct keys *keys, uint64_t *cursor);

#endif
