/* spend_tree.c -- the counted B+ tree of one cell: descend, add, split, remove, join.
 *
 * Counts of entries stand beside the child numbers, so a change adds one on its way down and a
 * rank is a sum on it.  Inner nodes are searched by spend alone, and by id among equal spends.
 *
 *   T1  Every key below child i is at least separator i - 1 and less than separator i.
 *   T2  count[i] is the number of entries below child i.
 *   T3  Leaves of a cell are linked in order; all are at the same depth.
 *   T4  No leaf is empty; two leaves side by side in one node have more than SPEND_LEAF_JOIN
 *       entries together.
 *   T5  No inner node is empty; a root has two children or more.  Inner nodes are not joined: the
 *       memory at stake is small and T4 would have to be mended at the seam.
 *   T6  Spends behind the last separator are INT64_MAX, which is below no key.
 */
#include "server/engine/index/spend_private.h"

/* The first separator of key's spend is `at`: the way goes by id. */
static uint32_t among_equals(const struct spend_inner *node, struct spend_place key, uint32_t at)
{
	uint32_t end = node->fill - 1;
	while (at < end) {
		uint32_t middle = (at + end) / 2;
		if (node->spend[middle] == key.spend && node->id[middle] <= key.id)
			at = middle + 1;
		else
			end = middle;
	}
	return at;
}

/* The child of `key`: first the line of eight separators, then the place in it.
 * No jumps, as none would be predicted, and all lines are asked for at once. */
uint32_t spend_tree_child(const struct spend_inner *node, struct spend_place key)
{
	uint32_t at = 0, lines = 0;
	for (uint32_t i = 7; i < SPEND_INNER - 1; i += 8)
		lines += node->spend[i] < key.spend;
	for (uint32_t i = 0; i < 8; i++)
		at += node->spend[lines * 8 + i] < key.spend; /* T6 */
	at += lines * 8;
	return node->spend[at] == key.spend ? among_equals(node, key, at) : at;
}

/* To the leaf of `key`, adding `change` to every count on the way (T2). */
static uint32_t descend(const struct spend_index *index, const struct spend_tree *tree,
			struct spend_place key, uint32_t change, struct spend_path *path)
{
	uint32_t number = tree->root;
	for (uint32_t level = tree->levels; level-- > 0;) {
		struct spend_inner *node = spend_inner_at(index, number);
		uint32_t slot = spend_tree_child(node, key);
		path->node[level] = number;
		path->slot[level] = slot;
		node->count[slot] += change;
		number = node->child[slot];
	}
	return number;
}

/* A node made by a split, to be put beside the one it came from. */
struct made {
	struct spend_place from; /* its separator */
	uint32_t number;
	uint32_t old_count, count; /* entries: of the one it came from, its own */
};

/* An inner node with room for its first child. */
static uint32_t take_inner(struct spend_index *index)
{
	uint32_t number = spend_pool_take(&index->inners);
	struct spend_inner *node = spend_inner_at(index, number);
	for (uint32_t i = 0; i < SPEND_INNER; i++)
		node->spend[i] = INT64_MAX; /* T6 */
	return number;
}

static void insert_child(struct spend_inner *node, uint32_t at, const struct made *made)
{
	uint32_t behind = node->fill - at;
	memmove(node->spend + at, node->spend + at - 1, behind * sizeof *node->spend);
	memmove(node->id + at, node->id + at - 1, behind * sizeof *node->id);
	memmove(node->count + at + 1, node->count + at, behind * sizeof *node->count);
	memmove(node->child + at + 1, node->child + at, behind * sizeof *node->child);
	node->spend[at - 1] = made->from.spend;
	node->id[at - 1] = made->from.id;
	node->count[at - 1] = made->old_count;
	node->count[at] = made->count;
	node->child[at] = made->number;
	node->fill++;
}

/* Split a full node and put *made at `at` into the part it belongs to; *made is
 * the right part then.  The last node of a level keeps more: what grows at its
 * end is built or climbs. */
static void split_inner(struct spend_index *index, struct spend_inner *node, uint32_t at,
			struct made *made)
{
	const uint32_t half = at == SPEND_INNER ? SPEND_INNER / 4 * 3 : SPEND_INNER / 2;
	const uint32_t rest = SPEND_INNER - half;
	uint32_t number = take_inner(index);
	struct spend_inner *right = spend_inner_at(index, number);
	struct spend_place from = {node->spend[half - 1], node->id[half - 1]};
	memcpy(right->spend, node->spend + half, (rest - 1) * sizeof *node->spend);
	memcpy(right->id, node->id + half, (rest - 1) * sizeof *node->id);
	memcpy(right->count, node->count + half, rest * sizeof *node->count);
	memcpy(right->child, node->child + half, rest * sizeof *node->child);
	right->fill = rest;
	node->fill = half;
	for (uint32_t i = half - 1; i < SPEND_INNER; i++)
		node->spend[i] = INT64_MAX; /* T6 */
	if (at <= half)
		insert_child(node, at, made);
	else
		insert_child(right, at - half, made);
	*made = (struct made){from, number, spend_seek_sum(node->count, node->fill),
			      spend_seek_sum(right->count, right->fill)};
}

static void grow_root(struct spend_index *index, struct spend_tree *tree, const struct made *made)
{
	uint32_t number = take_inner(index);
	struct spend_inner *root = spend_inner_at(index, number);
	ENSURE(tree->levels < SPEND_LEVELS);
	root->fill = 1;
	root->child[0] = tree->root;
	insert_child(root, 1, made);
	tree->root = number;
	tree->levels++;
	if (tree->levels > index->levels_max)
		index->levels_max = tree->levels;
}

static void insert_made(struct spend_index *index, struct spend_tree *tree,
			const struct spend_path *path, struct made made)
{
	for (uint32_t level = 0; level < tree->levels; level++) {
		struct spend_inner *node = spend_inner_at(index, path->node[level]);
		uint32_t at = path->slot[level] + 1;
		if (node->fill < SPEND_INNER) {
			insert_child(node, at, &made);
			return;
		}
		split_inner(index, node, at, &made);
	}
	grow_root(index, tree, &made);
}

static void link_behind(struct spend_index *index, uint32_t left_number, uint32_t number)
{
	struct spend_leaf *left = spend_leaf_at(index, left_number);
	struct spend_leaf *leaf = spend_leaf_at(index, number);
	leaf->prev = left_number;
	leaf->next = left->next;
	if (left->next != 0)
		spend_leaf_at(index, left->next)->prev = number; /* T3 */
	left->next = number;
}

/* Split the full leaf at the end of `path` in the middle and add `key` to its half. */
static void split_leaf(struct spend_index *index, struct spend_tree *tree,
		       const struct spend_path *path, uint32_t left_number, struct spend_place key)
{
	struct spend_leaf *left = spend_leaf_at(index, left_number);
	uint32_t number = spend_pool_take(&index->leaves);
	struct spend_leaf *right = spend_leaf_at(index, number);
	spend_leaf_sort(left);
	left->fill = SPEND_LEAF / 2;
	spend_leaf_append(right, left->entry + left->fill, SPEND_LEAF - left->fill);
	link_behind(index, left_number, number);
	struct spend_place from = right->entry[0];
	spend_leaf_add(spend_less(key, from) ? left : right, key);
	insert_made(index, tree, path, (struct made){from, number, left->fill, right->fill});
}

void spend_tree_add(struct spend_index *index, struct spend_tree *tree, struct spend_place key)
{
	struct spend_path path;
	tree->count++;
	if (tree->root == 0)
		tree->root = spend_pool_take(&index->leaves);
	uint32_t number = descend(index, tree, key, 1, &path);
	struct spend_leaf *leaf = spend_leaf_at(index, number);
	if (leaf->fill < SPEND_LEAF)
		spend_leaf_add(leaf, key);
	else
		split_leaf(index, tree, &path, number, key);
}

/* Take the child at path's level 0 out, and every inner node that this empties (T5). */
static void erase_child(struct spend_index *index, struct spend_tree *tree,
			const struct spend_path *path)
{
	for (uint32_t level = 0; level < tree->levels; level++) {
		struct spend_inner *node = spend_inner_at(index, path->node[level]);
		uint32_t at = path->slot[level], behind = node->fill - at - 1;
		memmove(node->count + at, node->count + at + 1, behind * sizeof *node->count);
		memmove(node->child + at, node->child + at + 1, behind * sizeof *node->child);
		uint32_t separator = at == 0 ? 0 : at - 1, end = node->fill - 1;
		if (separator < end) {
			behind = end - separator - 1;
			memmove(node->spend + separator, node->spend + separator + 1,
				behind * sizeof *node->spend);
			memmove(node->id + separator, node->id + separator + 1,
				behind * sizeof *node->id);
			node->spend[end - 1] = INT64_MAX; /* T6 */
		}
		if (--node->fill > 0)
			break;
		spend_pool_give(&index->inners, path->node[level]);
	}
	while (tree->levels > 0 && spend_inner_at(index, tree->root)->fill == 1) { /* T5 */
		uint32_t root = tree->root;
		tree->root = spend_inner_at(index, root)->child[0];
		tree->levels--;
		spend_pool_give(&index->inners, root);
	}
}

static void free_leaf(struct spend_index *index, uint32_t number)
{
	const struct spend_leaf *leaf = spend_leaf_at(index, number);
	if (leaf->prev != 0)
		spend_leaf_at(index, leaf->prev)->next = leaf->next; /* T3 */
	if (leaf->next != 0)
		spend_leaf_at(index, leaf->next)->prev = leaf->prev;
	spend_pool_give(&index->leaves, number);
}

/* Move the leaf right of path's into it. */
static void join(struct spend_index *index, struct spend_tree *tree, struct spend_path *path)
{
	struct spend_inner *node = spend_inner_at(index, path->node[0]);
	uint32_t at = path->slot[0];
	struct spend_leaf *left = spend_leaf_at(index, node->child[at]);
	const struct spend_leaf *right = spend_leaf_at(index, node->child[at + 1]);
	spend_leaf_append(left, right->entry, right->fill);
	free_leaf(index, node->child[at + 1]);
	node->count[at] = left->fill;
	path->slot[0] = at + 1;
	erase_child(index, tree, path);
}

/* After a removal: join with a neighbour, or go, as T4 asks. */
static void settle(struct spend_index *index, struct spend_tree *tree, struct spend_path *path)
{
	const struct spend_inner *node = spend_inner_at(index, path->node[0]);
	uint32_t at = path->slot[0], fill = node->count[at];
	if (fill == 0) {
		free_leaf(index, node->child[at]);
		erase_child(index, tree, path);
	} else if (at + 1 < node->fill && fill + node->count[at + 1] <= SPEND_LEAF_JOIN) {
		join(index, tree, path);
	} else if (at > 0 && fill + node->count[at - 1] <= SPEND_LEAF_JOIN) {
		path->slot[0] = at - 1;
		join(index, tree, path);
	}
}

void spend_tree_remove(struct spend_index *index, struct spend_tree *tree, struct spend_place key)
{
	struct spend_path path;
	ENSURE(tree->count > 0);
	tree->count--;
	uint32_t number = descend(index, tree, key, UINT32_MAX, &path);
	spend_leaf_remove(spend_leaf_at(index, number), key);
	if (tree->levels > 0) {
		settle(index, tree, &path);
	} else if (tree->count == 0) {
		spend_pool_give(&index->leaves, tree->root);
		tree->root = 0;
	}
}

void spend_tree_append(struct spend_index *index, struct spend_tree *tree, uint32_t number)
{
	struct spend_path path;
	const struct spend_leaf *leaf = spend_leaf_at(index, number);
	struct made made = {leaf->entry[0], number, tree->count, leaf->fill};
	tree->count += leaf->fill;
	if (tree->root == 0) {
		tree->root = number;
		return;
	}
	uint32_t last =
	    descend(index, tree, (struct spend_place){INT64_MAX, UINT64_MAX}, made.count, &path);
	link_behind(index, last, number);
	made.old_count = spend_leaf_at(index, last)->fill;
	insert_made(index, tree, &path, made);
}
