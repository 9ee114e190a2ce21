/* spend_seek.c -- from a tree's root to a leaf without changing anything, in steps.
 *
 *   start   through the upper levels, which are in a near cache; asks for the node above the leaf
 *   leaf    through that node; asks for the leaf's head
 *   (use)   the caller reads the leaf
 *
 * Each step ends where memory would be waited for.  Who has many keys takes each step for all of
 * them before the next; a count of one range has two.
 */
#include "server/engine/index/spend_private.h"

/* Eight at a time, for the compiler to make vectors of. */
uint32_t spend_seek_sum(const uint32_t *counts, uint32_t end)
{
	uint32_t total = 0, at = 0; /* at most SPEND_ENTRIES_MAX */
	for (; at + 8 <= end; at += 8)
		for (uint32_t i = 0; i < 8; i++)
			total += counts[at + i];
	for (; at < end; at++)
		total += counts[at];
	return total;
}

static uint32_t pass(const struct spend_inner *node, bool ranked, struct spend_seek *seek)
{
	uint32_t slot = spend_tree_child(node, seek->place);
	if (ranked) {
		seek->below += spend_seek_sum(node->count, slot);
		seek->fill = node->count[slot];
	} else {
		__builtin_prefetch(&node->count[slot], 1); /* a change is to come */
	}
	return node->child[slot];
}

static void prefetch(const void *from, size_t bytes)
{
	for (size_t at = 0; at < bytes; at += SPEND_LINE_BYTES)
		__builtin_prefetch((const uint8_t *)from + at);
}

void spend_seek_start(const struct spend_index *index, const struct spend_tree *tree, bool ranked,
		      struct spend_seek *seek)
{
	seek->node = tree->root;
	seek->above = tree->levels > 0;
	seek->below = 0;
	seek->fill = tree->count;
	for (uint32_t level = tree->levels; level > 1; level--)
		seek->node = pass(spend_inner_at(index, seek->node), ranked, seek);
	if (!seek->above)
		return;
	const struct spend_inner *node = spend_inner_at(index, seek->node);
	prefetch(node->spend, sizeof node->spend);
	prefetch(node->child, sizeof node->child);
	if (ranked)
		prefetch(node->count, sizeof node->count);
}

const struct spend_leaf *spend_seek_leaf(const struct spend_index *index, bool ranked,
					 struct spend_seek *seek)
{
	if (seek->above)
		seek->node = pass(spend_inner_at(index, seek->node), ranked, seek);
	seek->above = false;
	if (seek->node == 0)
		return NULL;
	const struct spend_leaf *leaf = spend_leaf_at(index, seek->node);
	__builtin_prefetch(leaf, 1);
	return leaf;
}

uint32_t spend_seek_cells(const struct spend_index *index, const struct spend_query *query,
			  uint8_t *cells)
{
	uint32_t count = 0;
	ENSURE(query->stages >> SPEND_STAGES == 0);
	for (uint32_t tiers = query->tiers; tiers != 0; tiers &= tiers - 1) {
		uint32_t first = (uint32_t)__builtin_ctz(tiers) * SPEND_STAGES;
		for (uint32_t stages = query->stages; stages != 0; stages &= stages - 1) {
			uint32_t cell = first + (uint32_t)__builtin_ctz(stages);
			if (index->trees[cell].root != 0)
				cells[count++] = (uint8_t)cell;
		}
	}
	return count;
}
