/* spend_pool.c -- numbered nodes of one kind, in chunks of 2 MiB that never move.
 *
 * Numbers, not pointers: half the size in inner nodes.  A chunk fills a huge page, so that a node
 * costs one translation.  Freed nodes are used first: they are warm.
 */
#include "server/engine/index/spend_private.h"

static uint64_t nodes_of(const struct spend_pool *pool, uint32_t chunks)
{
	return chunks * (uint64_t)(SPEND_CHUNK_BYTES / pool->node_bytes);
}

static uint8_t *node_at(const struct spend_pool *pool, uint32_t number)
{
	uint32_t per_chunk = (uint32_t)(SPEND_CHUNK_BYTES / pool->node_bytes);
	return pool->chunks[number / per_chunk] + number % per_chunk * pool->node_bytes;
}

void spend_pool_open(struct spend_pool *pool, size_t node_bytes)
{
	*pool = (struct spend_pool){.node_bytes = node_bytes, .fresh = 1};
}

void spend_pool_close(struct spend_pool *pool, const struct memory *memory)
{
	for (uint32_t i = 0; i < pool->chunks_made; i++)
		memory->release(memory->context, pool->chunks[i], SPEND_CHUNK_BYTES);
	if (pool->chunks != NULL)
		memory->release(memory->context, pool->chunks,
				pool->chunks_room * sizeof *pool->chunks);
	spend_pool_open(pool, pool->node_bytes);
}

static bool widen(struct spend_pool *pool, const struct memory *memory)
{
	uint32_t room = pool->chunks_room == 0 ? 64 : pool->chunks_room * 2;
	uint8_t **chunks = memory->allocate(memory->context, room * sizeof *chunks);
	if (chunks == NULL)
		return false;
	if (pool->chunks != NULL) {
		memcpy(chunks, pool->chunks, pool->chunks_made * sizeof *chunks);
		memory->release(memory->context, pool->chunks, pool->chunks_room * sizeof *chunks);
	}
	pool->chunks = chunks;
	pool->chunks_room = room;
	return true;
}

bool spend_pool_reserve(struct spend_pool *pool, const struct memory *memory, uint64_t nodes)
{
	/* number 0 is never given */
	while (nodes_of(pool, pool->chunks_made) < (uint64_t)pool->given + 1 + nodes) {
		if (pool->chunks_made == pool->chunks_room && !widen(pool, memory))
			return false;
		uint8_t *chunk = memory->allocate(memory->context, SPEND_CHUNK_BYTES);
		if (chunk == NULL)
			return false;
		pool->chunks[pool->chunks_made++] = chunk;
	}
	return true;
}

uint32_t spend_pool_take(struct spend_pool *pool)
{
	uint32_t number = pool->freed;
	if (number == 0) {
		number = pool->fresh++;
		ENSURE(number < nodes_of(pool, pool->chunks_made));
	} else {
		uint8_t *node = node_at(pool, number);
		memcpy(&pool->freed, node, sizeof pool->freed);
		memset(node, 0, pool->node_bytes);
	}
	pool->given++;
	return number;
}

void spend_pool_give(struct spend_pool *pool, uint32_t number)
{
	ENSURE(number != 0 && number < pool->fresh && pool->given > 0);
	memcpy(node_at(pool, number), &pool->freed, sizeof pool->freed);
	pool->freed = number;
	pool->given--;
}
