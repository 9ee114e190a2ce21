/* groups.c -- see groups.h: open addressing at half load, doubled when it fills. */
#include "server/engine/query/groups.h"

#include <string.h>

#include "protocol/limits.h"
#include "server/base/hash.h"

#define FIRST_GROUPS 256u

void groups_open(struct groups *groups, const struct memory *memory)
{
	*groups = (struct groups){.memory = memory};
}

void groups_close(struct groups *groups)
{
	const struct memory *memory = groups->memory;
	if (groups->items != NULL)
		memory->release(memory->context, groups->items,
				groups->capacity * sizeof groups->items[0]);
	if (groups->slots != NULL)
		memory->release(memory->context, groups->slots,
				groups->slot_count * sizeof groups->slots[0]);
	groups_open(groups, memory);
}

static bool has_keys(const struct group_of *group, const int64_t keys[2])
{
	return group->keys[0] == keys[0] && group->keys[1] == keys[1];
}

static uint32_t *slot_of(const struct groups *groups, const int64_t keys[2])
{
	uint64_t hash = hash_u64((uint64_t)keys[1], hash_u64((uint64_t)keys[0], 0));
	for (uint32_t at = (uint32_t)hash;; at++) {
		uint32_t *slot = &groups->slots[at & (groups->slot_count - 1)];
		if (*slot == 0 || has_keys(&groups->items[*slot - 1], keys))
			return slot;
	}
}

static bool grow(struct groups *groups)
{
	const struct memory *memory = groups->memory;
	struct groups larger = {.memory = memory, .count = groups->count};
	larger.capacity = groups->capacity == 0 ? FIRST_GROUPS : 2 * groups->capacity;
	larger.slot_count = 2 * larger.capacity;
	larger.items = memory->allocate(memory->context, larger.capacity * sizeof larger.items[0]);
	larger.slots =
	    memory->allocate(memory->context, larger.slot_count * sizeof larger.slots[0]);
	if (larger.items == NULL || larger.slots == NULL) {
		groups_close(&larger);
		return false;
	}
	if (groups->count > 0)
		memcpy(larger.items, groups->items, groups->count * sizeof larger.items[0]);
	for (uint32_t i = 0; i < larger.count; i++)
		*slot_of(&larger, larger.items[i].keys) = i + 1;
	groups_close(groups);
	*groups = larger;
	return true;
}

static struct group_of *find(struct groups *groups, const int64_t keys[2])
{
	if (groups->count == groups->capacity &&
	    (groups->count >= LIMIT_QUERY_GROUPS || !grow(groups)))
		return groups->count == 0 || *slot_of(groups, keys) == 0
			   ? NULL
			   : &groups->items[*slot_of(groups, keys) - 1];
	uint32_t *slot = slot_of(groups, keys);
	if (*slot == 0) {
		*slot = ++groups->count;
		groups->items[*slot - 1] = (struct group_of){.keys = {keys[0], keys[1]},
							     .number = *slot - 1,
							     .least = INT64_MAX,
							     .greatest = INT64_MIN};
	}
	return &groups->items[*slot - 1];
}

struct group_of *groups_find(struct groups *groups, const int64_t keys[2], const uint64_t raw[2])
{
	struct group_of *group = find(groups, keys);
	if (group == NULL)
		return NULL;
	group->raw[0] = raw[0];
	group->raw[1] = raw[1];
	*groups_memo(groups, raw) = group->number + 1;
	return group;
}

static bool before(const struct group_of *a, const struct group_of *b)
{
	return a->keys[0] != b->keys[0] ? a->keys[0] < b->keys[0] : a->keys[1] < b->keys[1];
}

static void swap(struct groups *groups, uint32_t a, uint32_t b)
{
	struct group_of item = groups->items[a];
	groups->items[a] = groups->items[b];
	groups->items[b] = item;
}

static void sink(struct groups *groups, uint32_t at, uint32_t count)
{
	for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
		if (child + 1 < count && before(&groups->items[child], &groups->items[child + 1]))
			child++;
		if (!before(&groups->items[at], &groups->items[child]))
			return;
		swap(groups, at, child);
		at = child;
	}
}

void groups_sort(struct groups *groups)
{
	for (uint32_t at = groups->count / 2; at-- > 0;)
		sink(groups, at, groups->count);
	for (uint32_t left = groups->count; left-- > 1;) {
		swap(groups, 0, left);
		sink(groups, 0, left);
	}
}
