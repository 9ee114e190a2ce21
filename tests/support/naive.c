/* naive.c -- see naive.h. */
#include "tests/support/naive.h"

#include <ctype.h>
#include <stdlib.h>

#include "protocol/common/date.h"

#define PLACES 18u
#define DAY_FIRST (-25567) /* 1900-01-01 */
#define DAY_LAST 47481     /* 2099-12-31 */

bool naive_same(struct wire_text a, struct wire_text b)
{
	if (a.size != b.size)
		return false;
	for (uint32_t i = 0; i < a.size; i++)
		if (tolower((unsigned char)a.bytes[i]) != tolower((unsigned char)b.bytes[i]))
			return false;
	return true;
}

/* The day `count` units from `day`; the last of a month that has no such day. */
static int64_t shift(int32_t day, int64_t count, uint8_t unit)
{
	if (unit == 'd' || unit == 'w')
		return day + (unit == 'w' ? 7 * count : count);
	struct date date = date_of_day(day);
	for (int64_t left = (unit == 'y' ? 12 : 1) * llabs(count); left > 0; left--) {
		date.month += count > 0 ? 1 : -1;
		if (date.month == 13 || date.month == 0) {
			date.year += count > 0 ? 1 : -1;
			date.month = count > 0 ? 1 : 12;
		}
	}
	while (date.day > date_days_of_month(date.year, date.month))
		date.day--;
	return date_to_day(date);
}

bool naive_comes(int32_t yearly, int64_t from, int64_t to)
{
	struct date date = date_of_day(yearly);
	int32_t first = date_of_day((int32_t)from).year, last = date_of_day((int32_t)to).year;
	for (date.year = first; date.year <= last; date.year++) {
		struct date here = date;
		if (here.day > date_days_of_month(here.year, here.month))
			here.day = 28; /* of February */
		int32_t day = date_to_day(here);
		if (day >= from && day <= to)
			return true;
	}
	return false;
}

static naive_number scaled(naive_number number, unsigned places)
{
	for (; places < PLACES; places++)
		number *= 10;
	return number;
}

/* A value of the program as what a value of this field is compared by. */
static naive_number said(const struct naive *naive, enum field_kind kind,
			 const struct predicate_value *value)
{
	if (kind == FIELD_KIND_tier)
		return naive->rank(naive->context, value->text);
	if (kind != FIELD_KIND_date)
		return scaled(value->number, value->detail);
	return value->kind == VALUE_FROM ? shift(naive->today, value->number, value->detail)
					 : value->number;
}

static int compare(const struct naive *naive, enum field_kind kind, const struct naive_value *have,
		   const struct predicate_value *value)
{
	if (kind == FIELD_KIND_choice)
		return !naive_same(have->text, value->text);
	naive_number a = have->number, b = said(naive, kind, value);
	if (kind == FIELD_KIND_number || kind == FIELD_KIND_money)
		a = scaled(a, have->places);
	return a < b ? -1 : a > b;
}

static bool has(const struct naive *naive, uint32_t place, const struct naive_value *have,
		struct wire_text text)
{
	for (unsigned bit = 0; bit < 64; bit++)
		if ((have->bits >> bit & 1) != 0 &&
		    naive_same(naive->tag(naive->context, place, bit), text))
			return true;
	return false;
}

static bool within(const struct naive *naive, enum field_kind kind, const struct naive_value *have,
		   const struct predicate_value *value)
{
	int64_t count = kind == FIELD_KIND_yearly ? llabs(value->number) : value->number;
	int64_t end = shift(naive->today, count, value->detail), today = naive->today;
	if (kind == FIELD_KIND_yearly)
		return naive_comes((int32_t)have->number, today, end);
	return have->number >= (end < today ? end : today) &&
	       have->number <= (end < today ? today : end);
}

static bool passes_test(const struct naive *naive, struct predicate_step *step)
{
	uint32_t place = (uint32_t)catalogue_find(step->name.bytes, step->name.size);
	enum field_kind kind = catalogue_fields[place].kind;
	struct naive_value have = naive->value(naive->context, place);
	struct predicate_value values[LIMIT_PREDICATE_VALUES];
	bool equal = false;
	for (uint16_t i = 0; i < step->count; i++)
		predicate_next_value(&step->values, &values[i]);
	if (step->comparison >= COMPARE_IS_NULL)
		return have.none == (step->comparison == COMPARE_IS_NULL);
	if (have.none)
		return false; /* P2 */
	if (step->comparison == COMPARE_HAS)
		return has(naive, place, &have, values[0].text);
	if (step->comparison == COMPARE_WITHIN)
		return within(naive, kind, &have, &values[0]);
	int first = compare(naive, kind, &have, &values[0]);
	for (uint16_t i = 0; i < step->count; i++)
		equal = equal || compare(naive, kind, &have, &values[i]) == 0;
	switch (step->comparison) {
	case COMPARE_LESS:
		return first < 0;
	case COMPARE_AT_MOST:
		return first <= 0;
	case COMPARE_GREATER:
		return first > 0;
	case COMPARE_AT_LEAST:
		return first >= 0;
	case COMPARE_BETWEEN:
		return first >= 0 && compare(naive, kind, &have, &values[1]) <= 0;
	case COMPARE_NOT_BETWEEN:
		return first < 0 || compare(naive, kind, &have, &values[1]) > 0;
	case COMPARE_NOT_EQUAL:
	case COMPARE_NOT_IN:
		return !equal;
	default:
		return equal;
	}
}

static bool join(bool *results, uint32_t count, bool both)
{
	bool out = both;
	for (uint32_t i = 0; i < count; i++)
		out = both ? out && results[i] : out || results[i];
	return out;
}

bool naive_passes(const struct naive *naive, struct wire_text program)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct predicate_step step;
	bool results[LIMIT_PREDICATE_STEPS + 1] = {false};
	uint32_t count = 0;
	while (predicate_next(&r, &step)) {
		bool result = true; /* of ALL */
		if (step.op == PREDICATE_TEST) {
			result = passes_test(naive, &step);
		} else if (step.op == PREDICATE_SAVED) {
			result = naive->saved(naive->context, step.name) == 1;
		} else if (step.op >= PREDICATE_NOT) {
			count -= step.count;
			result = step.op == PREDICATE_NOT
				     ? !results[count]
				     : join(results + count, step.count, step.op == PREDICATE_AND);
		}
		results[count++] = result;
	}
	return results[0];
}

/* Of one test. */
static enum error fault_of(const struct naive *naive, struct predicate_step *step)
{
	enum field_kind kind =
	    catalogue_fields[catalogue_find(step->name.bytes, step->name.size)].kind;
	bool between =
	    step->comparison == COMPARE_BETWEEN || step->comparison == COMPARE_NOT_BETWEEN;
	struct predicate_value value;
	naive_number before = 0;
	for (uint16_t i = 0; i < step->count; i++) {
		predicate_next_value(&step->values, &value);
		if (kind == FIELD_KIND_yearly)
			value.number = llabs(value.number);
		bool dated = kind == FIELD_KIND_date || kind == FIELD_KIND_yearly;
		naive_number number =
		    dated || between ? said(naive, dated ? FIELD_KIND_date : kind, &value) : 0;
		if (dated && (number < DAY_FIRST || number > DAY_LAST))
			return ERROR_QUERY_DATE;
		if (between && i == 1 && number < before)
			return ERROR_QUERY_REVERSED;
		before = number;
	}
	return ERROR_OK;
}

enum error naive_fault(const struct naive *naive, struct wire_text program)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct predicate_step step;
	enum error error = ERROR_OK;
	while (error == ERROR_OK && predicate_next(&r, &step))
		if (step.op == PREDICATE_TEST)
			error = fault_of(naive, &step);
		else if (step.op == PREDICATE_SAVED && naive->saved(naive->context, step.name) < 0)
			error = ERROR_SEGMENT_UNKNOWN;
	return error;
}
