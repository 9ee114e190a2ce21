/* feed.h -- one subscriber's place in the durable events, and the frames pushed to it.
 *
 *      log                            memory                   not durable
 *   |------------------------------|------------------------|..............|
 *   oldest           ^           logged                  durable
 *                    next
 *      jobs of the lane of         commit_find, on the loop     waits
 *      histories, a run each
 *
 * From `next` on the events are filtered, encoded as records `entry` and put into frames, whose
 * number says up to which event the feed is complete.  The log is the buffer: who reads slowly has
 * a lower `next`, and costs no more.
 *
 *   F1  Only durable events are pushed: in order, none left out, none twice.
 *   F2  No frame ends between two events of one command (flag `more`).
 *   F3  Bounded: a frame, and one more while a job fills it; the caller asks for none while too
 *       much is unsent.
 *   F4  A feed that is closed while a job fills its frame is freed when that is done.
 *   F5  A feed of a segment tells all that an exact list of its members is kept right by: who
 * enters or leaves it, every erasure (no event says so of its members), and what it begins and ends
 *       with, segment_saved and segment_dropped.  Behind that, whatever has its number, it tells
 *       nothing.
 */
#ifndef CRMDB_APP_FEED_H
#define CRMDB_APP_FEED_H
#include "server/app/core.h"

/* Which events are wanted. */
struct feed_filter {
	uint64_t kinds;      /* bit n: of type n; 0: all; of a segment it does not matter */
	bool segment;        /* F5: only those of ... */
	uint8_t segment_bit; /* ... this one, */
	uint64_t saved;      /* whose first event it is, */
	uint64_t dropped;    /* and its last; 0: not met yet */
};

/* Is it wanted?  An event that drops the segment is noted, again if it is met again. */
bool feed_wants(struct feed_filter *filter, const struct event *event);

struct feed;

/* Begin with event `from`, at most one above what is durable.  NULL: out of memory.  Ended by
 * feed_close. */
struct feed *feed_open(struct core *core, uint64_t from, const struct feed_filter *filter);
void feed_close(struct feed *feed);

/* The next frame, sealed: its size, 0 when there is none to send now.  *bytes is borrowed until the
 * core does anything else. */
size_t feed_next(struct feed *feed, const uint8_t **bytes);
/* Would feed_next do something at once? */
bool feed_has_more(const struct feed *feed);
/* What ended it: SEQ_TRUNCATED, STORAGE_DAMAGED or OUT_OF_MEMORY; ERROR_OK: it goes on. */
enum error feed_fault(const struct feed *feed, struct error_detail *detail);
/* Up to which event it is complete, as the last frame said. */
uint64_t feed_complete(const struct feed *feed);

#endif
