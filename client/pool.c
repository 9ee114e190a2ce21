/* pool.c -- slots and the keys they hold; see pool.h.
 *
 *   P1  A key in doubt is held by the slot it was sent on, from before the slot is given back until
 *       the reply comes or a hello on that slot is answered.
 *   P2  A batch is sent only on the slot that holds its keys, and never while two slots do.
 *   P3  No thread waits for a slot while it has another: takers cannot wait for each other.
 *   P4  What a slot holds is bounded (HELD_MAX): beyond it the connection is dropped, and the next
 *       use of the slot settles all.
 */
#include "client/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/clock.h"
#include "client/error.h"
#include "client/random.h"

#define HELD_MAX 65536u       /* keys */
#define UNANSWERED_MAX 1024u  /* frames */
#define UNSENT_MAX (4u << 20) /* bytes */

struct held {
	struct wire_id key;
	uint64_t number; /* of the frame */
};

static int compare_held(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct wire_id));
}

static size_t held_count(const struct slot *slot)
{
	return slot->held.size / sizeof(struct held);
}

static bool holds_any(const struct slot *slot)
{
	return slot->holds_all || slot->held.size > 0;
}

bool pool_init(struct pool *pool, const struct uri *uri)
{
	pthread_condattr_t monotonic;
	*pool = (struct pool){.uri = *uri, .size = uri->pool};
	pool->slots = calloc(uri->pool, sizeof *pool->slots);
	if (pool->slots == NULL || !random_fill(pool->instance, sizeof pool->instance)) {
		free(pool->slots);
		return false;
	}
	for (uint32_t i = 0; i < pool->size; i++) {
		pool->slots[i].number = i;
		link_init(&pool->slots[i].link);
	}
	pthread_mutex_init(&pool->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&pool->given, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return true;
}

void pool_free(struct pool *pool)
{
	for (uint32_t i = 0; i < pool->size; i++) {
		link_free(&pool->slots[i].link);
		buffer_free(&pool->slots[i].held);
	}
	free(pool->slots);
	pthread_cond_destroy(&pool->given);
	pthread_mutex_destroy(&pool->lock);
}

/* --- which slot --- */

static bool holds_key_of(const struct slot *slot, const struct crm_batch *batch)
{
	uint32_t size = crm_batch_size(batch);
	if (slot->holds_all && batch->writes > 0)
		return true;
	for (uint32_t i = 0; i < size && slot->held.size > 0; i++) {
		struct wire_id key;
		if (batch_key(batch, i, &key) && bsearch(&key, slot->held.data, held_count(slot),
							 sizeof(struct held), compare_held) != NULL)
			return true;
	}
	return false;
}

/* The slot that holds keys of the batch; NULL: none does. */
static struct slot *find_holder(struct pool *pool, const struct crm_batch *batch,
				struct pool_find *find)
{
	struct slot *holder = NULL;
	*find = (struct pool_find){false, false};
	for (uint32_t i = 0; i < pool->size && pool->held > 0 && !find->held_twice; i++) {
		if (!holds_key_of(&pool->slots[i], batch))
			continue;
		find->held_twice = holder != NULL; /* P2 */
		find->held = true;
		holder = &pool->slots[i];
	}
	return holder;
}

/* Higher is better: nothing in the way, and connected already. */
static int merit(const struct slot *slot)
{
	bool quiet = exchange_flights(&slot->link.exchange) == 0 && !holds_any(slot);
	return (quiet ? 2 : 0) + (link_is_open(&slot->link) ? 1 : 0);
}

static struct slot *find_free(struct pool *pool)
{
	struct slot *best = NULL;
	for (uint32_t i = 0; i < pool->size; i++) {
		struct slot *slot = &pool->slots[i];
		if (!slot->taken && (best == NULL || merit(slot) > merit(best)))
			best = slot;
	}
	return best;
}

/* Wait until a slot is given back.  False: the deadline has passed. */
static bool wait_given(struct pool *pool, int64_t deadline_us)
{
	struct timespec now;
	int64_t left_us = deadline_us - clock_now_us();
	if (left_us <= 0)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	struct timespec until =
	    clock_timespec((int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 + left_us);
	pool->waiting++;
	pthread_cond_timedwait(&pool->given, &pool->lock, &until);
	pool->waiting--;
	return true;
}

struct slot *pool_take(struct pool *pool, const struct crm_batch *batch, int64_t deadline_us,
		       struct pool_find *find)
{
	struct slot *slot;
	pthread_mutex_lock(&pool->lock);
	do {
		slot = find_holder(pool, batch, find);
		if (slot == NULL)
			slot = find_free(pool);
		if (slot != NULL && slot->taken)
			slot = NULL; /* P3 */
	} while (slot == NULL && wait_given(pool, deadline_us));
	if (slot != NULL)
		slot->taken = true;
	pthread_mutex_unlock(&pool->lock);
	return slot;
}

void pool_give(struct pool *pool, struct slot *slot)
{
	struct exchange *exchange = &slot->link.exchange;
	if (slot->holds_all || exchange_flights(exchange) > UNANSWERED_MAX ||
	    buffer_live(&exchange->out) > UNSENT_MAX || held_count(slot) > HELD_MAX)
		link_close(&slot->link); /* P4 */
	pthread_mutex_lock(&pool->lock);
	slot->taken = false;
	if (pool->waiting > 0)
		pthread_cond_broadcast(&pool->given);
	pthread_mutex_unlock(&pool->lock);
}

/* --- held keys --- */

/* Change what a slot holds, between these two. */
static void begin_change(struct pool *pool, const struct slot *slot)
{
	pthread_mutex_lock(&pool->lock);
	pool->held -= holds_any(slot);
}

static void end_change(struct pool *pool, const struct slot *slot)
{
	pool->held += holds_any(slot);
	pthread_mutex_unlock(&pool->lock);
}

void pool_hold(struct pool *pool, struct slot *slot, uint64_t number, const struct crm_batch *batch)
{
	uint32_t size = crm_batch_size(batch);
	begin_change(pool, slot);
	for (uint32_t i = 0; i < size && !slot->holds_all; i++) {
		struct held held = {.number = number};
		if (batch_key(batch, i, &held.key) &&
		    !buffer_append(&slot->held, &held, sizeof held))
			slot->holds_all = true; /* P1 */
	}
	if (slot->held.size > 0)
		qsort(slot->held.data, held_count(slot), sizeof(struct held), compare_held);
	end_change(pool, slot);
}

void pool_release(struct pool *pool, struct slot *slot, uint64_t number)
{
	if (!holds_any(slot))
		return;
	begin_change(pool, slot);
	struct held *held = (struct held *)(void *)slot->held.data;
	size_t kept = 0;
	for (size_t i = 0; i < held_count(slot); i++)
		if (held[i].number != number)
			held[kept++] = held[i];
	slot->held.size = kept * sizeof *held;
	end_change(pool, slot);
}

/* --- connections --- */

/* A hello was answered: P1, and what the server said of itself. */
static crm_status renewed(struct pool *pool, struct slot *slot, crm_error *error)
{
	const struct exchange *exchange = &slot->link.exchange;
	size_t id = sizeof pool->facts.database;
	bool stranger;
	begin_change(pool, slot);
	stranger = pool->known && memcmp(pool->facts.database, exchange->facts.database, id) != 0;
	if (!stranger) {
		pool->facts = exchange->facts;
		pool->known = true;
		pool->keys.server_ahead_us = exchange->server_time_us - clock_now_us();
		buffer_clear(&slot->held);
		slot->holds_all = false;
	}
	end_change(pool, slot);
	if (!stranger)
		return CRM_OK;
	link_close(&slot->link);
	error_say(error, ERROR_UNREACHABLE, "the server there has another database than before");
	error_hint(error, "if that is meant, close this client and open a new one");
	return ERROR_UNREACHABLE;
}

crm_status pool_connect(struct pool *pool, struct slot *slot, int64_t deadline_us, crm_error *error)
{
	struct exchange_identity identity = {.slot = slot->number, .app = pool->uri.app};
	memcpy(identity.instance, pool->instance, sizeof identity.instance);
	crm_status status = link_open(&slot->link, &pool->uri, &identity, deadline_us, error);
	return status == CRM_OK ? renewed(pool, slot, error) : status;
}
