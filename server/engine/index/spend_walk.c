/* spend_walk.c -- pages in spend order over a set of cells: a merge of one cursor a cell.
 *
 *   heap      the cursor whose entry comes next is on top
 *   cursors   gold/new: 12|9       gold/active: 5|2     vip/active: 31|7
 *   leaves    { 40|1 12|9 }        { 5|2 77|3 }         { 31|7 }
 *
 * A cursor holds the entry it stands on and its leaf; the next entry is the least one of the leaf
 * beyond it, found by reading the leaf again (35 entries in the nearest cache), so nothing is
 * sorted or copied and a page needs no memory but the cursors on the stack.
 */
#include "server/engine/index/spend_private.h"

struct cursor {
	const struct spend_leaf *leaf;
	struct spend_place at;
	struct spend_seek seek;
	uint8_t tier, stage;
};

struct walk {
	const struct spend_index *index;
	bool descending;
	struct spend_place start, end; /* inclusive, in reading order */
	uint32_t size;
	uint8_t heap[SPEND_CELLS]; /* numbers of cursors; none follows one below it */
	struct cursor cursors[SPEND_CELLS];
};

/* Comes a before b in reading order? */
static bool before(const struct walk *walk, struct spend_place a, struct spend_place b)
{
	return walk->descending ? spend_less(b, a) : spend_less(a, b);
}

/* The next possible place in reading order.  False: there is none. */
static bool step(const struct walk *walk, struct spend_place *place)
{
	if (place->id != (walk->descending ? 0 : UINT64_MAX)) {
		place->id += walk->descending ? UINT64_MAX : 1;
		return true;
	}
	if (place->spend == (walk->descending ? INT64_MIN : INT64_MAX))
		return false;
	place->spend += walk->descending ? -1 : 1;
	place->id = walk->descending ? UINT64_MAX : 0;
	return true;
}

/* To the first entry from `from` on, in this leaf or behind.  False: the cursor is at its end. */
static bool settle(const struct walk *walk, struct cursor *cursor, struct spend_place from)
{
	for (;;) {
		bool found = walk->descending ? spend_leaf_last(cursor->leaf, from, &cursor->at)
					      : spend_leaf_first(cursor->leaf, from, &cursor->at);
		if (found)
			return !before(walk, walk->end, cursor->at);
		uint32_t next = walk->descending ? cursor->leaf->prev : cursor->leaf->next;
		if (next == 0)
			return false;
		cursor->leaf = spend_leaf_at(walk->index, next);
		spend_leaf_prefetch_scan(cursor->leaf, SPEND_LEAF);
	}
}

static bool sooner(const struct walk *walk, uint32_t a, uint32_t b)
{
	return before(walk, walk->cursors[walk->heap[a]].at, walk->cursors[walk->heap[b]].at);
}

static void sift_down(struct walk *walk, uint32_t at)
{
	for (;;) {
		uint32_t child = at * 2 + 1;
		if (child + 1 < walk->size && sooner(walk, child + 1, child))
			child++;
		if (child >= walk->size || !sooner(walk, child, at))
			return;
		uint8_t number = walk->heap[at];
		walk->heap[at] = walk->heap[child];
		walk->heap[child] = number;
		at = child;
	}
}

/* Start and end in reading order.  False: nothing can match. */
static bool set_range(struct walk *walk, const struct spend_page *page)
{
	struct spend_place low = {page->query.from, 0}, high = {page->query.to, UINT64_MAX};
	walk->descending = page->descending;
	walk->start = page->descending ? high : low;
	walk->end = page->descending ? low : high;
	if (page->query.from > page->query.to)
		return false;
	if (page->after == NULL)
		return true;
	struct spend_place after = *page->after;
	if (!step(walk, &after))
		return false;
	if (before(walk, walk->start, after))
		walk->start = after;
	return !before(walk, walk->end, walk->start);
}

/* A cursor on every cell of the query, all leaves on their way before the first is read. */
static void set_cursors(struct walk *walk, const struct spend_query *query)
{
	uint8_t cells[SPEND_CELLS];
	uint32_t seeking = spend_seek_cells(walk->index, query, cells);
	for (uint32_t i = 0; i < seeking; i++) {
		struct cursor *cursor = &walk->cursors[i];
		cursor->tier = cells[i] / SPEND_STAGES;
		cursor->stage = cells[i] % SPEND_STAGES;
		cursor->seek.place = walk->start;
		spend_seek_start(walk->index, &walk->index->trees[cells[i]], false, &cursor->seek);
	}
	for (uint32_t i = 0; i < seeking; i++) {
		struct cursor *cursor = &walk->cursors[i];
		cursor->leaf = spend_seek_leaf(walk->index, false, &cursor->seek);
		spend_leaf_prefetch_scan(cursor->leaf, SPEND_LEAF);
	}
	for (uint32_t i = 0; i < seeking; i++)
		if (settle(walk, &walk->cursors[i], walk->start))
			walk->heap[walk->size++] = (uint8_t)i;
	for (uint32_t at = walk->size / 2; at-- > 0;)
		sift_down(walk, at);
}

uint32_t spend_index_page(const struct spend_index *index, const struct spend_page *page,
			  struct spend_key *out)
{
	struct walk walk;
	uint32_t count = 0;
	walk.index = index;
	walk.size = 0;
	if (!set_range(&walk, page))
		return 0;
	set_cursors(&walk, &page->query);
	while (count < page->limit && walk.size > 0) {
		struct cursor *top = &walk.cursors[walk.heap[0]];
		struct spend_place next = top->at;
		out[count++] = (struct spend_key){top->tier, top->stage, top->at.spend, top->at.id};
		if (!step(&walk, &next) || !settle(&walk, top, next))
			walk.heap[0] = walk.heap[--walk.size];
		sift_down(&walk, 0);
	}
	return count;
}
