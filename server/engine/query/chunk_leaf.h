/* chunk_leaf.h -- one test on a block of a column; see chunk.h. */
#ifndef CRMDB_ENGINE_QUERY_CHUNK_LEAF_H
#define CRMDB_ENGINE_QUERY_CHUNK_LEAF_H
#include "server/engine/query/bind.h"

#define CHUNK_BLOCK 256u

/* Clear the marks of those who do not pass `leaf`. */
void chunk_leaf_judge(const struct bound_node *leaf, const uint8_t *column, uint8_t *marks);

#endif
