/* model_calendar.h -- days of a made-up time zone, found by looking at every change of its clocks.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_CALENDAR_H
#define CRMDB_TESTS_SIM_MODEL_CALENDAR_H
#include "protocol/wire_types.h"
#include "tests/sim/dice.h"

#define MODEL_CALENDAR_CHANGES 40u

struct model_calendar {
	uint32_t count; /* 0: UTC */
	struct {
		int64_t start_s; /* since 1970, UTC */
		int32_t offset_s;
	} changes[MODEL_CALENDAR_CHANGES];
	uint8_t table[MODEL_CALENDAR_CHANGES * 12]; /* the same as a genesis has it */
};

/* UTC, a plain offset, or clocks that change every few weeks from `now_us` on: mostly by an hour
 * near midnight, sometimes so that a day is left out or comes twice. */
void model_calendar_draw(struct model_calendar *calendar, struct dice *dice, int64_t now_us);

/* The day at a moment: the highest there was until then. */
int32_t model_calendar_day(const struct model_calendar *calendar, int64_t time_us);

/* Borrowed from the calendar. */
struct wire_text model_calendar_table(const struct model_calendar *calendar);

#endif
