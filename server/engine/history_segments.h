/* history_segments.h -- what a day's record says of saved segments: where saved segments and the
 * history meet. */
#ifndef CRMDB_ENGINE_HISTORY_SEGMENTS_H
#define CRMDB_ENGINE_HISTORY_SEGMENTS_H
#include "server/engine/state.h"

/* The saved segments as they are now, by number; returns how many. */
uint32_t history_segments(const struct engine *engine, struct history_segment out[LIMIT_SEGMENTS]);

/* The saved segment of a name, as it is now.  False: none has it. */
bool history_segment_named(const struct engine *engine, struct wire_text name,
			   struct history_segment *out);

#endif
