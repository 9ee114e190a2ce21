/* tasks_days.c -- see tasks.h: days that turn.
 *
 * A repetition is a month of days, so that the first of a month is among them.
 */
#include "bench/engine/tasks.h"
#include "bench/timing.h"
#include "server/base/ensure.h"
#include "server/engine/state.h"
#include "server/engine/turn.h"

#define DAYS 31u
#define SLICE 200u /* customers, as the server turns them beside commands */

/* Turn the day that has begun.  Returns the customers looked at; UINT64_MAX: out of memory. */
static uint64_t turn(struct rig *rig, struct event *event)
{
	uint64_t looked = 0;
	for (;;) {
		uint32_t budget = SLICE;
		enum ageing ageing = AGEING_EVENT;
		if (engine_reserve_days(rig->engine, SLICE) != ERROR_OK)
			return UINT64_MAX;
		while (ageing == AGEING_EVENT && budget > 0) {
			ageing = engine_age(rig->engine, 0, &budget, event);
			if (ageing == AGEING_EVENT)
				engine_apply(rig->engine, event);
		}
		looked += SLICE - budget;
		if (ageing == AGEING_TURNED)
			return looked;
	}
}

double task_turn(struct rig *rig)
{
	struct event *event = &rig->decision.event;
	struct day_begin begin = {0, 1};
	uint64_t looked = 0, from_ns = timing_spent_ns();
	for (uint32_t day = 0; day < DAYS; day++) {
		if (engine_reserve(rig->engine, 1) != ERROR_OK)
			return -1;
		engine_begin_day(rig->engine, &begin, event);
		engine_apply(rig->engine, event);
		uint64_t of_day = turn(rig, event);
		if (of_day == UINT64_MAX)
			return -1;
		looked += of_day;
	}
	ENSURE(looked > 0);
	return (double)(timing_spent_ns() - from_ns) / (double)looked;
}
