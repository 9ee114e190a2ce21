/* bind_value.c -- a test on a field becomes the set of values that pass it; see bind.h.
 *
 *   spend >= 1_000.50     [100050, max]
 *   last_order < -90d     [min, today - 91]
 *   birthday within 7d    an interval of birth dates in each year
 *
 * Which tests a kind takes is in `tests`; what a value of it may be in parse_value.
 */
#include "server/engine/query/bind.h"

#include "protocol/common/ascii.h"
#include "protocol/common/date.h"
#include "protocol/person.h"
#include "server/base/mutant.h"
#include "server/engine/calendar.h"

#define BIT(comparison) (UINT32_C(1) << (comparison))
#define SAME (BIT(COMPARE_EQUAL) | BIT(COMPARE_NOT_EQUAL) | BIT(COMPARE_IN) | BIT(COMPARE_NOT_IN))
#define ORDERED                                                                                    \
	(SAME | BIT(COMPARE_LESS) | BIT(COMPARE_AT_MOST) | BIT(COMPARE_GREATER) |                  \
	 BIT(COMPARE_AT_LEAST) | BIT(COMPARE_BETWEEN) | BIT(COMPARE_NOT_BETWEEN))
#define NULLS (BIT(COMPARE_IS_NULL) | BIT(COMPARE_IS_NOT_NULL))

static const struct kind_tests {
	uint32_t tests;
	const char *told; /* to who asks another one */
} tests[] = {
    [FIELD_KIND_number] = {ORDERED | NULLS, "; a number takes =, !=, <, >, in and between"},
    [FIELD_KIND_money] = {ORDERED | NULLS, "; an amount takes =, !=, <, >, in and between"},
    [FIELD_KIND_date] = {ORDERED | NULLS | BIT(COMPARE_WITHIN),
			 "; a date takes =, !=, <, >, in, between and within"},
    [FIELD_KIND_boolean] = {SAME | NULLS, "; it is true or false: = or !="},
    [FIELD_KIND_choice] = {SAME | NULLS, "; its values have no order: =, != or in (...)"},
    [FIELD_KIND_tags] = {BIT(COMPARE_HAS) | NULLS, "; tags are asked for with has"},
    [FIELD_KIND_tier] = {ORDERED | NULLS, "; a tier takes =, !=, <, >, in and between"},
    [FIELD_KIND_yearly] = {BIT(COMPARE_WITHIN) | NULLS,
			   "; it comes again each year: within 7d, or is null"},
};

static struct wire_text of_literal(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

static bool refuse(struct binder *binder, const struct predicate_step *step, enum error error,
		   uint16_t at)
{
	return bind_refuse(binder->fault, error, at == 0 ? step->at : at, step->name);
}

/* Its lists and yearly days have more intervals than there is room for. */
static bool no_room(struct binder *binder)
{
	bind_refuse(binder->fault, ERROR_PREDICATE_TOO_LARGE, 0, (struct wire_text){0});
	binder->fault->detail = (struct error_detail){BOUND_INTERVALS + 1, BOUND_INTERVALS};
	return false;
}

/* --- values --- */

static bool parse_number(struct binder *binder, const struct predicate_step *step,
			 const struct source *source, const struct predicate_value *value,
			 int64_t *out)
{
	int64_t number = value->number;
	bool fits = value->kind == VALUE_DECIMAL && value->detail <= 18;
	uint8_t places = value->detail;
	for (; fits && places > source->places && number % 10 == 0; places--)
		number /= 10; /* 1.50 is 1.5 */
	fits = fits && places <= source->places;
	for (; fits && places < source->places; places++)
		fits = !__builtin_mul_overflow(number, 10, &number);
	binder->said = number;
	if (source->form == SOURCE_ID && fits) { /* nobody is 0 or less */
		*out = number > 0 ? source_value(source, (uint64_t)number) : SOURCE_NULL;
		return true;
	}
	if (fits && number != SOURCE_NULL) {
		*out = number;
		return true;
	}
	refuse(binder, step, ERROR_QUERY_NUMBER, value->at);
	binder->fault->detail.b = source->places;
	return false;
}

bool bind_shift(int32_t day, int64_t count, uint8_t unit, int64_t *out)
{
	const int64_t most = 400 * 366; /* days */
	if (count < -most || count > most)
		return false;
	if (unit == 'd' || unit == 'w') {
		*out = day + count * (unit == 'w' ? 7 : 1);
		return true;
	}
	if (unit != 'm' && unit != 'y')
		return false;
	struct date date = date_of_day(day);
	int64_t month = date.year * 12 + date.month - 1 + count * (unit == 'y' ? 12 : 1);
	if (month < 12 || month >= 9999 * 12)
		return false;
	date.year = (int32_t)(month / 12);
	date.month = (int32_t)(month % 12) + 1;
	int32_t last = date_days_of_month(date.year, date.month);
	date.day = date.day < last ? date.day : last;
	*out = date_to_day(date);
	return true;
}

static bool parse_date(struct binder *binder, const struct predicate_step *step,
		       const struct predicate_value *value, int64_t *out)
{
	bool fits = value->kind == VALUE_DATE || value->kind == VALUE_FROM;
	*out = value->number;
	if (value->kind == VALUE_FROM)
		fits = bind_shift(binder->bound->today, value->number, value->detail, out);
	if (binder->lenient && *out > CALENDAR_LAST_DAY)
		*out = CALENDAR_LAST_DAY;
	return (fits && *out >= PERSON_DAY_MIN && *out <= CALENDAR_LAST_DAY) ||
	       refuse(binder, step, ERROR_QUERY_DATE, value->at);
}

static bool parse_name(struct binder *binder, const struct source *source,
		       const struct predicate_value *value, int64_t *out)
{
	struct wire_text near = {0};
	*out = value->kind == VALUE_TEXT ? sources_named(binder->engine, source, value->text, &near)
					 : SOURCE_NULL;
	if (*out != SOURCE_NULL)
		return true;
	bind_refuse(binder->fault, ERROR_QUERY_VALUE, value->at, value->text);
	bind_suggest(binder->fault, near);
	return false;
}

static bool parse_value(struct binder *binder, const struct predicate_step *step,
			const struct source *source, const struct predicate_value *value,
			int64_t *out)
{
	switch (source->kind) {
	case FIELD_KIND_number:
	case FIELD_KIND_money:
		return parse_number(binder, step, source, value, out);
	case FIELD_KIND_date:
		return parse_date(binder, step, value, out);
	default:
		return parse_name(binder, source, value, out);
	}
}

/* --- sets --- */

/* Of the values there can be. */
static struct interval all_of(const struct binder *binder, const struct source *source)
{
	struct source_span span = source_span(binder->engine, source);
	return (struct interval){span.least, span.greatest};
}

static bool add_compared(struct bound_node *leaf, enum predicate_comparison comparison,
			 int64_t value)
{
	switch (comparison) {
	case COMPARE_LESS:
		return value == INT64_MIN || intervals_add(&leaf->set, INT64_MIN, value - 1);
	case COMPARE_AT_MOST:
		return intervals_add(&leaf->set, INT64_MIN, value);
	case COMPARE_GREATER:
		return value == INT64_MAX || intervals_add(&leaf->set, value + 1, INT64_MAX);
	case COMPARE_AT_LEAST:
		return intervals_add(&leaf->set, value, INT64_MAX);
	default:
		return intervals_add(&leaf->set, value, value);
	}
}

static bool add_values(struct binder *binder, const struct predicate_step *step,
		       struct bound_node *leaf)
{
	struct wire_reader r = step->values;
	struct predicate_value value;
	bool between =
	    step->comparison == COMPARE_BETWEEN || step->comparison == COMPARE_NOT_BETWEEN;
	int64_t first = 0, number = 0, said = 0;
	binder->said = 0;
	for (uint16_t i = 0; i < step->count; i++, first = number, said = binder->said) {
		predicate_next_value(&r, &value);
		if (!parse_value(binder, step, &leaf->source, &value, &number))
			return false;
		bool reversed = number < first || (number == first && binder->said < said);
		if (between && i == 1 && reversed && !binder->lenient)
			return refuse(binder, step, ERROR_QUERY_REVERSED, value.at);
		bool room = between ? i == 0 || intervals_add(&leaf->set, first, number)
				    : add_compared(leaf, step->comparison, number);
		if (!room)
			return no_room(binder);
	}
	return true;
}

/* Feb 29 of other years is Feb 28. */
static int32_t day_in(int32_t year, struct date date, bool last)
{
	bool leap = date_days_of_month(year, 2) == 29;
	if (date.month == 2 && date.day == 29 && !leap)
		return date_to_day((struct date){year, 2, 28}) + (last ? 0 : 1);
	if (last && date.month == 2 && date.day == 28 && leap &&
	    date_days_of_month(date.year, 2) == 28)
		return date_to_day((struct date){year, 2, 29});
	return date_to_day((struct date){year, date.month, date.day});
}

static bool later_in_year(struct date a, struct date b)
{
	return a.month != b.month ? a.month > b.month : a.day > b.day;
}

/* Days whose return is from today to `until`. */
static bool add_yearly(struct binder *binder, struct bound_node *leaf, int64_t until)
{
	int32_t today = binder->bound->today;
	struct date first = date_of_day(today), last = date_of_day((int32_t)until);
	if (until - today >= 365)
		return intervals_add(&leaf->set, PERSON_DAY_MIN, PERSON_DAY_MAX);
	bool wraps = later_in_year(first, last);
	int32_t year_end = date_of_day(PERSON_DAY_MAX).year;
	for (int32_t year = date_of_day(PERSON_DAY_MIN).year; year <= year_end; year++) {
		int32_t from = day_in(year, first, false), to = day_in(year, last, true);
		int32_t end = date_to_day((struct date){year, 12, 31});
		int32_t start = date_to_day((struct date){year, 1, 1});
		bool room = wraps ? intervals_add(&leaf->set, start, to) &&
					intervals_add(&leaf->set, from, end)
				  : intervals_add(&leaf->set, from, to);
		if (!room)
			return false;
	}
	return true;
}

static bool add_within(struct binder *binder, const struct predicate_step *step,
		       struct bound_node *leaf)
{
	struct wire_reader r = step->values;
	struct predicate_value value;
	int32_t today = binder->bound->today;
	int64_t end;
	bool yearly = leaf->source.kind == FIELD_KIND_yearly, room;
	predicate_next_value(&r, &value);
	if (yearly && value.number < 0 && value.number != INT64_MIN)
		value.number = -value.number;
	bool fits = value.kind == VALUE_FROM && bind_shift(today, value.number, value.detail, &end);
	if (fits && binder->lenient && end > CALENDAR_LAST_DAY)
		end = CALENDAR_LAST_DAY;
	if (!fits || end < PERSON_DAY_MIN || end > CALENDAR_LAST_DAY)
		return refuse(binder, step, ERROR_QUERY_DATE, value.at);
	if (yearly)
		room = add_yearly(binder, leaf, end);
	else if (end < today)
		room = intervals_add(&leaf->set, end, today);
	else
		room = intervals_add(&leaf->set, today, end);
	return room || no_room(binder);
}

static bool bind_has(struct binder *binder, const struct predicate_step *step,
		     struct bound_node *leaf)
{
	struct wire_reader r = step->values;
	struct predicate_value value;
	predicate_next_value(&r, &value);
	leaf->op = BOUND_BITS;
	leaf->mask =
	    value.kind == VALUE_TEXT ? sources_bit(binder->engine, &leaf->source, value.text) : 0;
	return leaf->mask != 0 ||
	       bind_refuse(binder->fault, ERROR_QUERY_VALUE, value.at, value.text);
}

static bool negative(enum predicate_comparison comparison)
{
	return comparison == COMPARE_NOT_EQUAL || comparison == COMPARE_NOT_IN ||
	       comparison == COMPARE_NOT_BETWEEN;
}

/* Keep what a field can have: then raw values are in order, too (Q1). */
static bool clip(struct binder *binder, const struct predicate_step *step, struct bound_node *leaf)
{
	struct interval all = all_of(binder, &leaf->source);
	if (MUTANT(null_passes) && negative(step->comparison))
		all.low = SOURCE_NULL;
	intervals_settle(&leaf->set);
	bool room = negative(step->comparison)
			? intervals_invert(&leaf->set, all)
			: intervals_invert(&leaf->set, all) && intervals_invert(&leaf->set, all);
	return room || no_room(binder);
}

static bool bind_null(struct binder *binder, const struct predicate_step *step,
		      struct bound_node *leaf)
{
	struct interval all = all_of(binder, &leaf->source);
	bool is_null = step->comparison == COMPARE_IS_NULL, room = true;
	if (!is_null && leaf->source.form == SOURCE_BITS) {
		leaf->op = BOUND_BITS;
		leaf->mask = UINT64_MAX;
		return true;
	}
	if (is_null && source_has_null(&leaf->source))
		room = intervals_add(&leaf->set, SOURCE_NULL, SOURCE_NULL); /* B2 */
	else if (!is_null)
		room = intervals_add(&leaf->set, all.low, all.high);
	return room || no_room(binder);
}

/* Fill in op, set or mask. */
static bool bind_by_comparison(struct binder *binder, const struct predicate_step *step,
			       struct bound_node *leaf)
{
	switch (step->comparison) {
	case COMPARE_IS_NULL:
	case COMPARE_IS_NOT_NULL:
		return bind_null(binder, step, leaf);
	case COMPARE_HAS:
		return bind_has(binder, step, leaf);
	case COMPARE_WITHIN:
		return add_within(binder, step, leaf) && clip(binder, step, leaf);
	default:
		return add_values(binder, step, leaf) && clip(binder, step, leaf);
	}
}

bool bind_test(struct binder *binder, const struct predicate_step *step, struct bound_node *leaf)
{
	struct bound *bound = binder->bound;
	const struct kind_tests *kind = &tests[leaf->source.kind];
	if ((kind->tests & BIT(step->comparison)) == 0) {
		refuse(binder, step, ERROR_QUERY_TEST, 0);
		binder->fault->words.near = of_literal(kind->told);
		return false;
	}
	leaf->set =
	    (struct intervals){bound->intervals + bound->used, 0, BOUND_INTERVALS - bound->used};
	if (!bind_by_comparison(binder, step, leaf))
		return false;
	leaf->set.capacity = leaf->set.count;
	bound->used += leaf->set.count;
	return true;
}
