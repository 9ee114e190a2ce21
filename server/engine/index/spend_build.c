/* spend_build.c -- a whole index from keys in any order: dealt to cells, sorted, packed in leaves.
 *
 *   keys --count--> [ cell 0 | cell 1 | ... ]   entries, 16 bytes each
 *                     radix sort, cell by cell, by way of `spare`
 *                   leaf leaf leaf ...          36 of 48 places filled
 *
 * The radix sort goes from the least byte of the id to the highest of the spend and leaves out
 * every byte that is the same in all entries of the cell: 5 to 8 of 16 are left in practice.
 * Leaves are not filled, else the first addition to each would split it.
 */
#include "server/engine/index/spend_private.h"

#define LEAF_FILL (SPEND_LEAF / 4u * 3u)
#define BYTES 16u
#define SIGN ((uint64_t)1 << 63)

struct build {
	struct spend_index *index;
	struct spend_place *entries, *spare;
	uint64_t count, spare_count;
	uint64_t start[SPEND_CELLS + 1]; /* of the cells in entries */
};

static uint32_t byte_of(const struct spend_place *entry, uint32_t byte)
{
	uint64_t word = byte < 8 ? entry->id : (uint64_t)entry->spend ^ SIGN;
	return word >> byte % 8 * 8 & 0xff;
}

/* Sort by one byte, keeping the order of equal ones.  False: all equal, nothing was moved. */
static bool sort_byte(const struct spend_place *from, struct spend_place *to, uint64_t count,
		      uint32_t byte)
{
	uint64_t at[257] = {0};
	for (uint64_t i = 0; i < count; i++)
		at[byte_of(&from[i], byte) + 1]++;
	if (at[byte_of(&from[0], byte) + 1] == count)
		return false;
	for (uint32_t value = 0; value < 256; value++)
		at[value + 1] += at[value];
	for (uint64_t i = 0; i < count; i++)
		to[at[byte_of(&from[i], byte)]++] = from[i];
	return true;
}

/* The sorted entries are in one of the two places; returns which. */
static const struct spend_place *sort(struct spend_place *entries, struct spend_place *spare,
				      uint64_t count)
{
	for (uint32_t byte = 0; byte < BYTES && count > 0; byte++) {
		if (!sort_byte(entries, spare, count, byte))
			continue;
		struct spend_place *sorted = spare;
		spare = entries;
		entries = sorted;
	}
	return entries;
}

static void pack_cell(struct spend_index *index, uint32_t cell, const struct spend_place *sorted,
		      uint64_t count)
{
	uint64_t leaves = (count + LEAF_FILL - 1) / LEAF_FILL;
	for (uint64_t i = 1; i < count; i++)
		ENSURE(spend_less(sorted[i - 1], sorted[i]));
	for (uint64_t i = 0; i < leaves; i++) {
		uint64_t from = count * i / leaves, to = count * (i + 1) / leaves;
		uint32_t number = spend_pool_take(&index->leaves);
		spend_leaf_append(spend_leaf_at(index, number), sorted + from,
				  (uint32_t)(to - from));
		spend_tree_append(index, &index->trees[cell], number);
	}
	index->entries += (uint32_t)count;
}

/* Count the entries of each cell and find where each begins. */
static void count_cells(struct build *build, const struct spend_source *source)
{
	struct spend_key key;
	for (uint64_t i = 0; i < source->count; i++) {
		source->key_at(source->context, i, &key);
		ENSURE(key.tier < SPEND_TIERS && key.stage < SPEND_STAGES && key.id != 0);
		build->start[key.tier * SPEND_STAGES + key.stage + 1]++;
	}
	for (uint32_t cell = 0; cell < SPEND_CELLS; cell++) {
		if (build->start[cell + 1] > build->spare_count)
			build->spare_count = build->start[cell + 1];
		build->start[cell + 1] += build->start[cell];
	}
}

/* Nodes that pack_cell will take: an inner node gets 48 children, the last of a level fewer. */
static bool reserve_nodes(const struct build *build)
{
	struct spend_index *index = build->index;
	uint64_t leaves = 0, inners = 0;
	for (uint32_t cell = 0; cell < SPEND_CELLS; cell++) {
		uint64_t count = build->start[cell + 1] - build->start[cell];
		uint64_t level = (count + LEAF_FILL - 1) / LEAF_FILL;
		leaves += level;
		for (; level > 1; inners += level)
			level = level / (SPEND_INNER / 4 * 3) + 1;
	}
	return spend_pool_reserve(&index->leaves, index->memory, leaves) &&
	       spend_pool_reserve(&index->inners, index->memory, inners);
}

static void *allocate(const struct build *build, uint64_t count)
{
	const struct memory *memory = build->index->memory;
	return memory->allocate(memory->context, count * sizeof(struct spend_place));
}

static void release(const struct build *build, void *block, uint64_t count)
{
	const struct memory *memory = build->index->memory;
	if (block != NULL)
		memory->release(memory->context, block, count * sizeof(struct spend_place));
}

static void deal(struct build *build, const struct spend_source *source)
{
	uint64_t next[SPEND_CELLS];
	struct spend_key key;
	memcpy(next, build->start, sizeof next);
	for (uint64_t i = 0; i < source->count; i++) {
		source->key_at(source->context, i, &key);
		uint64_t *at = &next[key.tier * SPEND_STAGES + key.stage];
		build->entries[(*at)++] = (struct spend_place){key.spend, key.id};
	}
}

static void pack(const struct build *build)
{
	for (uint32_t cell = 0; cell < SPEND_CELLS; cell++) {
		uint64_t start = build->start[cell], count = build->start[cell + 1] - start;
		pack_cell(build->index, cell, sort(build->entries + start, build->spare, count),
			  count);
	}
}

bool spend_index_build(struct spend_index *index, const struct spend_source *source)
{
	struct build build = {.index = index, .count = source->count};
	ENSURE(index->entries == 0 && source->count <= SPEND_ENTRIES_MAX);
	if (source->count == 0)
		return true;
	count_cells(&build, source);
	build.entries = allocate(&build, build.count);
	build.spare = allocate(&build, build.spare_count);
	bool room = build.entries != NULL && build.spare != NULL && reserve_nodes(&build);
	if (room) {
		deal(&build, source);
		pack(&build);
	}
	release(&build, build.spare, build.spare_count);
	release(&build, build.entries, build.count);
	return room;
}
