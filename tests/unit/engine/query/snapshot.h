/* snapshot.h -- all customers as they were at one event, and what a question of then must find. */
#ifndef CRMDB_TESTS_ENGINE_QUERY_SNAPSHOT_H
#define CRMDB_TESTS_ENGINE_QUERY_SNAPSHOT_H
#include "tests/unit/engine/query/seen_fields.h"

struct snapshot {
	struct seen *seen;
	uint32_t count;
	uint64_t applied;
	uint32_t users; /* questions that began here */
};

static inline void snapshot_take(struct snapshot *snapshot, const struct engine *engine)
{
	snapshot->seen = realloc(snapshot->seen, (engine->rows.count + 1) * sizeof(struct seen));
	assert_non_null(snapshot->seen);
	snapshot->count = 0;
	snapshot->applied = engine->applied;
	for (uint32_t row = 0; row < engine->rows.count; row++)
		if (rows_hot(&engine->rows, row)->erased == 0)
			snapshot->seen[snapshot->count++] = seen_of(engine, row);
}

static inline struct seen *snapshot_find(const struct snapshot *snapshot, uint64_t customer)
{
	for (uint32_t i = 0; i < snapshot->count; i++)
		if (snapshot->seen[i].id == customer)
			return &snapshot->seen[i];
	return NULL;
}

static inline bool seen_passes(struct seen *seen, struct wire_text program)
{
	struct naive naive = {seen, seen->today, seen_value, seen_tag, seen_rank, NULL};
	return naive_passes(&naive, program);
}

/* Those who pass, in the order of their rows; owned by the caller. */
struct found {
	struct seen **seen;
	uint32_t count;
};

static inline struct found snapshot_ask(const struct snapshot *snapshot, struct wire_text program)
{
	struct found found = {malloc((snapshot->count + 1) * sizeof(struct seen *)), 0};
	assert_non_null(found.seen);
	for (uint32_t i = 0; i < snapshot->count; i++)
		if (seen_passes(&snapshot->seen[i], program))
			found.seen[found.count++] = &snapshot->seen[i];
	return found;
}

/* --- the order of pages --- */

struct snapshot_order {
	int place; /* -1: of creation */
	bool descending;
};

struct snapshot_key {
	bool none;
	naive_number value;
	uint64_t id;
	struct wire_text word; /* in place of a number */
};

static inline struct snapshot_key snapshot_key(const struct snapshot_order *order,
					       struct seen *seen)
{
	if (order->place < 0)
		return (struct snapshot_key){.value = seen->row};
	struct naive_value value = seen_value(seen, (uint32_t)order->place);
	bool word = order->place >= CATALOGUE_region && order->place <= CATALOGUE_partner;
	if (word && !value.none)
		return (struct snapshot_key){.id = seen->id, .word = value.text};
	return (struct snapshot_key){
	    .none = value.none, .value = value.none ? 0 : value.number, .id = seen->id};
}

static inline int snapshot_compare(struct wire_text a, struct wire_text b)
{
	for (uint32_t i = 0; i < a.size && i < b.size; i++)
		if (a.bytes[i] != b.bytes[i])
			return (uint8_t)a.bytes[i] < (uint8_t)b.bytes[i] ? -1 : 1;
	return a.size == b.size ? 0 : a.size < b.size ? -1 : 1;
}

static inline bool snapshot_before(const struct snapshot_order *order, const struct snapshot_key *a,
				   const struct snapshot_key *b)
{
	if (a->none != b->none)
		return b->none; /* without a value last, in both directions */
	int words = snapshot_compare(a->word, b->word);
	if (words != 0)
		return order->descending ? words > 0 : words < 0;
	if (a->value != b->value)
		return order->descending ? a->value > b->value : a->value < b->value;
	return order->descending ? a->id > b->id : a->id < b->id;
}

/* Put those behind `after` (NULL: all) in order. */
static inline void snapshot_sort(struct found *found, const struct snapshot_order *order,
				 const struct snapshot_key *after)
{
	uint32_t kept = 0;
	struct snapshot_key *keys = malloc((found->count + 1) * sizeof *keys);
	assert_non_null(keys);
	for (uint32_t i = 0; i < found->count; i++) {
		struct snapshot_key key = snapshot_key(order, found->seen[i]);
		struct seen *seen = found->seen[i];
		uint32_t at = kept;
		if (after != NULL && !snapshot_before(order, after, &key))
			continue;
		for (; at > 0 && snapshot_before(order, &key, &keys[at - 1]); at--) {
			keys[at] = keys[at - 1];
			found->seen[at] = found->seen[at - 1];
		}
		keys[at] = key;
		found->seen[at] = seen;
		kept++;
	}
	found->count = kept;
	free(keys);
}

#endif
