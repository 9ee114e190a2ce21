/* spend_index.h -- every customer in the order (tier, stage, spend, id), counted.
 *
 *   cell (gold, active):        [ 31|5   64|1 ]             inner: separators, children, counts
 *                              /      |        \
 *         leaf <-> { 12|9 5|2 } { 40|1 31|5 } { 90|7 64|3 }   entries spend|id, in any order
 *
 * One counted B+ tree per (tier, stage), so that a move inside a cell touches one small tree and a
 * cell's count is a field.  A customer has one entry: the same (spend, id) is never in two cells.
 * Spend is in minor units of the currency.  An id is any u64 but 0.
 *
 * Thread rule: one thread at a time; the const functions may run together.
 */
#ifndef CRMDB_ENGINE_SPEND_INDEX_H
#define CRMDB_ENGINE_SPEND_INDEX_H
#include <stdbool.h>
#include <stdint.h>

#include "server/base/failure.h"
#include "server/base/memory.h"

#define SPEND_TIERS 16u
#define SPEND_STAGES 7u
#define SPEND_CELLS (SPEND_TIERS * SPEND_STAGES)
#define SPEND_ENTRIES_MAX UINT32_MAX /* as many as rows can be */

struct spend_index;

struct spend_key {
	uint8_t tier, stage;
	int64_t spend; /* minor units */
	uint64_t id;
};

/* `memory` is borrowed until close.  NULL: out of memory.  Owned by the caller; freed by close. */
struct spend_index *spend_index_open(const struct memory *memory);
void spend_index_close(struct spend_index *index);

/* Room for `changes` calls of add or move, in any mix with remove, which needs none.  Each call
 * replaces the promise of the one before.  A few instructions when there is room; `changes` is
 * meant to be a window or a frame, as it is planned for the worst: about 7 KiB a change.
 * False: out of memory; nothing changed and what was promised before still holds. */
bool spend_index_reserve(struct spend_index *index, uint32_t changes);

/* Cannot fail within what was reserved.  An entry to be added must not be there, one to be removed
 * must; anything else is a broken invariant of the caller (ENSURE). */
void spend_index_add(struct spend_index *index, const struct spend_key *key);
void spend_index_remove(struct spend_index *index, const struct spend_key *key);
void spend_index_move(struct spend_index *index, const struct spend_key *from,
		      const struct spend_key *to);

/* Is this very entry there?  O(log n). */
bool spend_index_has(const struct spend_index *index, const struct spend_key *key);

/* Bring what changes of these keys will touch nearer.  Pays for 8 keys or more at once (both keys
 * of each move).  The keys need not be in the index; their spend may be a guess. */
void spend_index_prefetch(const struct spend_index *index, const struct spend_key *keys,
			  uint32_t count);

/* Where bulk building gets its keys: `key_at` is called twice for each of 0..count-1, ascending. */
struct spend_source {
	void (*key_at)(void *context, uint64_t at, struct spend_key *out);
	void *context;
	uint64_t count;
};

/* Fill an empty index (ENSURE) with distinct keys that come in any order.  Takes 16 bytes an entry
 * beside the index, and 16 for each of the fullest cell, until it returns; linear time.
 * False: out of memory; the index is empty and usable. */
bool spend_index_build(struct spend_index *index, const struct spend_source *source);

/* A set of cells and a range of spend. */
struct spend_query {
	uint16_t tiers;   /* bit t: tier t */
	uint8_t stages;   /* bit s: stage s */
	int64_t from, to; /* minor units, both inclusive; from > to: no entry */
};

/* How many entries match: exact; O(log n) for each cell of the set, O(1) for a whole cell. */
uint64_t spend_index_count(const struct spend_index *index, const struct spend_query *query);
/* How many cells of the set have entries: what a count or page costs grows with it. */
uint32_t spend_index_cells(const struct spend_index *index, const struct spend_query *query);
uint64_t spend_index_cell_count(const struct spend_index *index, uint8_t tier, uint8_t stage);

/* A position between entries: beside the entry (spend, id), whether it exists or not. */
struct spend_place {
	int64_t spend; /* minor units */
	uint64_t id;
};

struct spend_page {
	struct spend_query query;
	const struct spend_place *after; /* begin behind it, in reading order; NULL: at the start */
	bool descending;                 /* highest spend first; ties by id, also highest first */
	uint32_t limit;                  /* entries */
};

/* The next entries in spend order over all cells of the query, into out[limit]; returns how many,
 * fewer than the limit only at the end.  The next page begins after the last entry of this one.
 * O(cells * log n + limit * log cells). */
uint32_t spend_index_page(const struct spend_index *index, const struct spend_page *page,
			  struct spend_key *out);

/* Prove order, counts, links, fill and memory of the whole index (spend_check.c).  Reads
 * everything. False: *failure says what is wrong where. */
bool spend_index_check(const struct spend_index *index, struct failure *failure);

#endif
