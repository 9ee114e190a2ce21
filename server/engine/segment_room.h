/* segment_room.h -- what hangs on a saved segment; included only inside server/engine. */
#ifndef CRMDB_ENGINE_SEGMENT_ROOM_H
#define CRMDB_ENGINE_SEGMENT_ROOM_H
#include "server/engine/query/chunk.h"
#include "server/engine/query/flips.h"
#include "server/engine/settle.h"

struct segment_room {
	struct bound bound; /* for today */
	char texts[LIMIT_NAME_BYTES + LIMIT_PREDICATE_BYTES + LIMIT_SEGMENT_SOURCE];
};
static_assert(sizeof(((struct segment_room *)0)->texts) + 256 <= SEGMENT_EVENT_BYTES,
	      "the event has room for the texts");

#define SEGMENTS_ARENA_BYTES chunk_arena(CHUNK_PLACES, CHUNK_BLOCK)

#endif
