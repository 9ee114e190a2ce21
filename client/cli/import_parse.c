/* import_parse.c -- see import_parse.h.
 *
 *   P1  A value is taken whole or not at all: "19970231", "12.5x" and "1997011" (January or
 *       November?) are refused.
 *   P2  Equal rows give equal ids in the same order, whatever else is in the file and whatever the
 *       server answered: importing again repeats, and never adds.
 */
#include "client/cli/import_parse.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "protocol/common/date.h"
#include "protocol/common/money.h"
#include "protocol/common/number.h"
#include "protocol/common/utf8.h"

#define SHOWN_BYTES 40 /* of a value, in a reason */

/* One value on its way. */
struct value {
	const struct import_map *map;
	enum import_field field;
	const struct rows_field *text;
	struct import_reason *why;
};

/* day (column 2): "19970231" is ... */
static bool refuse(const struct value *value, const char *is)
{
	const char *text = value->text->text;
	size_t shown = value->text->size;
	const char *more = "";
	if (shown > SHOWN_BYTES) {
		for (shown = SHOWN_BYTES; ((unsigned char)text[shown] & 0xc0) == 0x80;)
			shown--; /* whole characters */
		more = "...";
	}
	return import_because(value->why, "%s (column %u): \"%.*s%s\" %s",
			      import_field_names[value->field], value->map->column[value->field],
			      (int)shown, text, more, is);
}

static bool find(struct value *value, const struct rows_split *row)
{
	unsigned column = value->map->column[value->field];
	const char *name = import_field_names[value->field];
	if (column > row->count)
		return import_because(value->why, "%s (column %u): the row has only %zu column%s",
				      name, column, row->count, row->count == 1 ? "" : "s");
	value->text = &row->fields[column - 1];
	if (!utf8_is_valid(value->text->text, value->text->size))
		return import_because(value->why,
				      "%s (column %u): it is not UTF-8: convert the file with "
				      "iconv",
				      name, column);
	if (value->text->size == 0)
		return import_because(value->why, "%s (column %u): it is empty", name, column);
	return true;
}

/* --- each field --- */

static bool read_number(const struct value *value, uint64_t max, uint64_t *out)
{
	switch (number_unsigned(value->text->text, max, out)) {
	case NUMBER_FINE:
		return true;
	case NUMBER_TOO_LARGE:
		return refuse(value, "is too large");
	default:
		return refuse(value, value->text->text[0] == '-' ? "is not a whole number from 0 up"
								 : "is not a whole number");
	}
}

/* Two conversions with nothing between them: how many digits each has is then a matter of luck. */
static bool runs_together(const char *format)
{
	for (const char *at = format; *at != '\0'; at++)
		if (at[0] == '%' && at[1] != '\0' && at[2] == '%')
			return true;
	return false;
}

/* P1 */
static bool parse_date(const char *text, const char *format, int32_t *day)
{
	struct tm tm = {.tm_year = INT32_MIN, .tm_mon = -1};
	char again[IMPORT_DATE_BYTES];
	const char *end = strptime(text, format, &tm);
	if (end == NULL || *end != '\0' || tm.tm_year < -1899 || tm.tm_year > 9999 - 1900 ||
	    tm.tm_mon < 0 || tm.tm_mday < 1)
		return false;
	int32_t year = tm.tm_year + 1900, month = tm.tm_mon + 1;
	if (tm.tm_mday > date_days_of_month(year, month))
		return false;
	*day = date_to_day((struct date){year, month, tm.tm_mday});
	return !runs_together(format) ||
	       (strftime(again, sizeof again, format, &tm) > 0 && strlen(again) == strlen(text));
}

bool import_date_is_whole(const char *format)
{
	struct tm tm = {.tm_year = 98, .tm_mon = 6, .tm_mday = 23, .tm_wday = 4, .tm_yday = 203};
	struct date expected = {1998, 7, 23};
	char text[IMPORT_DATE_BYTES];
	int32_t day;
	return strftime(text, sizeof text, format, &tm) > 0 && parse_date(text, format, &day) &&
	       day == date_to_day(expected);
}

static bool read_day(const struct value *value, const char *format, int32_t *day)
{
	char is[128];
	if (!parse_date(value->text->text, format, day)) {
		snprintf(is, sizeof is, "is not a day that exists, in the form %.60s", format);
		return refuse(value, is);
	}
	/* Here, because -1 would be taken for today. */
	return *day >= 0 || refuse(value, "is before 1970-01-01");
}

static bool read_amount(const struct value *value, unsigned digits, int64_t *amount)
{
	char is[96];
	switch (money_parse(value->text->text, value->text->size, digits, amount)) {
	case MONEY_FINE:
		return *amount >= 0 || refuse(value, "is less than zero");
	case MONEY_TOO_LARGE:
		return refuse(value, "is more than an amount can be");
	case MONEY_TOO_FINE:
		snprintf(is, sizeof is, "has more than the %u decimal places of the currency",
			 digits);
		return refuse(value, is);
	default:
		return refuse(value, "is not an amount such as 1234.50");
	}
}

static bool read_id(const struct value *value, char *id)
{
	if (value->text->size > LIMIT_ORDER_BYTES)
		return refuse(value, "is over 64 bytes");
	memcpy(id, value->text->text, value->text->size + 1);
	return true;
}

/* --- the row --- */

static bool read_field(struct value *value, const struct import_rules *rules,
		       struct import_order *out)
{
	uint64_t number = 0;
	switch (value->field) {
	case IMPORT_CUSTOMER:
		if (!read_number(value, UINT64_MAX, &out->order.customer))
			return false;
		return out->order.customer != 0 ||
		       refuse(value, "is not a customer: ids start at 1");
	case IMPORT_DAY:
		return read_day(value, rules->date, &out->order.day);
	case IMPORT_AMOUNT:
		return read_amount(value, rules->digits, &out->order.amount);
	case IMPORT_ITEMS:
		if (!read_number(value, UINT32_MAX, &number))
			return false;
		out->order.items = (uint32_t)number;
		return true;
	default:
		return read_id(value, out->id);
	}
}

/* P2: cdnow-<32 hex digits>-1 */
static enum import_verdict make_id(const struct import_rules *rules, struct import_count *count,
				   struct import_order *out, struct import_reason *why)
{
	struct import_values values = {out->order.customer, out->order.day, out->order.amount,
				       out->order.items};
	struct import_hash hash = import_count_hash(&values);
	uint64_t place = import_count_add(count, hash);
	char id[128];
	if (place == 0)
		return IMPORT_NO_MEMORY;
	int size = snprintf(id, sizeof id, "%s-%016" PRIx64 "%016" PRIx64 "-%" PRIu64, rules->space,
			    hash.high, hash.low, place);
	if (size > (int)LIMIT_ORDER_BYTES) {
		import_because(why, "there are too many equal rows: %" PRIu64, place);
		return IMPORT_REJECTED;
	}
	memcpy(out->id, id, (size_t)size + 1);
	return IMPORT_FINE;
}

enum import_verdict import_parse(const struct import_rules *rules, struct import_count *count,
				 const struct rows_split *row, struct import_order *out,
				 struct import_reason *why)
{
	struct value value = {.map = rules->map, .why = why};
	out->order = (crm_order){.id = out->id, .no_points = rules->no_points};
	for (int field = 0; field < IMPORT_FIELDS; field++) {
		value.field = (enum import_field)field;
		if (rules->map->column[field] != 0 &&
		    (!find(&value, row) || !read_field(&value, rules, out)))
			return IMPORT_REJECTED;
	}
	return rules->space == NULL ? IMPORT_FINE : make_id(rules, count, out, why);
}
