/* days_close.c -- the event with which a day ends: where all customers stood (history.h).
 *
 *   day_began D .. turned .. commands of D ..  day_closed D | day_began D + 1     one group
 *
 * The matrix is kept with each event, so a record costs its cells, not the customers: 0.25 us
 * for 25 of them, 270 bytes.
 */
#include "server/base/mutant.h"
#include "server/engine/history_segments.h"
#include "server/engine/settle.h"
#include "server/engine/turn.h"

static_assert(HISTORY_DAY_BYTES + EVENT_DAY_BYTES <= EVENT_PLAIN_BYTES, "any group takes it");

static struct wire_text pack_cells(const struct engine *engine, struct wire_writer *w)
{
	struct rec_cell cells[SPEND_CELLS];
	uint32_t count = census_cells(&engine->census, engine->programme.tier_count, cells);
	const uint8_t *from = w->at;
	for (uint32_t i = 0; i < count; i++)
		history_write_cell(w, &cells[i]);
	return (struct wire_text){(const char *)from, (uint32_t)(w->at - from)};
}

static struct wire_text pack_segments(const struct engine *engine, struct wire_writer *w)
{
	struct history_segment segments[LIMIT_SEGMENTS];
	uint32_t count = history_segments(engine, segments);
	const uint8_t *from = w->at;
	for (uint32_t i = 0; i < count; i++)
		history_write_segment(w, &segments[i]);
	return (struct wire_text){(const char *)from, (uint32_t)(w->at - from)};
}

bool engine_close_day(const struct engine *engine, struct day_close *close, struct event *event)
{
	const struct history_day *last = history_last(&engine->history);
	struct wire_writer w = {close->room, close->room + sizeof close->room, false};
	ENSURE(engine->census.built && !engine_is_turning(engine));
	ENSURE(engine_touched(engine) == 0 && !engine_is_building(engine));
	if (last != NULL && last->part.day == engine->today)
		return false;
	event->number = engine->applied + 1;
	event->time_us = close->now_us > engine->time_us ? close->now_us : engine->time_us;
	event->type = EVENT_day_closed;
	event->flags = 0;
	event->parts = PART_history;
	event->row = EVENT_ROW_UNKNOWN;
	event->actor = 0;
	event->customer = event->previous = 0;
	event->history.day = engine->today;
	event->history.cells = pack_cells(engine, &w);
	event->history.segments = pack_segments(engine, &w);
	if (MUTANT(late_history) && last != NULL)
		event->history.cells = last->part.cells;
	ENSURE(!w.failed);
	return true;
}

uint32_t engine_day_cost(const struct event *event)
{
	uint32_t size = event->parts & PART_history
			    ? event->history.cells.size + event->history.segments.size
			    : 0;
	return 1 + (size + EVENT_DAY_BYTES - 1) / EVENT_DAY_BYTES;
}
