/* top.h -- the first n customers in an order, whatever order they come in.
 *
 *   heap      the last of those kept at its root: who is behind it is not kept; while all came in
 *             their order, as from the index, they are as they came
 *   values    what is shown of each, captured when it is kept
 *
 * Customers without a value come last; ties are broken by customer, in the same direction.
 */
#ifndef CRMDB_ENGINE_QUERY_TOP_H
#define CRMDB_ENGINE_QUERY_TOP_H
#include <stdbool.h>
#include <stdint.h>

#include "protocol/wire_types.h"
#include "server/base/memory.h"

struct top_key {
	bool null;
	int64_t value;
	uint64_t id;
	struct wire_text text; /* of a value that is a word: compared instead of it, byte by byte */
};

struct top_item {
	struct top_key key;
	uint64_t id; /* the customer, whatever the key says */
	uint32_t slot;
};

struct top {
	const struct memory *memory; /* borrowed until top_close */
	struct top_item *items;
	uint64_t *values; /* `width` of each slot */
	uint32_t count, limit, width;
	bool descending, in_order;
};

/* False: out of memory. */
bool top_open(struct top *top, const struct memory *memory, uint32_t limit, uint32_t width);
void top_close(struct top *top);

bool top_before(const struct top_key *a, const struct top_key *b, bool descending);

/* Where to capture the values of this customer; NULL: it is not among the first. */
uint64_t *top_offer(struct top *top, const struct top_key *key, uint64_t id);

/* In their order, from here on: no more offers. */
void top_sort(struct top *top);

static inline const uint64_t *top_values(const struct top *top, const struct top_item *item)
{
	return top->values + (uint64_t)item->slot * top->width;
}

#endif
