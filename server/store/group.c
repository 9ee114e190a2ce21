/* group.c -- see group.h.
 *
 * Records are appended in place; the buffer grows fourfold from 16 KiB, so that a group of one
 * event stays small and one of 4 MiB copies a third of itself on the way up.
 *
 *   G1  capacity is a multiple of GROUP_ALIGN and at least size: padding fits in place.
 *   G2  size <= LIMIT_GROUP_BYTES.
 */
#include "server/store/group.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/ensure.h"
#include "server/base/limits.h"

#define FIRST_CAPACITY (16u << 10)
#define FIRST_OFFSETS 64u
#define SIZE_FIELD 4u

static_assert(LIMIT_GROUP_BYTES % GROUP_ALIGN == 0, "G1 at the limit");
static_assert(FIRST_CAPACITY % GROUP_ALIGN == 0, "G1 from the start");

struct group *group_new(uint64_t first)
{
	struct group *group = calloc(1, sizeof *group);
	if (group == NULL)
		return NULL;
	group->first = first;
	group->size = GROUP_HEAD_BYTES;
	group->capacity = FIRST_CAPACITY;
	group->offsets_capacity = FIRST_OFFSETS;
	group->bytes = aligned_alloc(GROUP_ALIGN, FIRST_CAPACITY);
	group->offsets = malloc(FIRST_OFFSETS * sizeof *group->offsets);
	if (group->bytes != NULL && group->offsets != NULL)
		return group;
	group_free(group);
	return NULL;
}

void group_free(struct group *group)
{
	if (group == NULL)
		return;
	free(group->bytes);
	free(group->offsets);
	free(group);
}

static bool grow_bytes(struct group *group, uint32_t needed)
{
	uint32_t capacity = group->capacity;
	while (capacity < needed)
		capacity = capacity > LIMIT_GROUP_BYTES / 4 ? LIMIT_GROUP_BYTES : capacity * 4;
	uint8_t *bytes = aligned_alloc(GROUP_ALIGN, capacity);
	if (bytes == NULL)
		return false;
	memcpy(bytes, group->bytes, group->size);
	free(group->bytes);
	group->bytes = bytes;
	group->capacity = capacity; /* G1 */
	return true;
}

static bool grow_offsets(struct group *group)
{
	uint32_t capacity = group->offsets_capacity * 4;
	uint32_t *offsets = realloc(group->offsets, capacity * sizeof *offsets);
	if (offsets == NULL)
		return false;
	group->offsets = offsets;
	group->offsets_capacity = capacity;
	return true;
}

bool group_reserve(struct group *group, uint32_t size)
{
	if (size > LIMIT_GROUP_BYTES - SIZE_FIELD ||
	    group->size > LIMIT_GROUP_BYTES - SIZE_FIELD - size)
		return false; /* G2 */
	uint32_t needed = group->size + SIZE_FIELD + size;
	if (needed > group->capacity && !grow_bytes(group, needed))
		return false;
	return group->count < group->offsets_capacity || grow_offsets(group);
}

uint8_t *group_room(struct group *group)
{
	return group->bytes + group->size + SIZE_FIELD;
}

void group_commit(struct group *group, uint32_t size)
{
	ENSURE(size >= 8 && size <= LIMIT_EVENT_BYTES);
	ENSURE(group->capacity - group->size >= SIZE_FIELD + size); /* G1 */
	ENSURE(group->count < group->offsets_capacity);
	group->offsets[group->count++] = group->size;
	memcpy(group->bytes + group->size, &size, SIZE_FIELD);
	group->size += SIZE_FIELD + size;
}

const uint8_t *group_record(const struct group *group, uint64_t number, uint32_t *size)
{
	ENSURE(number >= group->first && number - group->first < group->count);
	const uint8_t *at = group->bytes + group->offsets[number - group->first];
	memcpy(size, at, SIZE_FIELD);
	return at + SIZE_FIELD;
}
