/* advance.c -- turning the programme's day up to a date.
 *
 * The server turns the days; this says whether it may.  A database whose day is set by hand may go
 * to any day of the calendar; with a clock, to the clock's day, which confirms it where a step was
 * too large to be believed (CLOCK_SUSPECT, server/app/days.h).
 */
#include "server/engine/calendar.h"
#include "server/engine/rules/rules.h"
#include "server/engine/turn.h"

static int32_t latest(const struct engine *engine, const struct request *request)
{
	if (engine->genesis.clock_fixed != 0)
		return CALENDAR_LAST_DAY;
	return calendar_day(engine->genesis.zone_table, request->now_us);
}

void advance_decide(const struct engine *engine, const struct request *request,
		    struct decision *decision)
{
	int64_t day = request->command->as.advance.day;
	int32_t end = latest(engine, request);
	outcome_saw_day(engine, decision);
	if (day < engine->today) {
		outcome_refuse(decision, ERROR_DAY_BACKWARD, day, engine->today);
		return;
	}
	if (day > end && day != engine->today) {
		outcome_refuse(decision, ERROR_DAY_AHEAD, day, end);
		return;
	}
	if (day > engine->today || engine_is_turning(engine)) {
		decision->verdict = VERDICT_ADVANCE;
		decision->day = (int32_t)day;
		return;
	}
	outcome_answer(decision);
	decision->saw = engine->applied; /* what the turn made */
	decision->answer.as.advance = (struct ans_advance){engine->today, engine->day_event};
}
