/* pool.h -- a client's connections, and which of them a batch must use.
 *
 * A write whose answer did not come in time may still be waiting at the server, on the connection
 * it was sent on.  Its keys are *held* by that slot until the late reply comes or the slot has a
 * new connection (whose hello makes the server drop what the older one had not executed).  A batch
 * with a held key goes to the slot that holds it: a retry never overtakes its first attempt.
 *
 * Thread rule: any thread, except that a slot taken belongs to the thread that took it.
 */
#ifndef CRMDB_CLIENT_POOL_H
#define CRMDB_CLIENT_POOL_H
#include <pthread.h>

#include "client/batch.h"
#include "client/keys.h"
#include "client/link.h"

struct slot {
	struct link link; /* the taker's */
	uint32_t number;
	/* The rest is the pool's, under its lock. */
	bool taken;
	bool holds_all;     /* memory was out: as if it held every key */
	struct buffer held; /* sorted keys, each with the number of its frame */
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t given;
	uint32_t waiting;
	struct uri uri;
	uint8_t instance[16];
	struct crm_server facts; /* of the last hello */
	bool known;              /* facts are set */
	struct keys keys;
	uint32_t held; /* slots that hold keys */
	uint32_t size;
	struct slot *slots;
};

/* False: memory or random bytes are out; nothing to free. */
bool pool_init(struct pool *pool, const struct uri *uri);
void pool_free(struct pool *pool);

/* What pool_take found out about the slot. */
struct pool_find {
	bool held;       /* it holds keys of the batch: their outcome is unknown so far */
	bool held_twice; /* so does another: renew the connection of this one and take again */
};

/* A slot for this batch, waiting for one until `deadline_us`.  NULL: none became free. */
struct slot *pool_take(struct pool *pool, const struct crm_batch *batch, int64_t deadline_us,
		       struct pool_find *find);
void pool_give(struct pool *pool, struct slot *slot);

/* Hold the keys of a batch sent as frame `number` of the slot's connection (0: it has ended). */
void pool_hold(struct pool *pool, struct slot *slot, uint64_t number,
	       const struct crm_batch *batch);
/* The late reply to a frame has come. */
void pool_release(struct pool *pool, struct slot *slot, uint64_t number);

/* Connect a slot anew; what it held is settled by that.  As link_open. */
crm_status pool_connect(struct pool *pool, struct slot *slot, int64_t deadline_us,
			crm_error *error);

#endif
