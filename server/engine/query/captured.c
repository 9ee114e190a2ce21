/* captured.c -- see captured.h. */
#include "server/engine/query/captured.h"

#include <stddef.h>

#define BLOCK_WORDS (CAPTURED_BLOCK_BYTES / sizeof(uint64_t) - 1)

struct captured_block {
	struct captured_block *next;
	uint64_t words[BLOCK_WORDS];
};

static uint32_t rows_of_block(const struct captured *captured)
{
	return (uint32_t)(BLOCK_WORDS / (captured->width + 1));
}

void captured_open(struct captured *captured, const struct memory *memory, uint32_t width)
{
	*captured = (struct captured){.memory = memory, .width = width};
}

static void drop_block(struct captured *captured)
{
	const struct memory *memory = captured->memory;
	struct captured_block *block = captured->first;
	captured->first = block->next;
	captured->taken = 0;
	if (captured->first == NULL)
		captured->last = NULL;
	memory->release(memory->context, block, sizeof *block);
}

void captured_close(struct captured *captured)
{
	while (captured->first != NULL)
		drop_block(captured);
	captured->count = 0;
}

uint64_t *captured_add(struct captured *captured)
{
	const struct memory *memory = captured->memory;
	if (captured->last == NULL || captured->added == rows_of_block(captured)) {
		struct captured_block *block = memory->allocate(memory->context, sizeof *block);
		if (block == NULL)
			return NULL;
		block->next = NULL;
		if (captured->last == NULL)
			captured->first = block;
		else
			captured->last->next = block;
		captured->last = block;
		captured->added = 0;
	}
	captured->count++;
	return &captured->last->words[(uint64_t)captured->added++ * (captured->width + 1)];
}

const uint64_t *captured_first(const struct captured *captured)
{
	if (captured->count == 0)
		return NULL;
	return &captured->first->words[(uint64_t)captured->taken * (captured->width + 1)];
}

void captured_drop(struct captured *captured)
{
	captured->count--;
	captured->taken++;
	if (captured->count == 0 || captured->taken == rows_of_block(captured))
		drop_block(captured);
}

struct captured_place captured_begin(const struct captured *captured)
{
	return (struct captured_place){captured->first, captured->taken};
}

const uint64_t *captured_next(const struct captured *captured, struct captured_place *place)
{
	uint32_t rows = rows_of_block(captured);
	if (place->block != NULL && place->at == rows) {
		place->block = place->block->next;
		place->at = 0;
	}
	if (place->block == NULL ||
	    (place->block == captured->last && place->at == captured->added))
		return NULL;
	return &place->block->words[(uint64_t)place->at++ * (captured->width + 1)];
}
