/* spend_private.h -- nodes and trees of the spend index; only for spend_*.c.
 *
 *   leaf   0             16        64                                       832
 *          | links, fill | tag[48] | entry[48]: spend i64, id u64; in no order |
 *                          one byte of the hash of each entry's id
 *
 *   inner  0           512      1016   1024        1280        1536
 *          | spend[64] | id[63] | fill | count[64] | child[64] |
 *          separator i: the least key that may be below child i + 1
 *
 * Nodes have numbers (0: none) and live in chunks of 2 MiB, one huge page each, for ever.
 */
#ifndef CRMDB_ENGINE_SPEND_PRIVATE_H
#define CRMDB_ENGINE_SPEND_PRIVATE_H
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "server/base/ensure.h"
#include "server/engine/index/spend_index.h"

#define SPEND_LEAF 48u      /* entries */
#define SPEND_LEAF_JOIN 24u /* neighbours that together have as many or fewer are joined */
#define SPEND_INNER 64u     /* children */
#define SPEND_LEVELS 10u    /* of inner nodes; a split of the 10th takes 32^10 additions */
#define SPEND_CHUNK_BYTES ((size_t)2 << 20)
#define SPEND_LINE_BYTES 64u

struct spend_leaf {
	uint32_t next, prev; /* neighbours in the cell */
	uint32_t fill;
	uint32_t unused;
	uint8_t tag[SPEND_LEAF];
	struct spend_place entry[SPEND_LEAF];
};
static_assert(offsetof(struct spend_leaf, entry) == SPEND_LINE_BYTES, "head is one line");
static_assert(sizeof(struct spend_leaf) % SPEND_LINE_BYTES == 0, "whole lines");

struct spend_inner {
	int64_t spend[SPEND_INNER];
	uint64_t id[SPEND_INNER - 1];
	uint32_t fill; /* children */
	uint32_t unused;
	uint32_t count[SPEND_INNER]; /* entries below the child */
	uint32_t child[SPEND_INNER];
};
static_assert(sizeof(struct spend_inner) % SPEND_LINE_BYTES == 0, "whole lines");

#define SPEND_LEAVES_CHUNK (SPEND_CHUNK_BYTES / sizeof(struct spend_leaf))
#define SPEND_INNERS_CHUNK (SPEND_CHUNK_BYTES / sizeof(struct spend_inner))

/* Nodes of one kind. */
struct spend_pool {
	uint8_t **chunks;
	size_t node_bytes;
	uint32_t chunks_made, chunks_room;
	uint32_t fresh; /* the next number never used */
	uint32_t given; /* nodes in use */
	uint32_t freed; /* the first free node; each begins with the number of the next */
};

struct spend_tree {
	uint32_t root;   /* a leaf when there are no levels; 0: empty */
	uint32_t levels; /* of inner nodes */
	uint32_t count;  /* entries */
};

struct spend_index {
	const struct memory *memory;
	struct spend_pool leaves, inners;
	uint32_t levels_max; /* of any tree, ever */
	uint32_t entries;
	struct spend_tree trees[SPEND_CELLS];
};

/* The way from the root to a leaf: node and child taken; level 0 is above the leaves. */
struct spend_path {
	uint32_t node[SPEND_LEVELS];
	uint32_t slot[SPEND_LEVELS];
};

static inline struct spend_leaf *spend_leaf_at(const struct spend_index *index, uint32_t number)
{
	return (struct spend_leaf *)(void *)index->leaves.chunks[number / SPEND_LEAVES_CHUNK] +
	       number % SPEND_LEAVES_CHUNK;
}

static inline struct spend_inner *spend_inner_at(const struct spend_index *index, uint32_t number)
{
	return (struct spend_inner *)(void *)index->inners.chunks[number / SPEND_INNERS_CHUNK] +
	       number % SPEND_INNERS_CHUNK;
}

static inline bool spend_less(struct spend_place a, struct spend_place b)
{
	return (a.spend < b.spend) | ((a.spend == b.spend) & (a.id < b.id));
}

/* spend_pool.c */
void spend_pool_open(struct spend_pool *pool, size_t node_bytes);
void spend_pool_close(struct spend_pool *pool, const struct memory *memory);
bool spend_pool_reserve(struct spend_pool *pool, const struct memory *memory, uint64_t nodes);
uint32_t spend_pool_take(struct spend_pool *pool); /* zeroed; needs room reserved */
void spend_pool_give(struct spend_pool *pool, uint32_t number);

/* spend_leaf.c */
void spend_leaf_add(struct spend_leaf *leaf, struct spend_place key); /* needs a free place */
void spend_leaf_remove(struct spend_leaf *leaf, struct spend_place key);
void spend_leaf_sort(struct spend_leaf *leaf);
void spend_leaf_append(struct spend_leaf *leaf, const struct spend_place *entries, uint32_t count);
uint32_t spend_leaf_below(const struct spend_leaf *leaf, int64_t spend); /* entries below it */
/* The least entry not below `key`; the greatest not above it.  False: none in this leaf. */
bool spend_leaf_first(const struct spend_leaf *leaf, struct spend_place key,
		      struct spend_place *out);
bool spend_leaf_last(const struct spend_leaf *leaf, struct spend_place key,
		     struct spend_place *out);
void spend_leaf_prefetch_change(const struct spend_leaf *leaf, struct spend_place key);
void spend_leaf_prefetch_scan(const struct spend_leaf *leaf, uint32_t fill);
uint8_t spend_leaf_tag(uint64_t id);

/* spend_tree.c */
uint32_t spend_tree_child(const struct spend_inner *node, struct spend_place key);
void spend_tree_add(struct spend_index *index, struct spend_tree *tree, struct spend_place key);
void spend_tree_remove(struct spend_index *index, struct spend_tree *tree, struct spend_place key);
/* Put a leaf behind all others; for building. */
void spend_tree_append(struct spend_index *index, struct spend_tree *tree, uint32_t number);

/* spend_seek.c: a way down in steps, so that the misses of many overlap */
struct spend_seek {
	struct spend_place place;
	uint32_t node;  /* above the leaves, later the leaf; 0: the tree is empty */
	bool above;     /* node is not the leaf yet */
	uint64_t below; /* entries in the leaves before, when ranked */
	uint32_t fill;  /* of the leaf, when ranked */
};
void spend_seek_start(const struct spend_index *index, const struct spend_tree *tree, bool ranked,
		      struct spend_seek *seek); /* place is given */
const struct spend_leaf *spend_seek_leaf(const struct spend_index *index, bool ranked,
					 struct spend_seek *seek); /* NULL: empty */
uint32_t spend_seek_sum(const uint32_t *counts, uint32_t end);     /* of counts[0..end) */
/* The cells of the query that have entries, into cells[SPEND_CELLS]; returns how many. */
uint32_t spend_seek_cells(const struct spend_index *index, const struct spend_query *query,
			  uint8_t *cells);

#endif
