/* feed.c -- see feed.h.
 *
 * A frame is told when it holds a record, when it is complete up to FEED_TELL_EVENTS more events,
 * or FEED_TELL_US after the last one if there is anything new; and as a sign of life.  What costs
 * time (reading the log, decoding, encoding) is a job for all that is old; what is in memory is
 * encoded on the loop, FEED_TURN_EVENTS a turn.
 */
#include "server/app/feed.h"

#include <stdlib.h>

#include "protocol/frame.h"
#include "protocol/limits.h"
#include "server/base/ensure.h"
#include "server/base/limits.h"

#define ENTRY_ROOM 512u /* a record `entry` at its largest is under 400 bytes */

/* A frame under construction. */
struct draft {
	uint8_t *bytes;
	struct wire_writer w;
	uint32_t count;
	uint64_t next; /* event not looked at */
	/* F2: the same, behind the last command that is whole. */
	uint8_t *whole_at;
	uint32_t whole_count;
	uint64_t whole_next;
	bool damaged; /* `next` is no event */
};

struct feed {
	struct core *core;
	struct feed_filter filter;
	uint64_t next;     /* first event not looked at */
	uint64_t complete; /* as told */
	int64_t told_us;
	bool closed;          /* F4 */
	bool reading, filled; /* the job's draft is being filled; waits to be taken */
	enum store_read_result found;
	struct draft draft; /* the job's */
	uint8_t *room;      /* its frame; NULL: nothing was read from the log lately */
	enum error fault;
	struct error_detail detail;
};

/* F5 */
static bool is_of_segment(struct feed_filter *filter, const struct event *event)
{
	uint64_t moved;
	if (event->number <= filter->saved)
		return event->number == filter->saved;
	if (filter->dropped > 0 && event->number > filter->dropped)
		return false;
	switch (event->type) {
	case EVENT_membership:
		moved = event->membership.before ^ event->membership.after;
		return (moved >> filter->segment_bit & 1) != 0;
	case EVENT_customer_erased:
		return true;
	case EVENT_segment_dropped:
		if (event->segment.number != filter->segment_bit)
			return false;
		filter->dropped = event->number;
		return true;
	default:
		return false;
	}
}

bool feed_wants(struct feed_filter *filter, const struct event *event)
{
	if (filter->segment)
		return is_of_segment(filter, event);
	return filter->kinds == 0 || (event->type < 64 && (filter->kinds >> event->type & 1) != 0);
}

struct feed *feed_open(struct core *core, uint64_t from, const struct feed_filter *filter)
{
	struct feed *feed = calloc(1, sizeof *feed);
	if (feed == NULL)
		return NULL;
	ENSURE(from > 0 && from <= commit_durable(core->commit) + 1);
	feed->core = core;
	feed->filter = *filter;
	feed->next = from;
	feed->complete = from - 1;
	feed->told_us = core->env.now_us(core->env.context);
	return feed;
}

static void free_feed(struct feed *feed)
{
	free(feed->room);
	free(feed);
}

void feed_close(struct feed *feed)
{
	feed->closed = true;
	if (!feed->reading)
		free_feed(feed); /* F4 */
}

/* --- drafts --- */

static void draft_begin(struct draft *draft, uint8_t *bytes, uint64_t next)
{
	*draft = (struct draft){.bytes = bytes, .next = next, .whole_next = next};
	draft->w = (struct wire_writer){bytes + FRAME_HEAD_BYTES,
					bytes + LIMIT_REPLY_BYTES - FRAME_TRAILER_BYTES, false};
	draft->whole_at = draft->w.at;
}

/* Look at event draft->next.  False: it was not taken; the frame is full, or it is damaged. */
static bool draft_take(struct draft *draft, struct feed_filter *filter, const uint8_t *bytes,
		       uint32_t size)
{
	struct event event;
	if (!event_decode(bytes, size, draft->next, &event)) {
		draft->damaged = true;
		return false;
	}
	if ((size_t)(draft->w.end - draft->w.at) < ENTRY_ROOM)
		return false;
	if (feed_wants(filter, &event)) {
		struct rec_entry entry;
		entry_from_event(&event, &entry);
		encode_rec_entry(&draft->w, &entry);
		ENSURE(!draft->w.failed);
		draft->count++;
	}
	draft->next++;
	if ((event.flags & EVENT_MORE) == 0) {
		draft->whole_at = draft->w.at;
		draft->whole_count = draft->count;
		draft->whole_next = draft->next;
	}
	return true;
}

static uint32_t draft_seal(const struct draft *draft)
{
	struct frame_label label = {FRAME_FEED, 0, (uint16_t)draft->whole_count,
				    draft->whole_next - 1};
	return frame_seal(draft->bytes,
			  (uint32_t)(draft->whole_at - draft->bytes) - FRAME_HEAD_BYTES, &label);
}

/* --- the log --- */

static bool take_of_run(void *context, uint64_t number, const uint8_t *bytes, uint32_t size)
{
	struct feed *feed = context;
	return number == feed->draft.next && draft_take(&feed->draft, &feed->filter, bytes, size);
}

static void read_run(void *context)
{
	struct feed *feed = context;
	struct store_run run = {take_of_run, feed};
	feed->found = store_read_run(feed->core->store, feed->next, &run);
}

static void run_is_read(void *context)
{
	struct feed *feed = context;
	feed->reading = false;
	feed->filled = true;
	if (feed->closed)
		free_feed(feed); /* F4 */
}

static void ask_log(struct feed *feed)
{
	struct core *core = feed->core;
	if (feed->room == NULL)
		feed->room = malloc(LIMIT_REPLY_BYTES);
	if (feed->room == NULL) {
		feed->fault = ERROR_OUT_OF_MEMORY;
		feed->detail = (struct error_detail){(int64_t)core->memory_limit, 0};
		return;
	}
	draft_begin(&feed->draft, feed->room, feed->next);
	feed->reading = true;
	core->env.submit_job(core->env.context, LANE_HISTORY, read_run, run_is_read, feed);
}

/* What the job found goes on from here.  False: the feed has ended. */
static bool judge_run(struct feed *feed)
{
	const struct draft *draft = &feed->draft;
	uint64_t oldest = store_oldest(feed->core->store);
	if (feed->found != STORE_ABSENT && draft->whole_next > feed->next)
		return true; /* damage behind it is met again */
	feed->fault = feed->next < oldest ? ERROR_SEQ_TRUNCATED : ERROR_STORAGE_DAMAGED;
	feed->detail =
	    (struct error_detail){(int64_t)draft->next, feed->next < oldest ? (int64_t)oldest : 0};
	return false;
}

/* --- memory --- */

/* Fill a frame from memory (C2), F1. */
static void take_from_memory(struct feed *feed, struct draft *draft)
{
	struct core *core = feed->core;
	uint64_t durable = commit_durable(core->commit);
	draft_begin(draft, core->scratch, feed->next);
	for (uint32_t left = FEED_TURN_EVENTS; left > 0 && draft->next <= durable; left--) {
		uint32_t size;
		const uint8_t *bytes = commit_find(core->commit, draft->next, &size);
		ENSURE(bytes != NULL);
		if (!draft_take(draft, &feed->filter, bytes, size))
			break;
	}
	ENSURE(!draft->damaged && draft->whole_next > feed->next);
	free(feed->room);
	feed->room = NULL;
}

/* --- frames --- */

/* Send what the draft holds, if it says anything. */
static size_t tell(struct feed *feed, const struct draft *draft, const uint8_t **bytes)
{
	int64_t now_us = feed->core->env.now_us(feed->core->env.context);
	int64_t since_us = now_us - feed->told_us;
	uint64_t news = draft->whole_next - 1 - feed->complete;
	feed->next = draft->whole_next;
	if (draft->whole_count == 0 && news < FEED_TELL_EVENTS && since_us >= 0 &&
	    since_us < (news > 0 ? FEED_TELL_US : FEED_LIFE_US))
		return 0;
	feed->complete = draft->whole_next - 1;
	feed->told_us = now_us;
	*bytes = draft->bytes;
	return draft_seal(draft);
}

size_t feed_next(struct feed *feed, const uint8_t **bytes)
{
	struct core *core = feed->core;
	struct draft draft;
	if (feed->reading || feed->fault != ERROR_OK)
		return 0;
	if (feed->filled) {
		feed->filled = false;
		return judge_run(feed) ? tell(feed, &feed->draft, bytes) : 0;
	}
	if (feed->next <= commit_logged(core->commit)) {
		ask_log(feed);
		return 0;
	}
	if (feed->next <= commit_durable(core->commit))
		take_from_memory(feed, &draft);
	else
		draft_begin(&draft, core->scratch, feed->next);
	return tell(feed, &draft, bytes);
}

bool feed_has_more(const struct feed *feed)
{
	return !feed->reading && feed->fault == ERROR_OK &&
	       (feed->filled || feed->next <= commit_durable(feed->core->commit));
}

enum error feed_fault(const struct feed *feed, struct error_detail *detail)
{
	*detail = feed->detail;
	return feed->fault;
}

uint64_t feed_complete(const struct feed *feed)
{
	return feed->complete;
}
