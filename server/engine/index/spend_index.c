/* spend_index.c -- opening, reserving, changing, counting and prefetching over all cells.
 *
 * Reserve: an addition splits at most one leaf and one inner node a level, and may make a root, so
 * it takes one leaf and levels_max + 1 inner nodes.  Where a tree grows past levels_max within one
 * promise, 62 cheaper additions through the new root come before one that splits it.
 *
 * Counting and prefetching work on windows: the misses of all their keys overlap.
 */
#include "server/base/mutant.h"
#include "server/engine/index/spend_private.h"

#define WINDOW 32u

struct spend_index *spend_index_open(const struct memory *memory)
{
	struct spend_index *index = memory->allocate(memory->context, sizeof *index);
	if (index == NULL)
		return NULL;
	index->memory = memory;
	spend_pool_open(&index->leaves, sizeof(struct spend_leaf));
	spend_pool_open(&index->inners, sizeof(struct spend_inner));
	return index;
}

void spend_index_close(struct spend_index *index)
{
	if (index == NULL)
		return;
	spend_pool_close(&index->leaves, index->memory);
	spend_pool_close(&index->inners, index->memory);
	index->memory->release(index->memory->context, index, sizeof *index);
}

bool spend_index_reserve(struct spend_index *index, uint32_t changes)
{
	uint64_t inners = (uint64_t)changes * (index->levels_max + 1);
	return spend_pool_reserve(&index->leaves, index->memory, changes) &&
	       spend_pool_reserve(&index->inners, index->memory, inners);
}

static uint32_t cell_of(const struct spend_key *key)
{
	ENSURE(key->tier < SPEND_TIERS && key->stage < SPEND_STAGES);
	return key->tier * SPEND_STAGES + key->stage;
}

static struct spend_place place_of(const struct spend_key *key)
{
	return (struct spend_place){key->spend, key->id};
}

void spend_index_add(struct spend_index *index, const struct spend_key *key)
{
	ENSURE(key->id != 0 && index->entries < SPEND_ENTRIES_MAX);
	spend_tree_add(index, &index->trees[cell_of(key)], place_of(key));
	index->entries++;
}

void spend_index_remove(struct spend_index *index, const struct spend_key *key)
{
	spend_tree_remove(index, &index->trees[cell_of(key)], place_of(key));
	index->entries--;
}

void spend_index_move(struct spend_index *index, const struct spend_key *from,
		      const struct spend_key *to)
{
	spend_index_remove(index, from);
	spend_index_add(index, to);
}

bool spend_index_has(const struct spend_index *index, const struct spend_key *key)
{
	struct spend_seek seek = {.place = place_of(key)};
	struct spend_place found;
	spend_seek_start(index, &index->trees[cell_of(key)], false, &seek);
	const struct spend_leaf *leaf = spend_seek_leaf(index, false, &seek);
	return leaf != NULL && spend_leaf_first(leaf, seek.place, &found) &&
	       found.spend == key->spend && found.id == key->id;
}

static void prefetch_window(const struct spend_index *index, const struct spend_key *keys,
			    uint32_t count)
{
	struct spend_seek seeks[WINDOW];
	const struct spend_leaf *leaves[WINDOW];
	for (uint32_t i = 0; i < count; i++) {
		seeks[i].place = place_of(&keys[i]);
		spend_seek_start(index, &index->trees[cell_of(&keys[i])], false, &seeks[i]);
	}
	for (uint32_t i = 0; i < count; i++)
		leaves[i] = spend_seek_leaf(index, false, &seeks[i]);
	for (uint32_t i = 0; i < count; i++)
		if (leaves[i] != NULL)
			spend_leaf_prefetch_change(leaves[i], seeks[i].place);
}

void spend_index_prefetch(const struct spend_index *index, const struct spend_key *keys,
			  uint32_t count)
{
	for (; count > WINDOW; count -= WINDOW, keys += WINDOW)
		prefetch_window(index, keys, WINDOW);
	prefetch_window(index, keys, count);
}

uint32_t spend_index_cells(const struct spend_index *index, const struct spend_query *query)
{
	uint8_t cells[SPEND_CELLS];
	return spend_seek_cells(index, query, cells);
}

uint64_t spend_index_cell_count(const struct spend_index *index, uint8_t tier, uint8_t stage)
{
	ENSURE(tier < SPEND_TIERS && stage < SPEND_STAGES);
	return index->trees[tier * SPEND_STAGES + stage].count;
}

/* Ranks on their way: entries below a spend, to be added or subtracted. */
struct ranks {
	struct spend_seek seeks[WINDOW];
	bool minus[WINDOW];
	uint32_t used;
};

static void rank_start(const struct spend_index *index, const struct spend_tree *tree,
		       int64_t spend, bool minus, struct ranks *ranks)
{
	uint32_t at = ranks->used++;
	ranks->minus[at] = minus;
	ranks->seeks[at].place = (struct spend_place){spend, 0};
	spend_seek_start(index, tree, true, &ranks->seeks[at]);
}

static uint64_t ranks_take(const struct spend_index *index, struct ranks *ranks)
{
	const struct spend_leaf *leaves[WINDOW];
	uint64_t total = 0; /* modulo 2^64 on the way */
	for (uint32_t i = 0; i < ranks->used; i++) {
		leaves[i] = spend_seek_leaf(index, true, &ranks->seeks[i]);
		spend_leaf_prefetch_scan(leaves[i], ranks->seeks[i].fill);
	}
	for (uint32_t i = 0; i < ranks->used; i++) {
		const struct spend_seek *seek = &ranks->seeks[i];
		uint64_t rank = seek->below + spend_leaf_below(leaves[i], seek->place.spend);
		total += ranks->minus[i] ? 0 - rank : rank;
	}
	ranks->used = 0;
	return total;
}

/* Entries of a tree in the range, but for the ranks started. */
static uint64_t count_tree(const struct spend_index *index, const struct spend_tree *tree,
			   const struct spend_query *query, struct ranks *ranks)
{
	if (query->to != INT64_MAX)
		rank_start(index, tree, query->to + !MUTANT(index_off_by_one), false, ranks);
	if (query->from != INT64_MIN)
		rank_start(index, tree, query->from, true, ranks);
	return query->to == INT64_MAX ? tree->count : 0;
}

uint64_t spend_index_count(const struct spend_index *index, const struct spend_query *query)
{
	struct ranks ranks;
	uint8_t cells[SPEND_CELLS];
	uint64_t total = 0;
	ranks.used = 0;
	if (query->from > query->to)
		return 0;
	uint32_t count = spend_seek_cells(index, query, cells);
	for (uint32_t i = 0; i < count; i++) {
		if (ranks.used > WINDOW - 2)
			total += ranks_take(index, &ranks);
		total += count_tree(index, &index->trees[cells[i]], query, &ranks);
	}
	return total + ranks_take(index, &ranks);
}
