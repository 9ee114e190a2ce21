/* days.c -- see days.h.
 *
 * The order within a day is fixed (domain rules): keep-test, month roll, stage.  The keep-test
 * therefore asks for the window of the day before, and one event tells both.
 *
 * A turn looks at those who are due, not at all of them: of the benchmark's population one in two
 * hundred on a day, one in seventeen on the first of a month.
 */
#include "server/engine/days.h"

#include "protocol/common/date.h"
#include "server/base/mutant.h"
#include "server/engine/calendar.h"
#include "server/engine/membership.h"
#include "server/engine/purchases.h"
#include "server/engine/query/flips.h"
#include "server/engine/query/scan.h"
#include "server/engine/rules/rules.h"
#include "server/engine/tier.h"

#define AHEAD 4u /* rows whose months are on their way while one is looked at */

/* --- windows --- */

struct months_sum days_window(const struct engine *engine, uint32_t row)
{
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	if (days_is_due(engine, row))
		return months_window(&engine->months, hot->months, engine->month);
	return (struct months_sum){*rows_spend12(&engine->rows, row),
				   *rows_orders12(&engine->rows, row), hot->oldest};
}

void days_roll(struct engine *engine, uint32_t row)
{
	struct rows_hot *hot = rows_hot(&engine->rows, row);
	if (!days_is_due(engine, row) || MUTANT(unrolled_month))
		return;
	scan_before_change(engine, row);
	struct months_sum sum = months_roll(&engine->months, &hot->months, engine->month);
	*rows_spend12(&engine->rows, row) = sum.spend;
	*rows_orders12(&engine->rows, row) = sum.orders;
	hot->oldest = sum.oldest;
}

/* --- the next day --- */

static int32_t sooner(int32_t next, int32_t day, int32_t today)
{
	return day > today && day < next ? day : next;
}

uint16_t days_next(const struct engine *engine, uint32_t row)
{
	const struct rows *rows = &engine->rows;
	const struct rows_hot *hot = rows_hot(rows, row);
	const struct programme *programme = &engine->programme;
	int32_t today = engine->today, next = ROWS_NO_DAY;
	if (hot->erased != 0)
		return ROWS_NO_DAY;
	int32_t first = *rows_first_day(rows, row), last = *rows_last_day(rows, row);
	if (last != ROWS_NO_DAY) {
		next = sooner(next, first + programme->new_days + 1, today);
		next = sooner(next, last + programme->at_risk_days + 1, today);
		next = sooner(next, last + programme->churned_days + 1, today);
	}
	if (hot->oldest != ROWS_NO_MONTH)
		next = sooner(next, date_month_start(hot->oldest + 12), today);
	if (last != ROWS_NO_DAY && last > today) /* its month may not have begun */
		next = sooner(next, date_month_start(engine->month + 1), today);
	int32_t until = hot->tier_until == ROWS_NO_DAY ? TIER_NO_DAY : hot->tier_until;
	struct tier_state state = {*rows_tier(rows, row), until};
	next = sooner(next, tier_next_test(programme, state, today), today);
	if (engine->segments.live != 0 && !MUTANT(missed_flip))
		next = flips_next(engine, engine->segments.flips, row, next);
	return next > CALENDAR_LAST_DAY ? ROWS_NO_DAY : (uint16_t)next;
}

void days_note(struct engine *engine, uint32_t row, bool settled)
{
	struct rows_hot *hot = rows_hot(&engine->rows, row);
	uint16_t next = days_next(engine, row);
	if (!settled && next >= hot->due)
		return; /* its entry comes early enough, and finds the next day then */
	hot->due = next;
	if (next != ROWS_NO_DAY && engine->queued)
		day_queue_push(&engine->queue, next, row); /* D2 */
}

void days_note_flips(struct engine *engine, uint32_t row, const struct flips *flips)
{
	struct rows_hot *hot = rows_hot(&engine->rows, row);
	if (hot->erased != 0 || MUTANT(missed_flip))
		return;
	int32_t next = flips_next(engine, flips, row, ROWS_NO_DAY);
	if (next >= hot->due || next > CALENDAR_LAST_DAY)
		return;
	hot->due = (uint16_t)next;
	if (engine->queued)
		day_queue_push(&engine->queue, hot->due, row); /* D2 */
}

/* --- what a day changes --- */

/* Spend of 12 months as of the day before today. */
static int64_t metric_of_yesterday(const struct engine *engine, uint32_t row)
{
	int32_t month = date_month_of_day(engine->today - 1);
	if (month == engine->month)
		return *rows_spend12(&engine->rows, row);
	return months_window(&engine->months, rows_hot(&engine->rows, row)->months, month).spend;
}

/* True: today changes tier or stage of a row whose windows are of today: *event tells it. */
static bool flip(const struct engine *engine, uint32_t row, int64_t now_us, struct event *event)
{
	const struct rows *rows = &engine->rows;
	const struct rows_hot *hot = rows_hot(rows, row);
	struct purchases purchases = purchases_read(rows, row);
	enum stage stage = purchases_stage(&purchases, &engine->programme, engine->today);
	int32_t until = hot->tier_until == ROWS_NO_DAY ? TIER_NO_DAY : hot->tier_until;
	struct tier_state state = {*rows_tier(rows, row), until};
	bool tested = until != TIER_NO_DAY && engine->today > until;
	event->parts = 0;
	if (tested && tier_on_day(&engine->programme, state, engine->today,
				  metric_of_yesterday(engine, row), &event->tier))
		event->parts |= PART_tier;
	if (stage != *rows_stage(rows, row)) {
		event->parts |= PART_stage;
		event->stage = (struct part_stage){*rows_stage(rows, row), stage};
	}
	if (event->parts == 0)
		return false;
	event->number = engine->applied + 1;
	event->time_us = now_us > engine->time_us ? now_us : engine->time_us;
	event->type = EVENT_day_turned;
	event->flags = 0;
	event->row = row;
	event->actor = 0;
	event->customer = rows_id(rows, row);
	event->previous = hot->last_event;
	return true;
}

/* Bring a row that is due to today, as far as no event is needed.  True: *event is. */
static bool settle(struct engine *engine, uint32_t row, int64_t now_us, struct event *event)
{
	days_roll(engine, row);
	if (flip(engine, row, now_us, event))
		return true;
	days_note(engine, row, true);
	membership_touch(engine, row);
	return false;
}

bool days_build(struct engine *engine)
{
	struct event event;
	ENSURE(!engine->queued);
	for (uint32_t row = 0; row < engine->rows.count; row++) {
		struct rows_hot *hot = rows_hot(&engine->rows, row);
		if (!day_queue_reserve(&engine->queue, 1))
			return false;
		if (days_is_due(engine, row) && settle(engine, row, 0, &event))
			hot->due = (uint16_t)engine->today;
		if (hot->due != ROWS_NO_DAY)
			day_queue_push(&engine->queue, hot->due, row);
	}
	engine->queued = day_queue_reserve(&engine->queue, 1);
	return engine->queued;
}

/* --- turning --- */

bool engine_is_turning(const struct engine *engine)
{
	return day_queue_count(&engine->queue, (uint32_t)engine->today) > 0;
}

void engine_begin_day(const struct engine *engine, const struct day_begin *begin,
		      struct event *event)
{
	ENSURE(!engine_is_turning(engine) && engine->today < CALENDAR_LAST_DAY);
	ENSURE(engine_touched(engine) == 0 && !engine_is_building(engine)); /* M3 */
	event->number = engine->applied + 1;
	event->time_us = begin->now_us > engine->time_us ? begin->now_us : engine->time_us;
	event->type = EVENT_day_began;
	event->flags = 0;
	event->parts = PART_day;
	event->row = EVENT_ROW_UNKNOWN;
	event->actor = 0;
	event->customer = event->previous = 0;
	event->day = (struct part_day){engine->today + 1, begin->cause};
}

/* The rows looked at next are on their way. */
static void prefetch(const struct engine *engine, const uint32_t *rows, uint32_t count)
{
	if (count == DAY_QUEUE_CHUNK)
		for (uint32_t i = 0; i < count; i++) {
			__builtin_prefetch(rows_hot(&engine->rows, rows[i]), 1);
			__builtin_prefetch(rows_last_day(&engine->rows, rows[i]));
		}
	if (count > AHEAD)
		months_prefetch(&engine->months,
				rows_hot(&engine->rows, rows[count - 1 - AHEAD])->months);
}

enum ageing engine_age(struct engine *engine, int64_t now_us, uint32_t *budget, struct event *event)
{
	uint32_t today = (uint32_t)engine->today, count;
	for (; *budget > 0 && membership_has_room(engine); (*budget)--) {
		const uint32_t *rows = day_queue_top(&engine->queue, today, &count);
		if (rows == NULL)
			return AGEING_TURNED;
		uint32_t row = rows[count - 1];
		prefetch(engine, rows, count);
		if (rows_hot(&engine->rows, row)->due == today &&
		    settle(engine, row, now_us, event)) {
			(*budget)--;
			return AGEING_EVENT;
		}
		day_queue_pop(&engine->queue, today);
	}
	return AGEING_MORE;
}

bool engine_age_first(struct engine *engine, const struct command *command, int64_t now_us,
		      struct event *event)
{
	if (!engine_is_turning(engine))
		return false;
	uint32_t row = ids_find(&engine->ids, command_customer(command));
	if (row == EVENT_ROW_UNKNOWN || !days_is_due(engine, row))
		return false;
	engine->reserved = 0; /* an entry may be taken without an event */
	return settle(engine, row, now_us, event);
}
