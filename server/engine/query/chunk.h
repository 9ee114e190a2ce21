/* chunk.h -- up to 4,096 rows at once: their columns side by side, and a mark for each.
 *
 *   a range of rows       columns are read where they lie
 *   rows of any places    columns are gathered first
 *
 *   marks   1 1 0 1 ...   one byte a row; judging clears the marks of rows that do not pass
 *
 * A byte and not a bit: comparing a column of bytes makes bytes, and sixteen of them are one
 * instruction.  At ten million rows four narrow fields take 6 to 8 ms.
 *
 *   H1  Arrays reach to the end of their last block of CHUNK_BLOCK rows; marks behind `count` are
 * 0.
 */
#ifndef CRMDB_ENGINE_QUERY_CHUNK_H
#define CRMDB_ENGINE_QUERY_CHUNK_H
#include "server/engine/query/chunk_leaf.h"

#define CHUNK_ROWS ROWS_RANGE
#define CHUNK_PLACES SOURCES_PLACES

struct chunk {
	const struct engine *engine;
	int32_t today;
	uint32_t count;
	uint32_t first;       /* row of a range; of gathered rows unused */
	const uint32_t *rows; /* gathered rows, or NULL: the range of `first` */
	uint8_t *arena;       /* for gathered and computed columns: chunk_arena bytes */
	size_t used;
	uint8_t *columns[CHUNK_PLACES]; /* in the arena; NULL: not yet */
};

/* A range, or rows in any order.  The arena stays. */
void chunk_take_range(struct chunk *chunk, uint32_t first, uint32_t count);
void chunk_take_rows(struct chunk *chunk, const uint32_t *rows, uint32_t count);

/* Bytes of arena that `columns` columns of `rows` rows take. */
static inline size_t chunk_arena(uint32_t columns, uint32_t rows)
{
	uint32_t blocks = (rows + CHUNK_BLOCK - 1) / CHUNK_BLOCK;
	return (size_t)columns * blocks * CHUNK_BLOCK * sizeof(uint64_t);
}

static inline uint32_t chunk_row(const struct chunk *chunk, uint32_t at)
{
	return chunk->rows != NULL ? chunk->rows[at] : chunk->first + at;
}

/* Where the raw values of a field lie, source->width bytes each; NULL: nowhere, or the rows are
 * gathered ones. */
const uint8_t *chunk_lying(const struct chunk *chunk, const struct source *source);

/* Mark all rows that are not erased; how many. */
uint32_t chunk_mark(const struct chunk *chunk, uint8_t *marks);
/* Clear the marks of those that do not pass. */
void chunk_judge(struct chunk *chunk, const struct bound *bound, uint8_t *marks);
uint32_t chunk_count(const struct chunk *chunk, const uint8_t *marks);

#endif
