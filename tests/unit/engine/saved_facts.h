/* saved_facts.h -- the values of fields for saved_judge.h, and dates counted by hand. */
#ifndef CRMDB_TESTS_ENGINE_SAVED_FACTS_H
#define CRMDB_TESTS_ENGINE_SAVED_FACTS_H
#include "protocol/common/date.h"
#include "protocol/grades.h"
#include "protocol/predicate.h"
#include "server/engine/attributes.h"
#include "server/engine/calendar.h"
#include "server/engine/effective.h"
#include "tests/unit/engine/fixture.h"

#define SAVED_NONE INT64_MIN

static inline int64_t saved_day(uint16_t day)
{
	return day == ROWS_NO_DAY ? SAVED_NONE : day;
}

static inline int64_t saved_attribute(const struct engine *engine, uint32_t row, uint16_t field)
{
	uint64_t stored = attributes_get(engine, row, field);
	return stored == 0 ? SAVED_NONE : attributes_day(stored);
}

static inline int64_t saved_fact(const struct engine *engine, uint32_t row, const char *name)
{
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	struct effective e;
	effective_row(engine, row, engine->today, &e);
	const struct purchases *p = &e.purchases;
	const struct {
		const char *name;
		int64_t value;
	} facts[] = {
	    {"points", *rows_points(&engine->rows, row)},
	    {"orders", p->orders},
	    {"orders12", p->orders12},
	    {"spend", p->spend},
	    {"spend12", p->spend12},
	    {"spend12_before", e.spend12_before},
	    {"gap", p->previous_day == ROWS_NO_DAY ? SAVED_NONE : p->last_day - p->previous_day},
	    {"events", hot->events},
	    {"last_order", saved_day(p->last_day)},
	    {"first_order", saved_day(p->first_day)},
	    {"previous_order", saved_day(p->previous_day)},
	    {"created", calendar_day(engine->genesis.zone_table, hot->created_us)},
	    {"tier_until", saved_day(hot->tier_until)},
	    {"joined", saved_attribute(engine, row, PERSON_joined)},
	    {"birth_date", saved_attribute(engine, row, PERSON_birth_date)},
	    {"birthday", saved_attribute(engine, row, PERSON_birth_date)},
	    {"anniversary", saved_attribute(engine, row, PERSON_anniversary)},
	    {"stage", e.stage},
	    {"band", e.band},
	};
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
		if (strcmp(facts[i].name, name) == 0)
			return facts[i].value;
	fail_msg("no field %s", name);
	return 0;
}

/* Months by counting, the day cut to the month's last. */
static inline int32_t saved_shift(int32_t day, int64_t count, uint8_t unit)
{
	if (unit == 'd' || unit == 'w')
		return day + (int32_t)count * (unit == 'w' ? 7 : 1);
	struct date date = date_of_day(day);
	for (int64_t left = unit == 'y' ? 12 * count : count; left != 0;
	     left += left < 0 ? 1 : -1) {
		date.month += left < 0 ? -1 : 1;
		if (date.month == 0 || date.month == 13) {
			date.year += left < 0 ? -1 : 1;
			date.month = date.month == 0 ? 12 : 1;
		}
	}
	int32_t last = date_days_of_month(date.year, date.month);
	date.day = date.day > last ? last : date.day;
	return date_to_day(date);
}

/* Does a day come again on one of the days from today to `end`? */
static inline bool saved_comes(int64_t value, int32_t today, int32_t end)
{
	struct date date = date_of_day((int32_t)value);
	for (int32_t day = today; day <= end; day++) {
		struct date seen = date_of_day(day);
		int32_t last = date_days_of_month(seen.year, date.month);
		if (seen.month == date.month && seen.day == (date.day > last ? last : date.day))
			return true;
	}
	return false;
}

#endif
