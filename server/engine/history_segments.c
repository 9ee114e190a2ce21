/* history_segments.c -- see history_segments.h. */
#include "server/engine/history_segments.h"

static struct history_segment as_it_is(const struct engine *engine, const struct segment *segment)
{
	return (struct history_segment){(uint8_t)segments_number(&engine->segments, segment),
					segment->event, segment->customers};
}

uint32_t history_segments(const struct engine *engine, struct history_segment out[LIMIT_SEGMENTS])
{
	uint32_t count = 0;
	for (uint64_t live = engine->segments.live; live != 0; live &= live - 1)
		out[count++] =
		    as_it_is(engine, &engine->segments.all[(uint32_t)__builtin_ctzll(live)]);
	return count;
}

bool history_segment_named(const struct engine *engine, struct wire_text name,
			   struct history_segment *out)
{
	const struct segment *segment = segments_named(&engine->segments, name);
	if (segment != NULL)
		*out = as_it_is(engine, segment);
	return segment != NULL;
}
