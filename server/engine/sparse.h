/* sparse.h -- fields that few customers have: (row, field) -> value, for those alone.
 *
 * A dense column costs its width for each customer; below about one in a hundred a slot of 16 bytes
 * for each that has it is less.  No value is the value 0.
 */
#ifndef CRMDB_ENGINE_SPARSE_H
#define CRMDB_ENGINE_SPARSE_H
#include "server/engine/index/table.h"

struct sparse {
	struct table table;
};

struct sparse_slot {
	uint64_t key; /* (row + 1) << 16 | field */
	uint64_t value;
};

void sparse_open(struct sparse *sparse, const struct memory *memory);
void sparse_close(struct sparse *sparse);

/* Room for `more` calls of sparse_set.  False: out of memory. */
bool sparse_reserve(struct sparse *sparse, uint64_t more);

uint64_t sparse_get(const struct sparse *sparse, uint32_t row, uint16_t field);
/* Needs room reserved.  Cannot fail. */
void sparse_set(struct sparse *sparse, uint32_t row, uint16_t field, uint64_t value);

/* Every slot in no order, those of value 0 included: start with *cursor 0; NULL at the end. */
const struct sparse_slot *sparse_next(const struct sparse *sparse, uint64_t *cursor);

static inline uint32_t sparse_row(const struct sparse_slot *slot)
{
	return (uint32_t)((slot->key >> 16) - 1);
}

#endif
