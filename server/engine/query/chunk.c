/* chunk.c -- see chunk.h.
 *
 *   H2  Loops run over whole blocks of constant size, without a branch: the compiler makes vectors
 *       of them.  A block without marks is skipped, so a column behind a narrow test is hardly
 * read. H3  The recursion is as deep as the condition is nested: LIMIT_PREDICATE_DEPTH.
 *
 * Erased rows are few, and found in the hot records of ranges that have any.
 */
#include "server/engine/query/chunk.h"

#include <string.h>

static_assert(CHUNK_ROWS % CHUNK_BLOCK == 0, "a range is whole blocks");

static uint32_t blocks_end(const struct chunk *chunk)
{
	return (chunk->count + CHUNK_BLOCK - 1) / CHUNK_BLOCK * CHUNK_BLOCK;
}

void chunk_take_range(struct chunk *chunk, uint32_t first, uint32_t count)
{
	ENSURE(first % ROWS_RANGE == 0 && count <= CHUNK_ROWS);
	chunk->first = first;
	chunk->rows = NULL;
	chunk->count = count;
	chunk->used = 0;
	memset(chunk->columns, 0, sizeof chunk->columns);
}

void chunk_take_rows(struct chunk *chunk, const uint32_t *rows, uint32_t count)
{
	ENSURE(count <= CHUNK_ROWS);
	chunk->rows = rows;
	chunk->count = count;
	chunk->used = 0;
	memset(chunk->columns, 0, sizeof chunk->columns);
}

/* --- columns --- */

static void gather(const struct chunk *chunk, const struct source *source, uint8_t *out)
{
	uint32_t width = source->width;
	for (uint32_t i = 0; i < chunk->count; i++) {
		uint64_t raw =
		    sources_raw(chunk->engine, source, chunk_row(chunk, i), chunk->today);
		memcpy(out + (size_t)i * width, &raw, width);
	}
}

const uint8_t *chunk_column(struct chunk *chunk, const struct source *source)
{
	uint8_t **column = &chunk->columns[source->place];
	if (chunk->rows == NULL && source->offset == SOURCE_ADDED) {
		const struct engine *engine = chunk->engine;
		const struct added_field *field = added_at(engine, source->place - CATALOGUE_COUNT);
		const void *there = added_column(engine, field, chunk->first / ROWS_RANGE);
		if (there != NULL)
			return there;
	} else if (chunk->rows == NULL && source->offset != SOURCE_COMPUTED)
		return (const uint8_t *)rows_at(&chunk->engine->rows, chunk->first) +
		       source->offset;
	if (*column == NULL) {
		*column = chunk->arena + chunk->used;
		chunk->used += (size_t)blocks_end(chunk) * sizeof(uint64_t);
		gather(chunk, source, *column);
	}
	return *column;
}

/* --- leaves --- */

/* Marks of a block whose values are from `low` to low + span. */
#define CLEAR_OUTSIDE(bits)                                                                        \
	static void clear_outside_##bits(const uint8_t *column, uint64_t low, uint64_t span,       \
					 uint8_t *marks)                                           \
	{                                                                                          \
		const uint##bits##_t *values = (const uint##bits##_t *)(const void *)column;       \
		uint##bits##_t first = (uint##bits##_t)low, wide = (uint##bits##_t)span;           \
		for (uint32_t i = 0; i < CHUNK_BLOCK; i++)                                         \
			marks[i] &= (uint##bits##_t)(values[i] - first) <= wide;                   \
	}
CLEAR_OUTSIDE(8)
CLEAR_OUTSIDE(16)
CLEAR_OUTSIDE(32)
CLEAR_OUTSIDE(64)

#define CLEAR_WITHOUT(bits)                                                                        \
	static void clear_without_##bits(const uint8_t *column, uint64_t mask, uint8_t *marks)     \
	{                                                                                          \
		const uint##bits##_t *values = (const uint##bits##_t *)(const void *)column;       \
		uint##bits##_t wanted = (uint##bits##_t)mask;                                      \
		for (uint32_t i = 0; i < CHUNK_BLOCK; i++)                                         \
			marks[i] &= (values[i] & wanted) != 0;                                     \
	}
CLEAR_WITHOUT(32)
CLEAR_WITHOUT(64)

static bool any(const uint8_t *marks, uint32_t size)
{
	uint64_t all = 0, word;
	for (uint32_t i = 0; i < size; i += sizeof word) {
		memcpy(&word, marks + i, sizeof word);
		all |= word;
	}
	return all != 0;
}

static void clear_outside(const struct source *source, const uint8_t *column,
			  const struct interval *interval, uint8_t *marks)
{
	uint64_t low = source_raw(source, interval->low);
	uint64_t span = source_raw(source, interval->high) - low; /* Q1 */
	switch (source->width) {
	case 1:
		clear_outside_8(column, low, span, marks);
		break;
	case 2:
		clear_outside_16(column, low, span, marks);
		break;
	case 4:
		clear_outside_32(column, low, span, marks);
		break;
	default:
		clear_outside_64(column, low, span, marks);
		break;
	}
}

static uint64_t raw_at(const uint8_t *column, uint32_t width, uint32_t at)
{
	uint64_t raw = 0;
	memcpy(&raw, column + (size_t)at * width, width);
	return raw;
}

/* Of many intervals. */
static void clear_by_search(const struct bound_node *leaf, const uint8_t *column, uint8_t *marks)
{
	for (uint32_t i = 0; i < CHUNK_BLOCK; i++)
		if (marks[i] != 0)
			marks[i] = intervals_have(
			    &leaf->set,
			    source_value(&leaf->source, raw_at(column, leaf->source.width, i)));
}

static void clear_by_some(const struct bound_node *leaf, const uint8_t *column, uint8_t *marks)
{
	uint8_t passed[CHUNK_BLOCK] = {0}, some[CHUNK_BLOCK];
	for (uint32_t i = 0; i < leaf->set.count; i++) {
		memcpy(some, marks, CHUNK_BLOCK);
		clear_outside(&leaf->source, column, &leaf->set.items[i], some);
		for (uint32_t at = 0; at < CHUNK_BLOCK; at++)
			passed[at] |= some[at];
	}
	memcpy(marks, passed, CHUNK_BLOCK);
}

#define SOME_INTERVALS 6u /* more are searched for each row */

static void judge_block(const struct bound_node *leaf, const uint8_t *column, uint8_t *marks)
{
	if (leaf->op != BOUND_IN && leaf->source.width == 4)
		clear_without_32(column, leaf->mask, marks);
	else if (leaf->op != BOUND_IN)
		clear_without_64(column, leaf->mask, marks);
	else if (leaf->set.count == 1)
		clear_outside(&leaf->source, column, &leaf->set.items[0], marks);
	else if (leaf->set.count <= SOME_INTERVALS)
		clear_by_some(leaf, column, marks);
	else
		clear_by_search(leaf, column, marks);
}

static void judge_leaf(struct chunk *chunk, const struct bound_node *leaf, uint8_t *marks)
{
	const uint8_t *column = chunk_column(chunk, &leaf->source);
	uint32_t end = blocks_end(chunk);
	for (uint32_t at = 0; at < end; at += CHUNK_BLOCK)
		if (any(marks + at, CHUNK_BLOCK)) /* H2 */
			judge_block(leaf, column + (size_t)at * leaf->source.width, marks + at);
}

/* --- the tree --- */

static void judge(struct chunk *chunk, const struct bound *bound, uint16_t at, uint8_t *marks);

static void judge_and(struct chunk *chunk, const struct bound *bound, uint16_t child,
		      uint8_t *marks)
{
	for (; child != 0; child = bound->nodes[child].next) {
		judge(chunk, bound, child, marks);
		if (!any(marks, blocks_end(chunk)))
			return;
	}
}

static void judge_or(struct chunk *chunk, const struct bound *bound, uint16_t child, uint8_t *marks)
{
	uint8_t passed[CHUNK_ROWS], left[CHUNK_ROWS]; /* left: not passed yet */
	uint32_t end = blocks_end(chunk);
	memset(passed, 0, end);
	for (; child != 0; child = bound->nodes[child].next) {
		for (uint32_t i = 0; i < end; i++)
			left[i] = marks[i] & (uint8_t)~passed[i];
		judge(chunk, bound, child, left);
		for (uint32_t i = 0; i < end; i++)
			passed[i] |= left[i];
	}
	memcpy(marks, passed, end);
}

static void judge_not(struct chunk *chunk, const struct bound *bound, uint16_t child,
		      uint8_t *marks)
{
	uint8_t passed[CHUNK_ROWS];
	uint32_t end = blocks_end(chunk);
	memcpy(passed, marks, end);
	judge(chunk, bound, child, passed);
	for (uint32_t i = 0; i < end; i++)
		marks[i] ^= passed[i]; /* they are among them */
}

static void judge(struct chunk *chunk, const struct bound *bound, uint16_t at, uint8_t *marks)
{
	const struct bound_node *node = &bound->nodes[at];
	switch (node->op) {
	case BOUND_ALL:
		break;
	case BOUND_IN:
	case BOUND_BITS:
	case BOUND_SAVED:
		judge_leaf(chunk, node, marks);
		break;
	case BOUND_NOT:
		judge_not(chunk, bound, node->first, marks);
		break;
	case BOUND_AND:
		judge_and(chunk, bound, node->first, marks);
		break;
	case BOUND_OR:
		judge_or(chunk, bound, node->first, marks);
		break;
	}
}

void chunk_judge(struct chunk *chunk, const struct bound *bound, uint8_t *marks)
{
	judge(chunk, bound, bound->root, marks);
}

uint32_t chunk_mark(const struct chunk *chunk, uint8_t *marks)
{
	const struct rows *rows = &chunk->engine->rows;
	uint32_t end = blocks_end(chunk), marked = chunk->count;
	memset(marks, 1, chunk->count);
	memset(marks + chunk->count, 0, end - chunk->count); /* H1 */
	if (chunk->rows == NULL && rows_at(rows, chunk->first)->gone == 0)
		return marked;
	for (uint32_t i = 0; i < chunk->count; i++) {
		uint8_t erased = rows_hot(rows, chunk_row(chunk, i))->erased;
		marks[i] ^= erased;
		marked -= erased;
	}
	return marked;
}

uint32_t chunk_count(const struct chunk *chunk, const uint8_t *marks)
{
	uint32_t count = 0, end = blocks_end(chunk);
	for (uint32_t at = 0; at < end; at += CHUNK_BLOCK) {
		uint16_t block = 0;
		for (uint32_t i = 0; i < CHUNK_BLOCK; i++)
			block = (uint16_t)(block + marks[at + i]);
		count += block;
	}
	return count;
}
