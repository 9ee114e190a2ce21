/* settle.h -- keeping saved segments right: what the server asks of the engine (engine.h).
 *
 *   events, days --> customers touched --engine_settle--> events of membership, in the same group
 *   segment_saved --> engine_build, in slices, until its first members are known
 *
 * Settle before a group is closed, a day begins, or a segment is asked for, saved or dropped; and
 * before more than SETTLE_MOST customers are touched. */
#ifndef CRMDB_ENGINE_SETTLE_H
#define CRMDB_ENGINE_SETTLE_H
#include "server/engine/engine.h"

#define SETTLE_MOST 1024u /* customers touched at a time */
/* Size of an event of membership at most, and of one that saves a segment. */
#define SETTLE_EVENT_BYTES 96u
#define SEGMENT_EVENT_BYTES (24u << 10)

/* True: *event is to be applied before anything else, then this asked again.  It needs no room in
 * the engine. */
bool engine_settle(struct engine *engine, int64_t now_us, struct event *event);
/* Customers to be settled. */
uint32_t engine_touched(const struct engine *engine);

/* The event that saved the segment of this name, and its bit; 0: there is none. */
uint64_t engine_find_segment(const struct engine *engine, struct wire_text name, uint8_t *bit);

/* Is a segment being built?  Then no day may begin, and none be saved or dropped. */
bool engine_is_building(const struct engine *engine);
/* Judge up to `rows` customers for it.  True: there is more to do; without memory it waits. */
bool engine_build(struct engine *engine, uint32_t rows);

#endif
