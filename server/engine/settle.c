/* settle.c -- see settle.h and membership.h: rows that were touched are judged together, then told
 * one by one.
 *
 *   touched   [ row row row row ... ]
 *   after     [ 101 001 000 ...     ]   judged when the first of them is told
 *                    ^ at               those before it are settled
 *
 *   S1  From the first that is told to the last nothing but membership is applied.
 */
#include "server/engine/settle.h"

#include "server/base/mutant.h"
#include "server/engine/days.h"
#include "server/engine/membership.h"

#define WINDOW_ROWS 64u /* a window of commands touches fewer */

void membership_touch(struct engine *engine, uint32_t row)
{
	struct segments *segments = &engine->segments;
	struct rows_hot *hot = rows_hot(&engine->rows, row);
	struct touched *touched = &segments->touched;
	if (segments->live == 0 || !segments->follows || (hot->marks & ROWS_TOUCHED) != 0 ||
	    (MUTANT(untouched_row) && row % 4 == 3))
		return;
	ENSURE(touched->count < TOUCHED_MOST && touched->judged == 0); /* S1 */
	static_assert(SETTLE_MOST == TOUCHED_MOST, "as many as there is room for");
	hot->marks |= ROWS_TOUCHED;
	touched->rows[touched->count++] = row;
}

bool membership_has_room(const struct engine *engine)
{
	return engine->segments.touched.count < TOUCHED_MOST - WINDOW_ROWS;
}

uint32_t engine_touched(const struct engine *engine)
{
	return engine->segments.touched.count;
}

static void judge(struct engine *engine)
{
	struct touched *touched = &engine->segments.touched;
	static_assert(TOUCHED_MOST % MEMBERSHIP_BATCH == 0, "whole batches");
	for (; touched->judged < touched->count; touched->judged += MEMBERSHIP_BATCH) {
		uint32_t left = touched->count - touched->judged;
		membership_judge(engine, touched->rows + touched->judged,
				 left < MEMBERSHIP_BATCH ? left : MEMBERSHIP_BATCH,
				 engine->segments.live, touched->after + touched->judged);
	}
}

static void tell(const struct engine *engine, uint32_t row, int64_t now_us, struct event *event)
{
	event->number = engine->applied + 1;
	event->time_us = now_us > engine->time_us ? now_us : engine->time_us;
	event->type = EVENT_membership;
	event->flags = 0;
	event->parts = PART_membership;
	event->row = row;
	event->actor = 0;
	event->customer = rows_id(&engine->rows, row);
	event->previous = rows_hot(&engine->rows, row)->last_event;
}

bool engine_settle(struct engine *engine, int64_t now_us, struct event *event)
{
	struct touched *touched = &engine->segments.touched;
	if (touched->judged == 0)
		judge(engine);
	while (touched->at < touched->count) {
		uint32_t row = touched->rows[touched->at];
		uint64_t before = *rows_segments(&engine->rows, row) & engine->segments.live;
		uint64_t after = touched->after[touched->at++];
		rows_hot(&engine->rows, row)->marks &= (uint8_t)~ROWS_TOUCHED;
		if (before == after)
			continue;
		tell(engine, row, now_us, event);
		event->membership = (struct part_membership){before, after};
		return true;
	}
	touched->count = touched->judged = touched->at = 0;
	return false;
}

uint64_t engine_find_segment(const struct engine *engine, struct wire_text name, uint8_t *bit)
{
	const struct segment *segment = segments_named(&engine->segments, name);
	if (segment == NULL)
		return 0;
	*bit = (uint8_t)segments_number(&engine->segments, segment);
	return segment->event;
}

/* --- start --- */

/* Rows whose bits are not what today makes of them: a turn was cut off before it looked. */
static bool queue_late(struct engine *engine, const uint32_t *rows, uint32_t count)
{
	uint64_t masks[MEMBERSHIP_BATCH], live = engine->segments.live;
	if (!day_queue_reserve(&engine->queue, MEMBERSHIP_BATCH + 1))
		return false;
	membership_judge(engine, rows, count, live, masks);
	for (uint32_t i = 0; i < count; i++) {
		struct rows_hot *hot = rows_hot(&engine->rows, rows[i]);
		if (masks[i] == (*rows_segments(&engine->rows, rows[i]) & live))
			continue;
		hot->due = (uint16_t)engine->today;
		day_queue_push(&engine->queue, hot->due, rows[i]);
	}
	return true;
}

bool membership_start(struct engine *engine)
{
	uint32_t rows[MEMBERSHIP_BATCH], taken = 0, count = engine->rows.count;
	bool late = engine->segments.live != 0 && !engine->segments.follows;
	for (uint32_t row = 0; late && row < count; row++) {
		if (!days_is_due(engine, row))
			rows[taken++] = row;
		if (taken < MEMBERSHIP_BATCH && row + 1 < count)
			continue;
		if (taken > 0 && !queue_late(engine, rows, taken))
			return false;
		taken = 0;
	}
	engine->segments.follows = true;
	return true;
}
