/* resolve.h -- fetching something of the past: one job for all that a stretch of commands needs.
 *
 * A command that needs a past event (a repeat, a page of history) is resolved before it is
 * answered: what is still in memory is copied at once, the rest is read by one job on a pool
 * thread.  Only the connection that asked waits.
 *
 *   R1  What a want asks for is fixed before the job: numbers of events, which never change.
 *   R2  An event above `logged` is in memory at that moment (C2), all others are in the log.
 *   R3  Bounded: RESOLVE_WANTS wants of RESOLVE_EVENTS events in all.
 */
#ifndef CRMDB_APP_RESOLVE_H
#define CRMDB_APP_RESOLVE_H
#include "protocol/limits.h"
#include "server/app/commit.h"
#include "server/engine/event.h"

#define RESOLVE_WANTS 1024u
#define RESOLVE_EVENTS 1024u /* 576 KiB a connection: an event is 512 bytes, an order id 64 */

/* One run of events, newest first, linked by `previous`. */
struct want {
	uint64_t number;   /* first event wanted */
	uint64_t customer; /* all must be of this customer; 0: any */
	uint64_t saw;      /* I3: last event the answer depends on, fixed when it was asked */
	uint64_t sequence; /* of the answer, fixed likewise */
	uint64_t next;     /* event to go on with; 0: the run ended */
	uint32_t limit;    /* events wanted */
	uint32_t first;    /* index of its first event in `events` */
	uint32_t count;    /* events found */
	uint16_t place;    /* which command of the frame asked */
	bool damaged;      /* the log did not give what it must hold, at `next` */
};

#define RESOLVE_TEXT_BYTES 64u
static_assert(LIMIT_ORDER_BYTES <= RESOLVE_TEXT_BYTES && LIMIT_NOTE_BYTES <= RESOLVE_TEXT_BYTES,
	      "texts of an event fit");

/* What an event shows: its order id; policy and source of a consent; the name of a holiday. */
struct resolve_texts {
	char first[RESOLVE_TEXT_BYTES], second[RESOLVE_TEXT_BYTES];
};

/* Zero it to begin; freed by resolve_clear. */
struct resolve {
	struct store *store;
	struct want *wants;
	struct event *events;        /* long texts are gone */
	struct resolve_texts *texts; /* the others, of each of them */
	uint32_t want_count, want_capacity;
	uint32_t event_count, event_capacity;
};

/* Forget everything fetched. */
void resolve_reset(struct resolve *resolve);
void resolve_clear(struct resolve *resolve);

/* Ask for up to want->limit events from want->number backwards; place (rising), saw and sequence
 * are kept for the asker.  False: no room (R3) or no memory; resolve what is there first. */
bool resolve_want(struct resolve *resolve, const struct want *want);

/* Take what memory holds.  True: everything wanted was there, no job is needed. */
bool resolve_from_memory(struct resolve *resolve, const struct commit *commit);
/* Read the rest from the store.  Any thread. */
void resolve_from_store(struct resolve *resolve);

/* The want of command `place` of the frame, or NULL. */
const struct want *resolve_at(const struct resolve *resolve, uint16_t place);

#endif
