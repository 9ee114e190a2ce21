/* segments.h -- the saved segments there are: named conditions, each a bit of a column.
 *
 *   segment_saved --> [ 0 lapsed | 1 vip | - | 3 soon_birthday | ... 63 ]  <-- segment_dropped
 *                         |
 *                         room: texts, condition bound for today, flips (flips.h)
 *
 * Who is in which is in membership.h.
 *
 *   G1  A program names no other segment: what it named was put in its place when it was saved, and
 *       only `uses` remembers.  So membership is a function of the row alone.
 *   G2  A number that was dropped is given out again, as late as can be.
 */
#ifndef CRMDB_ENGINE_SEGMENTS_H
#define CRMDB_ENGINE_SEGMENTS_H
#include <stdbool.h>
#include <stdint.h>

#include "protocol/limits.h"
#include "protocol/wire_types.h"
#include "server/base/memory.h"

struct segment_room;
struct flips;

struct segment {
	struct segment_room *room;              /* NULL: none has this number */
	struct wire_text name, program, source; /* in the room */
	uint64_t event;                         /* that defined it */
	int64_t time_us;                        /* of that event */
	uint64_t uses;                          /* bits of segments its condition named */
	uint64_t moved;                         /* last event that changed who is in it */
	uint64_t customers;                     /* in it; while it is built, of those judged */
};

/* Rows whose membership is to be decided again (membership.h). */
#define TOUCHED_MOST 1024u
struct touched {
	uint32_t rows[TOUCHED_MOST];
	uint64_t after[TOUCHED_MOST]; /* of those judged, at the same places */
	uint32_t count, judged, at;   /* at: next of them to be told */
};

struct segments {
	const struct memory *memory; /* borrowed until segments_close */
	struct segment all[LIMIT_SEGMENTS];
	uint64_t live;        /* bits of those there are */
	uint64_t events;      /* that saved or dropped one */
	uint64_t memberships; /* events of membership */
	uint64_t last;        /* event that saved or dropped one last; 0: none did */
	uint32_t next;        /* number to look for a free one from (G2) */
	struct segment_room *spare;
	struct flips *flips;  /* of all that are live */
	struct flips *newest; /* of the one that was saved last */
	uint8_t *arena;       /* to judge rows in: SEGMENTS_ARENA_BYTES */

	/* No part of the state. */
	bool follows;                    /* members are kept by deciding, not by replay */
	uint64_t build;                  /* bit of the one whose first members are being found */
	uint32_t build_at, build_before; /* rows from, up to which they are not */
	struct touched touched;
};

void segments_open(struct segments *segments, const struct memory *memory);
void segments_close(struct segments *segments);

/* Room for one more to be saved.  False: out of memory. */
bool segments_reserve(struct segments *segments);

/* The one of this name; NULL: none. */
const struct segment *segments_named(const struct segments *segments, struct wire_text name);
/* A number for the next one; LIMIT_SEGMENTS: there is none. */
uint32_t segments_free_number(const struct segments *segments);

static inline uint32_t segments_number(const struct segments *segments,
				       const struct segment *segment)
{
	return (uint32_t)(segment - segments->all);
}

static inline uint64_t segments_bit(const struct segments *segments, const struct segment *segment)
{
	return UINT64_C(1) << segments_number(segments, segment);
}

#endif
