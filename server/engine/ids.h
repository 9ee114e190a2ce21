/* ids.h -- customer id -> row.  Ids come from the application and are not 0. */
#ifndef CRMDB_ENGINE_IDS_H
#define CRMDB_ENGINE_IDS_H
#include "server/engine/event.h"
#include "server/engine/index/table.h"

struct ids {
	struct table table;
};

struct ids_slot {
	uint64_t id;
	uint32_t row;
	uint32_t spare;
};

/* All zero but for the memory; the seed is set before the first insertion. */
void ids_open(struct ids *ids, const struct memory *memory);
void ids_close(struct ids *ids);

/* Room for `more` ids.  False: out of memory, nothing changed. */
bool ids_reserve(struct ids *ids, uint64_t more);

/* The row of `id`, or EVENT_ROW_UNKNOWN. */
uint32_t ids_find(const struct ids *ids, uint64_t id);
void ids_prefetch(const struct ids *ids, uint64_t id);

/* Needs room reserved.  Cannot fail: `id` is new, `row` is its row for ever. */
void ids_add(struct ids *ids, uint64_t id, uint32_t row);

/* Every entry in no order: start with *cursor 0; NULL at the end. */
const struct ids_slot *ids_next(const struct ids *ids, uint64_t *cursor);

#endif
