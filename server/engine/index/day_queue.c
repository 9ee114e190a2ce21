/* day_queue.c -- see day_queue.h.  Chunks come from blocks of 2 MiB and go back to a list. */
#include "server/engine/index/day_queue.h"

#include <string.h>

#include "server/base/ensure.h"

#define BLOCK_CHUNKS 32768u
#define MIN_CAPACITY 16u
#define LISTS_BYTES (DAY_QUEUE_DAYS * sizeof(struct day_queue_list))

void day_queue_open(struct day_queue *queue, const struct memory *memory)
{
	*queue = (struct day_queue){.memory = memory, .used = 1};
}

void day_queue_close(struct day_queue *queue)
{
	const struct memory *memory = queue->memory;
	for (uint32_t i = 0; i < queue->blocks_made; i++)
		memory->release(memory->context, queue->blocks[i],
				BLOCK_CHUNKS * sizeof(struct day_queue_chunk));
	if (queue->capacity > 0)
		memory->release(memory->context, queue->blocks,
				queue->capacity * sizeof queue->blocks[0]);
	if (queue->lists != NULL)
		memory->release(memory->context, queue->lists, LISTS_BYTES);
}

static struct day_queue_chunk *chunk_at(const struct day_queue *queue, uint32_t chunk)
{
	return &queue->blocks[chunk / BLOCK_CHUNKS][chunk % BLOCK_CHUNKS];
}

static bool widen(struct day_queue *queue)
{
	const struct memory *memory = queue->memory;
	if (queue->blocks_made < queue->capacity)
		return true;
	uint32_t capacity = queue->capacity == 0 ? MIN_CAPACITY : queue->capacity * 2;
	struct day_queue_chunk **blocks =
	    memory->allocate(memory->context, capacity * sizeof queue->blocks[0]);
	if (blocks == NULL)
		return false;
	if (queue->capacity > 0) {
		memcpy(blocks, queue->blocks, queue->blocks_made * sizeof blocks[0]);
		memory->release(memory->context, queue->blocks, queue->capacity * sizeof blocks[0]);
	}
	queue->blocks = blocks;
	queue->capacity = capacity;
	return true;
}

/* Chunks that can be taken without memory. */
static uint64_t chunks_left(const struct day_queue *queue)
{
	uint64_t made = (uint64_t)queue->blocks_made * BLOCK_CHUNKS;
	return queue->vacant_count + (made > queue->used ? made - queue->used : 0);
}

bool day_queue_reserve(struct day_queue *queue, uint64_t more)
{
	const struct memory *memory = queue->memory;
	if (queue->lists == NULL)
		queue->lists = memory->allocate(memory->context, LISTS_BYTES);
	if (queue->lists == NULL)
		return false;
	while (chunks_left(queue) < more) { /* Q2: each may be of another day */
		if (queue->blocks_made == UINT32_MAX / BLOCK_CHUNKS || !widen(queue))
			return false;
		void *block = memory->allocate(memory->context,
					       BLOCK_CHUNKS * sizeof(struct day_queue_chunk));
		if (block == NULL)
			return false;
		queue->blocks[queue->blocks_made++] = block;
	}
	return true;
}

static uint32_t take_chunk(struct day_queue *queue)
{
	uint32_t chunk = queue->vacant;
	if (chunk == 0) {
		chunk = queue->used++;
		ENSURE(chunk / BLOCK_CHUNKS < queue->blocks_made); /* Q2 */
		return chunk;
	}
	queue->vacant = chunk_at(queue, chunk)->next;
	queue->vacant_count--;
	return chunk;
}

void day_queue_push(struct day_queue *queue, uint32_t day, uint32_t row)
{
	ENSURE(day < DAY_QUEUE_DAYS && queue->lists != NULL);
	uint32_t *head = &queue->lists[day].head;
	if (*head == 0 || chunk_at(queue, *head)->used == DAY_QUEUE_CHUNK) { /* Q1 */
		uint32_t made = take_chunk(queue);
		chunk_at(queue, made)->next = *head;
		chunk_at(queue, made)->used = 0;
		*head = made;
	}
	struct day_queue_chunk *chunk = chunk_at(queue, *head);
	chunk->rows[chunk->used++] = row;
	queue->lists[day].count++;
}

const uint32_t *day_queue_top(const struct day_queue *queue, uint32_t day, uint32_t *count)
{
	uint32_t head = queue->lists == NULL ? 0 : queue->lists[day].head;
	*count = head == 0 ? 0 : chunk_at(queue, head)->used;
	return head == 0 ? NULL : chunk_at(queue, head)->rows;
}

void day_queue_pop(struct day_queue *queue, uint32_t day)
{
	uint32_t *head = &queue->lists[day].head, chunk = *head;
	ENSURE(chunk != 0 && chunk_at(queue, chunk)->used > 0);
	queue->lists[day].count--;
	if (--chunk_at(queue, chunk)->used > 0)
		return;
	*head = chunk_at(queue, chunk)->next;
	chunk_at(queue, chunk)->next = queue->vacant;
	queue->vacant = chunk;
	queue->vacant_count++;
}

void day_queue_each(const struct day_queue *queue, uint32_t day, day_queue_visitor *visit,
		    void *context)
{
	uint32_t chunk = queue->lists == NULL ? 0 : queue->lists[day].head;
	for (; chunk != 0; chunk = chunk_at(queue, chunk)->next)
		for (uint32_t i = 0; i < chunk_at(queue, chunk)->used; i++)
			visit(context, chunk_at(queue, chunk)->rows[i]);
}
