/* store.h -- what a store promises, and its two implementations.
 *
 *   store_lmdb    journal (one flush acknowledges a group) and log/ in LMDB, written behind
 *   store_memory  the same contract in memory, with scripted crashes, for simulation
 *
 * Numbers: events are dense from 1.     logged <= durable <= submitted
 *
 *   S1  A group is durable whole or not at all.
 *   S2  `durable` never names an event whose flush has not returned.
 *   S3  After a crash, replay gives every durable event, unchanged and in order, and perhaps some
 *       later ones: whole groups only, without a gap.
 *   S4  The store touches no group whose last event is <= logged: its owner may free it then.
 *   S5  A failed write or flush is final: `failed` is called once and nothing becomes durable
 * after.
 *
 * Thread rule: submit, replay, stop and free from one thread (the loop); marks, oldest and the
 * reads from any.
 */
#ifndef CRMDB_STORE_STORE_H
#define CRMDB_STORE_STORE_H
#include "protocol/wire.h"
#include "server/base/failure.h"
#include "server/store/group.h"

struct store;

struct store_listener {
	/* `durable` or `logged` rose.  Called on a thread of the store. */
	void (*advanced)(void *context);
	/* The store is dead (S5).  Called once, on a thread of the store. */
	void (*failed)(void *context, const struct failure *failure);
	void *context;
};

struct store_marks {
	uint64_t durable; /* last event that survives a crash */
	uint64_t logged;  /* last event `read` can find */
	uint64_t flushes; /* groups made durable since the start */
};

/* What the directory said when it was opened. */
struct store_identity {
	struct wire_id database;
	uint64_t seed;        /* of every checksum; kept secret */
	uint64_t incarnation; /* one higher at each open */
	uint64_t last;        /* last event; 0: the database is new, submit genesis first */
	bool stopped;         /* the log ends at a clean stop ... */
	uint64_t stop_digest; /* ... whose digest was this */
};

enum store_read_result {
	STORE_FOUND,
	STORE_ABSENT,  /* not in the log: never was, not yet, or trimmed */
	STORE_DAMAGED, /* its block does not match its checksum */
};

/* One event read back.  `bytes` is the caller's room of LIMIT_EVENT_BYTES. */
struct store_record {
	uint8_t *bytes;
	uint32_t size;
};

/* Called for each event in order.  False stops the replay and makes it fail (with *failure set by
 * the visitor).  The bytes are borrowed until the visitor returns. */
typedef bool store_visitor(void *context, uint64_t number, const uint8_t *bytes, uint32_t size,
			   struct failure *failure);

/* Called for the events of a run, in order.  False: enough, this one was not taken.  The bytes are
 * borrowed until the visitor returns. */
struct store_run {
	bool (*visit)(void *context, uint64_t number, const uint8_t *bytes, uint32_t size);
	void *context;
};

struct store_ops {
	void (*identity)(const struct store *store, struct store_identity *out);
	/* Every event of the log in order, from 1.  Before the first submit. */
	bool (*replay)(struct store *store, store_visitor *visit, void *context,
		       struct failure *failure);
	/* Given: borrowed until logged >= its last event (S4).  Groups are flushed in order. */
	void (*submit)(struct store *store, struct group *group);
	void (*marks)(const struct store *store, struct store_marks *out);
	enum store_read_result (*read)(struct store *store, uint64_t number,
				       struct store_record *record);
	/* The events of the log from `first` on, up to LIMIT_RUN_EVENTS and about LIMIT_RUN_BYTES;
	 * fewer where a file of the log ends.  FOUND: at least `first` was visited. */
	enum store_read_result (*read_run)(struct store *store, uint64_t first,
					   const struct store_run *run);
	/* The oldest event `read` can find. */
	uint64_t (*oldest)(const struct store *store);
	/* Flush what was submitted, bring the log level, note the digest of the state.  The store
	 * must still be freed. */
	bool (*stop)(struct store *store, uint64_t digest, struct failure *failure);
	/* Also without stop: then it leaves what a crash would. */
	void (*free)(struct store *store);
};

struct store {
	const struct store_ops *ops;
};

static inline void store_identity(const struct store *store, struct store_identity *out)
{
	store->ops->identity(store, out);
}

static inline bool store_replay(struct store *store, store_visitor *visit, void *context,
				struct failure *failure)
{
	return store->ops->replay(store, visit, context, failure);
}

static inline void store_submit(struct store *store, struct group *group)
{
	store->ops->submit(store, group);
}

static inline void store_marks(const struct store *store, struct store_marks *out)
{
	store->ops->marks(store, out);
}

static inline enum store_read_result store_read(struct store *store, uint64_t number,
						struct store_record *record)
{
	return store->ops->read(store, number, record);
}

static inline enum store_read_result store_read_run(struct store *store, uint64_t first,
						    const struct store_run *run)
{
	return store->ops->read_run(store, first, run);
}

static inline uint64_t store_oldest(const struct store *store)
{
	return store->ops->oldest(store);
}

static inline bool store_stop(struct store *store, uint64_t digest, struct failure *failure)
{
	return store->ops->stop(store, digest, failure);
}

static inline void store_free(struct store *store)
{
	store->ops->free(store);
}

#endif
