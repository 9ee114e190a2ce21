/* spend_check.c -- proves the spend index, node by node.
 *
 *   K1  Entries of a leaf are distinct, lie between the separators around it (T1) and have the tag
 *       of their id (L1).
 *   K2  Counts beside children, of trees and of the index are those of the entries below (T2).
 *   K3  Links of leaves are the order of the tree, both ways (T3).
 *   K4  No node is empty or over-full; neighbours that should be joined are (T4, T5); unused
 *       separators are the greatest (T6).
 *   K5  Every node in use is in one tree; free nodes are the rest.
 */
#include <inttypes.h>

#include "server/engine/index/spend_private.h"

#define DAMAGED(failure, ...) failure_set(failure, EXIT_DAMAGE, __VA_ARGS__)

struct proof {
	const struct spend_index *index;
	uint32_t cell;
	uint32_t leaves, inners; /* met so far */
	uint32_t last;           /* leaf met before in this cell */
	struct failure *failure;
};

/* Keys of a subtree: from `low`, inclusive; below `high` unless it is open. */
struct span {
	struct spend_place low, high;
	bool open;
};

static bool damaged(const struct proof *proof, uint32_t node, const char *what)
{
	return DAMAGED(proof->failure,
		       "spend index, tier %" PRIu32 ", stage %" PRIu32 ", node %" PRIu32 ": %s",
		       proof->cell / SPEND_STAGES, proof->cell % SPEND_STAGES, node, what);
}

static bool check_entries(const struct proof *proof, uint32_t number, struct span span)
{
	const struct spend_leaf *leaf = spend_leaf_at(proof->index, number);
	struct spend_leaf sorted = *leaf;
	spend_leaf_sort(&sorted);
	for (uint32_t i = 0; i < leaf->fill; i++) {
		struct spend_place entry = leaf->entry[i];
		if (leaf->tag[i] != spend_leaf_tag(entry.id))
			return damaged(proof, number, "a tag is not of its entry");
		if (spend_less(entry, span.low) || (!span.open && !spend_less(entry, span.high)))
			return damaged(proof, number, "an entry is outside its separators");
		if (i > 0 && !spend_less(sorted.entry[i - 1], sorted.entry[i]))
			return damaged(proof, number, "an entry is there twice");
	}
	return true;
}

static bool check_leaf(struct proof *proof, uint32_t number, uint32_t count, struct span span)
{
	if (number == 0 || number >= proof->index->leaves.fresh)
		return damaged(proof, number, "there is no such leaf");
	const struct spend_leaf *leaf = spend_leaf_at(proof->index, number);
	if (leaf->fill == 0 || leaf->fill > SPEND_LEAF) /* K4 */
		return damaged(proof, number, "a leaf is empty or over-full");
	if (leaf->fill != count) /* K2 */
		return damaged(proof, number, "the count of a leaf is wrong");
	if (leaf->prev != proof->last ||
	    (proof->last != 0 && spend_leaf_at(proof->index, proof->last)->next != number))
		return damaged(proof, number, "links between leaves are not their order"); /* K3 */
	proof->last = number;
	proof->leaves++;
	return check_entries(proof, number, span); /* K1 */
}

/* The subtree of `node` with `levels` inner levels, of `count` entries. */
static bool check_node(struct proof *proof, uint32_t number, uint32_t levels, uint32_t count,
		       struct span span)
{
	if (levels == 0)
		return check_leaf(proof, number, count, span);
	if (number == 0 || number >= proof->index->inners.fresh)
		return damaged(proof, number, "there is no such inner node");
	const struct spend_inner *node = spend_inner_at(proof->index, number);
	if (node->fill == 0 || node->fill > SPEND_INNER) /* K4 */
		return damaged(proof, number, "an inner node is empty or over-full");
	uint64_t total = 0;
	proof->inners++;
	for (uint32_t i = node->fill - 1; i < SPEND_INNER; i++)
		if (node->spend[i] != INT64_MAX) /* T6 */
			return damaged(proof, number, "an unused separator is not the greatest");
	for (uint32_t i = 0; i < node->fill; i++) {
		struct span below = span;
		if (i > 0)
			below.low = (struct spend_place){node->spend[i - 1], node->id[i - 1]};
		if (i + 1 < node->fill) {
			below.high = (struct spend_place){node->spend[i], node->id[i]};
			below.open = false;
		}
		if (levels == 1 && i > 0 &&
		    node->count[i - 1] + (uint64_t)node->count[i] <= SPEND_LEAF_JOIN) /* K4 */
			return damaged(proof, number, "two leaves should have been joined");
		if (!check_node(proof, node->child[i], levels - 1, node->count[i], below))
			return false;
		total += node->count[i];
	}
	return total == count || damaged(proof, number, "the counts of an inner node are wrong");
}

static bool check_tree(struct proof *proof)
{
	const struct spend_tree *tree = &proof->index->trees[proof->cell];
	struct span all = {{INT64_MIN, 0}, {0, 0}, true};
	proof->last = 0;
	if (tree->root == 0)
		return (tree->count == 0 && tree->levels == 0) ||
		       damaged(proof, 0, "a tree without a root has entries");
	if (tree->levels > 0 && spend_inner_at(proof->index, tree->root)->fill < 2) /* K4 */
		return damaged(proof, tree->root, "a root has one child");
	if (!check_node(proof, tree->root, tree->levels, tree->count, all))
		return false;
	return spend_leaf_at(proof->index, proof->last)->next == 0 ||
	       damaged(proof, proof->last, "the last leaf has a next one"); /* K3 */
}

/* As many free nodes as were given once and are not in a tree (K5). */
static bool check_pool(const struct spend_pool *pool, uint32_t met)
{
	uint32_t per_chunk = (uint32_t)(SPEND_CHUNK_BYTES / pool->node_bytes), free_nodes = 0;
	for (uint32_t number = pool->freed; number != 0;) {
		if (number >= pool->fresh || ++free_nodes >= pool->fresh)
			return false;
		memcpy(&number,
		       pool->chunks[number / per_chunk] + number % per_chunk * pool->node_bytes,
		       sizeof number);
	}
	return pool->given == met && pool->fresh == met + free_nodes + 1;
}

bool spend_index_check(const struct spend_index *index, struct failure *failure)
{
	struct proof proof = {.index = index, .failure = failure};
	uint64_t entries = 0;
	for (proof.cell = 0; proof.cell < SPEND_CELLS; proof.cell++) {
		if (!check_tree(&proof))
			return false;
		entries += index->trees[proof.cell].count;
	}
	if (entries != index->entries) /* K2 */
		return DAMAGED(failure, "spend index: the count of all entries is wrong");
	if (!check_pool(&index->leaves, proof.leaves) || !check_pool(&index->inners, proof.inners))
		return DAMAGED(failure, "spend index: a node is lost or used twice"); /* K5 */
	return true;
}
