/* days.c -- see days.h.
 *
 * A look at the clock is a comparison: the calendar is asked again only when the clock leaves the
 * day it was in.  Suspicion is not remembered, it is what the clock says now against the goal: a
 * clock that is set right again is believed again.
 */
#include "server/app/days.h"

#include <inttypes.h>

#include "protocol/common/date.h"
#include "server/base/ensure.h"
#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/engine/calendar.h"
#include "server/engine/settle.h"

static_assert(DAYS_SLICE > 2 + HISTORY_DAY_BYTES / EVENT_DAY_BYTES, "a day can end in a slice");

#define LOOK_MS 1000u /* a clock may be set while nothing happens */

/* --- the clock --- */

static void suspect(struct days *days, int32_t step)
{
	char clock[DATE_TEXT_BYTES], goal[DATE_TEXT_BYTES];
	date_format(days->clock_day, clock);
	date_format(days->goal, goal);
	if (!days->suspect)
		log_warn("clock_suspect",
			 "the clock says %s, %d days from the programme's day %s: days stand still "
			 "until the clock is right, or crmdb-cli advance %s confirms it",
			 clock, (int)step, goal, clock);
	days->suspect = true;
}

/* Does the clock's day count, `most` days after the goal at most (A2)? */
static void judge(struct days *days, int32_t most)
{
	int32_t step = days->clock_day - days->goal;
	if (step < 0 || step > most) {
		suspect(days, step);
		return;
	}
	if (days->suspect)
		log_info("clock_believed", "the clock's day is near the programme's again");
	days->suspect = false;
	if (step > 0)
		days->cause = DAYS_BY_CLOCK;
	days->goal = days->clock_day;
}

static void look(struct days *days, int64_t now_us, int32_t most)
{
	if (days->by_hand || (now_us >= days->from_us && now_us < days->until_us))
		return;
	days->clock_day = calendar_day(days->zone_table, now_us);
	days->from_us = calendar_day_end(days->zone_table, days->clock_day - 1);
	days->until_us = calendar_day_end(days->zone_table, days->clock_day);
	judge(days, most);
}

void days_open(struct days *days, struct engine *engine, struct commit *commit, int64_t now_us)
{
	const struct part_genesis *genesis = engine_genesis(engine);
	*days = (struct days){.engine = engine,
			      .commit = commit,
			      .clock_day = engine_today(engine),
			      .goal = engine_today(engine),
			      .cause = DAYS_BY_ADVANCE};
	if (genesis == NULL)
		return; /* a new database: opened again after its genesis */
	days->zone_table = genesis->zone_table;
	days->by_hand = genesis->clock_fixed != 0;
	look(days, now_us, DAYS_STEP_START);
}

void days_go(struct days *days, int32_t day)
{
	if (day <= days->goal)
		return;
	days->goal = day;
	days->cause = DAYS_BY_ADVANCE;
	days->until_us = days->from_us; /* look at the clock again: it may be near now */
}

/* --- turning --- */

bool days_are_busy(const struct days *days)
{
	return engine_is_turning(days->engine) || engine_today(days->engine) < days->goal;
}

void days_record(struct days *days, const struct event *event)
{
	commit_add(days->commit, event, engine_day_cost(event) * EVENT_DAY_BYTES); /* I2 */
	engine_apply(days->engine, event);                                         /* I1 */
	days->events++;
}

void days_settle(struct days *days, int64_t now_us)
{
	struct event event;
	while (engine_settle(days->engine, now_us, &event)) {
		commit_add(days->commit, &event, SETTLE_EVENT_BYTES); /* I2 */
		engine_apply(days->engine, &event);                   /* I1 */
	}
}

/* The day that ends is closed, in the group in which the next one begins.  Returns what of `budget`
 * is left; 0: it was too little for that, or for more. */
static uint32_t begin_day(struct days *days, int64_t now_us, uint32_t budget)
{
	struct day_begin begin = {now_us, days->cause};
	struct day_close close = {.now_us = now_us};
	struct event event;
	if (engine_close_day(days->engine, &close, &event)) {
		uint32_t cost = engine_day_cost(&event);
		if (cost >= budget)
			return 0;
		days_record(days, &event);
		budget -= cost;
	}
	engine_begin_day(days->engine, &begin, &event);
	days_record(days, &event);
	return budget - 1;
}

static void note_turned(struct days *days, int64_t now_us)
{
	char day[DATE_TEXT_BYTES];
	date_format(engine_today(days->engine), day);
	days->turn_us = now_us > days->began_us ? now_us - days->began_us : 0;
	days->turn_events = days->events;
	days->began_us = 0;
	log_info("day_turned", "%s is the programme's day: %" PRIu64 " events in %" PRId64 " ms",
		 day, days->turn_events, days->turn_us / 1000);
}

/* Up to `budget` customers and days.  True: there is more. */
static bool slice(struct days *days, int64_t now_us, uint32_t budget)
{
	struct event event;
	while (budget > 0 && days_are_busy(days)) {
		switch (engine_age(days->engine, now_us, &budget, &event)) {
		case AGEING_EVENT:
			days_record(days, &event);
			break;
		case AGEING_TURNED:
			days_settle(days, now_us);
			if (engine_today(days->engine) < days->goal)
				budget = begin_day(days, now_us, budget); /* A1 */
			break;
		case AGEING_MORE:
			days_settle(days, now_us);
			break;
		}
	}
	return days_are_busy(days);
}

/* A4: this flush had its slice. */
static bool waits_for_flush(struct days *days)
{
	uint64_t flushes = commit_flushes(days->commit);
	if (commit_is_flushing(days->commit) && flushes == days->sliced)
		return true;
	days->sliced = flushes;
	return false;
}

bool days_turn(struct days *days, const struct days_clock *clock)
{
	uint64_t ran = clock->commands - days->commands;
	uint32_t budget = ran > DAYS_SLICE ? (uint32_t)ran : DAYS_SLICE; /* A3 */
	days->commands = clock->commands;
	look(days, clock->now_us, DAYS_STEP_RUNNING);
	if (!days_are_busy(days) || engine_is_building(days->engine))
		return false;
	if (days->began_us == 0) {
		days->began_us = clock->now_us;
		days->events = 0;
	}
	budget = budget > LIMIT_TURN_COMMANDS ? LIMIT_TURN_COMMANDS : budget;
	if (budget == DAYS_SLICE && waits_for_flush(days))
		return false;
	if (!commit_reserve(days->commit, 2 * (size_t)budget, EVENT_DAY_BYTES)) /* and settling */
		return false; /* goes on when the flush under way ends */
	if (engine_reserve_days(days->engine, budget) != ERROR_OK) {
		if (!days->starved)
			log_error("day_waits", "no memory to turn the programme's day: start with "
					       "a higher --memory");
		days->starved = true;
		return false;
	}
	days->starved = false;
	if (slice(days, clock->now_us, budget))
		return true;
	note_turned(days, clock->now_us);
	return false;
}

/* --- what others ask --- */

uint32_t days_next_look_ms(const struct days *days, int64_t now_us)
{
	int64_t ms = (days->until_us - now_us) / 1000 + 1;
	if (days_are_busy(days) || (days->until_us > now_us && ms < (int64_t)LOOK_MS))
		return ms > 0 && ms < (int64_t)LOOK_MS ? (uint32_t)ms : 20;
	return LOOK_MS;
}

void days_info(const struct days *days, struct ans_info *info)
{
	struct engine_stats stats;
	engine_stats(days->engine, &stats);
	info->clock_day = days->by_hand ? stats.today : days->clock_day;
	info->day_state = days_are_busy(days) ? 1 : days->suspect ? 2 : 0;
	info->day_due = stats.day_due;
	info->day_events = days->turn_events;
	info->day_turn_us = days->turn_us;
}
