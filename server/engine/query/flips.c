/* flips.c -- see flips.h.
 *
 * A condition with more than FLIPS_RELATIVE dates from today is not saved: then the intervals of
 * one that is saved fit its room on any day (B4), and a row has few days to look for.
 */
#include "server/engine/query/flips.h"

#include "protocol/common/date.h"
#include "server/engine/calendar.h"

#define YEARLY_INTERVALS 183u /* of 1900 to 2079, and one at the turn of the year */
static_assert(FLIPS_RELATIVE * YEARLY_INTERVALS /* settled */ + 2 * YEARLY_INTERVALS + 2 +
		      LIMIT_PREDICATE_VALUES + LIMIT_PREDICATE_STEPS <=
		  BOUND_INTERVALS,
	      "what is saved can be bound on any day");

static void add(struct flips *flips, const struct flip *flip)
{
	for (uint32_t i = 0; i < flips->count; i++) {
		const struct flip *known = &flips->items[i];
		if (known->kind == flip->kind && known->source.place == flip->source.place &&
		    known->unit == flip->unit && known->count == flip->count)
			return;
	}
	ENSURE(flips->count < FLIPS_MOST);
	flips->items[flips->count++] = *flip;
}

/* Dates from today of one test. */
static void add_relative(struct flips *flips, const struct predicate_step *step,
			 const struct source *source)
{
	const struct flip today = {*source, FLIP_DATE, 'd', 0};
	struct wire_reader r = step->values;
	struct predicate_value value;
	bool yearly = source->kind == FIELD_KIND_yearly;
	for (uint16_t i = 0; i < step->count && predicate_next_value(&r, &value); i++) {
		if (value.kind != VALUE_FROM)
			continue;
		int64_t from = yearly && value.number < 0 ? -value.number : value.number;
		struct flip flip = {*source, yearly ? FLIP_YEARLY : FLIP_DATE, value.detail,
				    (int32_t)from};
		add(flips, &flip);
		if (step->comparison == COMPARE_WITHIN && !yearly)
			add(flips, &today);
	}
}

static struct wire_reader reader_of(struct wire_text program)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	return (struct wire_reader){bytes, bytes + program.size, false};
}

uint32_t flips_relative(struct wire_text program)
{
	struct wire_reader r = reader_of(program);
	struct predicate_step step;
	struct predicate_value value;
	uint32_t count = 0;
	while (predicate_next(&r, &step))
		for (uint16_t i = 0; step.op == PREDICATE_TEST && i < step.count; i++)
			if (predicate_next_value(&step.values, &value))
				count += value.kind == VALUE_FROM;
	return count;
}

void flips_add(struct flips *flips, struct wire_text program, const struct bound *bound)
{
	struct wire_reader r = reader_of(program);
	struct predicate_step step;
	for (uint16_t at = 1; predicate_next(&r, &step); at++) { /* nodes are in order of steps */
		const struct source *source = &bound->nodes[at].source;
		if (step.op != PREDICATE_TEST)
			continue;
		if (source->place == CATALOGUE_band)
			add(flips, &(struct flip){.source = *source, .kind = FLIP_BAND});
		if (source->place == CATALOGUE_spend12_before)
			add(flips, &(struct flip){.source = *source, .kind = FLIP_MONTH});
		add_relative(flips, &step, source);
	}
}

/* --- the next day --- */

struct search {
	int32_t today, next;
};

static void consider(struct search *search, int64_t day)
{
	if (day > search->today && day < search->next)
		search->next = (int32_t)day;
}

/* The first day from which on `flip` is `value` or later. */
static int64_t first_day(const struct flip *flip, int32_t value)
{
	int64_t day, reached;
	if (flip->unit == 'd' || flip->unit == 'w')
		return value - (int64_t)flip->count * (flip->unit == 'w' ? 7 : 1);
	if (!bind_shift(value, -flip->count, flip->unit, &day))
		return INT64_MAX;
	/* Months have 28 to 31 days: a day that is cut to the month's last may be met up to three
	 * days earlier, or later. */
	for (day -= 4; bind_shift((int32_t)day, flip->count, flip->unit, &reached); day++)
		if (reached >= value)
			return day;
	return INT64_MAX;
}

/* The day on which `flip` comes to be `value`, and the one on which it passes it. */
static void pass(struct search *search, const struct flip *flip, int32_t value)
{
	consider(search, first_day(flip, value));
	consider(search, first_day(flip, value + 1));
}

/* The day comes again in this year and the next ones. */
static void pass_yearly(struct search *search, const struct flip *flip, int32_t value)
{
	const struct flip today = {.unit = 'd', .count = 0};
	struct date date = date_of_day(value);
	int32_t year = date_of_day(search->today).year;
	for (int32_t i = 0; i <= 2; i++) {
		int32_t last = date_days_of_month(year + i, date.month);
		int32_t day = date.day < last ? date.day : last;
		int32_t comes = date_to_day((struct date){year + i, date.month, day});
		pass(search, flip, comes);
		pass(search, &today, comes);
	}
}

static void pass_date(const struct engine *engine, const struct flip *flip, uint32_t row,
		      struct search *search)
{
	uint64_t raw = sources_raw(engine, &flip->source, row, search->today);
	int64_t value = source_value(&flip->source, raw);
	if (value == SOURCE_NULL)
		return;
	if (flip->kind == FLIP_YEARLY)
		pass_yearly(search, flip, (int32_t)value);
	else
		pass(search, flip, (int32_t)value);
}

int32_t flips_next(const struct engine *engine, const struct flips *flips, uint32_t row,
		   int32_t next)
{
	struct search search = {engine->today, next};
	uint16_t first = *rows_first_day(&engine->rows, row);
	for (uint32_t i = 0; i < flips->count; i++) {
		const struct flip *flip = &flips->items[i];
		switch (flip->kind) {
		case FLIP_DATE:
		case FLIP_YEARLY:
			pass_date(engine, flip, row, &search);
			break;
		case FLIP_BAND:
			if (first != ROWS_NO_DAY)
				consider(&search, first + engine->programme.potential_days + 1);
			break;
		case FLIP_MONTH:
			if (rows_hot(&engine->rows, row)->months != 0)
				consider(&search, date_month_start(engine->month + 1));
			break;
		}
	}
	return search.next;
}
