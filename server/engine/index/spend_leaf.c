/* spend_leaf.c -- at most 48 entries in no order, found by one byte of their id's hash.
 *
 * Why no order: a change touches the head line (fill and tags), the line of the entry and that of
 * the last entry: 3 lines of 13, where a sorted leaf shifts half of itself.  A count reads the
 * leaves at the two ends of its range whole; a page looks for the next entry by reading its leaf
 * again, which is in the nearest cache after the first time.
 *
 *   L1  entry[0..fill) are distinct; tag[i] is of entry[i].id.
 */
#include "server/engine/index/spend_private.h"

#define WORDS (SPEND_LEAF / 8u)
#define LOW_BITS UINT64_C(0x7f7f7f7f7f7f7f7f)

uint8_t spend_leaf_tag(uint64_t id)
{
	return (uint8_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 56);
}

/* Which of eight tags are `tag`: 0x80 in the bytes where they are, 0 in the others. */
static uint64_t same_tags(const struct spend_leaf *leaf, uint32_t word, uint8_t tag)
{
	uint64_t tags;
	memcpy(&tags, leaf->tag + (size_t)word * 8, sizeof tags);
	tags ^= tag * UINT64_C(0x0101010101010101);
	return ~(((tags & LOW_BITS) + LOW_BITS) | tags | LOW_BITS);
}

static uint32_t first_tag(uint64_t same, uint32_t word)
{
	return word * 8 + (uint32_t)__builtin_ctzll(same) / 8;
}

/* Where `key` is; fill when it is not here. */
static uint32_t find(const struct spend_leaf *leaf, struct spend_place key)
{
	uint8_t tag = spend_leaf_tag(key.id);
	for (uint32_t word = 0; word * 8 < leaf->fill; word++) {
		uint64_t same = same_tags(leaf, word, tag);
		for (; same != 0; same &= same - 1) {
			uint32_t at = first_tag(same, word);
			if (at < leaf->fill && leaf->entry[at].id == key.id &&
			    leaf->entry[at].spend == key.spend)
				return at;
		}
	}
	return leaf->fill;
}

void spend_leaf_add(struct spend_leaf *leaf, struct spend_place key)
{
	ENSURE(leaf->fill < SPEND_LEAF && find(leaf, key) == leaf->fill); /* L1 */
	leaf->tag[leaf->fill] = spend_leaf_tag(key.id);
	leaf->entry[leaf->fill++] = key;
}

void spend_leaf_remove(struct spend_leaf *leaf, struct spend_place key)
{
	uint32_t at = find(leaf, key);
	ENSURE(at < leaf->fill);
	leaf->fill--;
	leaf->tag[at] = leaf->tag[leaf->fill];
	leaf->entry[at] = leaf->entry[leaf->fill];
}

void spend_leaf_sort(struct spend_leaf *leaf)
{
	for (uint32_t i = 1; i < leaf->fill; i++) {
		struct spend_place entry = leaf->entry[i];
		uint32_t at = i;
		for (; at > 0 && spend_less(entry, leaf->entry[at - 1]); at--)
			leaf->entry[at] = leaf->entry[at - 1];
		leaf->entry[at] = entry;
	}
	for (uint32_t i = 0; i < leaf->fill; i++)
		leaf->tag[i] = spend_leaf_tag(leaf->entry[i].id);
}

void spend_leaf_append(struct spend_leaf *leaf, const struct spend_place *entries, uint32_t count)
{
	ENSURE(count <= SPEND_LEAF - leaf->fill);
	for (uint32_t i = 0; i < count; i++) {
		leaf->tag[leaf->fill] = spend_leaf_tag(entries[i].id);
		leaf->entry[leaf->fill++] = entries[i];
	}
}

uint32_t spend_leaf_below(const struct spend_leaf *leaf, int64_t spend)
{
	uint32_t below = 0;
	for (uint32_t i = 0; i < leaf->fill; i++)
		below += leaf->entry[i].spend < spend;
	return below;
}

/* One number in the order of places, so that comparing is two instructions and no jump. */
__extension__ typedef unsigned __int128 rank;

static inline rank rank_of(struct spend_place place)
{
	return (rank)((uint64_t)place.spend ^ UINT64_C(1) << 63) << 64 | place.id;
}

static inline struct spend_place place_of(rank value)
{
	return (struct spend_place){(int64_t)((uint64_t)(value >> 64) ^ UINT64_C(1) << 63),
				    (uint64_t)value};
}

bool spend_leaf_first(const struct spend_leaf *leaf, struct spend_place key,
		      struct spend_place *out)
{
	rank from = rank_of(key), best = ~(rank)0; /* distance from `from`, wrapped below it */
	for (uint32_t i = 0; i < leaf->fill; i++) {
		rank entry = rank_of(leaf->entry[i]);
		rank distance = entry - from;
		best = distance < best ? distance : best;
	}
	*out = place_of(from + best);
	return leaf->fill > 0 && from + best >= from;
}

bool spend_leaf_last(const struct spend_leaf *leaf, struct spend_place key, struct spend_place *out)
{
	rank to = rank_of(key), best = ~(rank)0;
	for (uint32_t i = 0; i < leaf->fill; i++) {
		rank distance = to - rank_of(leaf->entry[i]);
		best = distance < best ? distance : best;
	}
	*out = place_of(to - best);
	return leaf->fill > 0 && to - best <= to;
}

/* The head is near already: a tag that fits says where the entry is. */
void spend_leaf_prefetch_change(const struct spend_leaf *leaf, struct spend_place key)
{
	uint8_t tag = spend_leaf_tag(key.id);
	for (uint32_t word = 0; word < WORDS; word++) {
		uint64_t same = same_tags(leaf, word, tag);
		if (same != 0)
			__builtin_prefetch(&leaf->entry[first_tag(same, word)], 1);
	}
	__builtin_prefetch(&leaf->entry[leaf->fill == 0 ? 0 : leaf->fill - 1], 1);
	__builtin_prefetch(&leaf->entry[leaf->fill == SPEND_LEAF ? 0 : leaf->fill], 1);
}

void spend_leaf_prefetch_scan(const struct spend_leaf *leaf, uint32_t fill)
{
	for (uint32_t i = 0; i < fill; i += SPEND_LINE_BYTES / sizeof *leaf->entry)
		__builtin_prefetch(&leaf->entry[i]);
}
