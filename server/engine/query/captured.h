/* captured.h -- rows of a stream that were judged and not sent yet, oldest first.
 *
 *   block --> [ id values.. | id values.. | ... ]  -->  block  --> ...       64 KiB each
 *             ^ taken                          ^ added
 */
#ifndef CRMDB_ENGINE_QUERY_CAPTURED_H
#define CRMDB_ENGINE_QUERY_CAPTURED_H
#include <stdbool.h>
#include <stdint.h>

#include "server/base/memory.h"

#define CAPTURED_BLOCK_BYTES 65536u

struct captured_block;

struct captured {
	const struct memory *memory; /* borrowed until captured_close */
	struct captured_block *first, *last;
	uint32_t width;        /* values of a row, beside its id */
	uint32_t taken, added; /* in the first, in the last block, rows */
	uint64_t count;        /* rows that wait */
};

void captured_open(struct captured *captured, const struct memory *memory, uint32_t width);
void captured_close(struct captured *captured);

/* Room for the id and the values of one row; NULL: out of memory. */
uint64_t *captured_add(struct captured *captured);
/* The oldest row; NULL: none waits.  Borrowed until captured_drop. */
const uint64_t *captured_first(const struct captured *captured);
/* A walk over the rows that wait, oldest first; NULL at its end. */
struct captured_place {
	const struct captured_block *block;
	uint32_t at;
};
struct captured_place captured_begin(const struct captured *captured);
const uint64_t *captured_next(const struct captured *captured, struct captured_place *place);
void captured_drop(struct captured *captured);

#endif
