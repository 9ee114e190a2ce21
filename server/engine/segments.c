/* segments.c -- see segments.h.
 *
 * The room of a segment is 110 KB, whatever its condition: it is bound again each day, and may not
 * run out then.  One that is spare is kept, so that applying needs no memory.
 */
#include "server/engine/segments.h"

#include <string.h>

#include "server/engine/segment_room.h"

void segments_open(struct segments *segments, const struct memory *memory)
{
	*segments = (struct segments){.memory = memory};
}

static void release(const struct memory *memory, void *block, size_t size)
{
	if (block != NULL)
		memory->release(memory->context, block, size);
}

void segments_close(struct segments *segments)
{
	const struct memory *memory = segments->memory;
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++)
		release(memory, segments->all[i].room, sizeof(struct segment_room));
	release(memory, segments->spare, sizeof(struct segment_room));
	release(memory, segments->flips, sizeof(struct flips));
	release(memory, segments->newest, sizeof(struct flips));
	release(memory, segments->arena, SEGMENTS_ARENA_BYTES);
}

bool segments_reserve(struct segments *segments)
{
	const struct memory *memory = segments->memory;
	if (segments->spare == NULL)
		segments->spare = memory->allocate(memory->context, sizeof(struct segment_room));
	if (segments->flips == NULL)
		segments->flips = memory->allocate(memory->context, sizeof(struct flips));
	if (segments->newest == NULL)
		segments->newest = memory->allocate(memory->context, sizeof(struct flips));
	if (segments->arena == NULL)
		segments->arena = memory->allocate(memory->context, SEGMENTS_ARENA_BYTES);
	return segments->spare != NULL && segments->flips != NULL && segments->newest != NULL &&
	       segments->arena != NULL;
}

const struct segment *segments_named(const struct segments *segments, struct wire_text name)
{
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++) {
		const struct segment *segment = &segments->all[i];
		if (segment->room != NULL && segment->name.size == name.size &&
		    memcmp(segment->name.bytes, name.bytes, name.size) == 0)
			return segment;
	}
	return NULL;
}

uint32_t segments_free_number(const struct segments *segments)
{
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++) {
		uint32_t number = (segments->next + i) % LIMIT_SEGMENTS; /* G2 */
		if (segments->all[number].room == NULL)
			return number;
	}
	return LIMIT_SEGMENTS;
}
