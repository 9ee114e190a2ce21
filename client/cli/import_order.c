/* import_order.c -- see import_order.h.
 *
 *   P1  A value is taken whole or not at all: "19970231", "12.5x" and "1997011" (January or
 *       November?) are refused.
 *   P2  Equal rows give equal ids in the same order, whatever else is in the file and whatever the
 *       server answered: importing again repeats, and never adds.
 */
#include "client/cli/import_order.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "client/cli/import_cell.h"
#include "protocol/common/date.h"
#include "protocol/common/money.h"

#define FIELDS 5

static size_t field_count(const struct import_schema *schema)
{
	(void)schema;
	return FIELDS;
}

static const char *name(const struct import_schema *schema, size_t field)
{
	static const char *const names[FIELDS] = {"customer", "day", "amount", "items", "order"};
	(void)schema;
	return names[field];
}

static unsigned traits(const struct import_schema *schema, size_t field)
{
	static const unsigned each[FIELDS] = {IMPORT_NEEDED | IMPORT_NUMBER, IMPORT_NEEDED,
					      IMPORT_NEEDED | IMPORT_NUMBER, 0, 0};
	(void)schema;
	return each[field];
}

const struct import_schema import_order_schema = {
    field_count, name, traits, "there are customer, day, amount, items and order", NULL};

/* --- each field --- */

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

static bool read_day(const struct import_cell *cell, const char *format, int32_t *day)
{
	char is[128];
	if (!parse_date(cell->text->text, format, day)) {
		snprintf(is, sizeof is, "is not a day that exists, in the form %.60s", format);
		return import_cell_refuse(cell, is);
	}
	/* Here, because -1 would be taken for today. */
	return *day >= 0 || import_cell_refuse(cell, "is before 1970-01-01");
}

static bool read_amount(const struct import_cell *cell, unsigned digits, int64_t *amount)
{
	char is[96];
	switch (money_parse(cell->text->text, cell->text->size, digits, amount)) {
	case MONEY_FINE:
		return *amount >= 0 || import_cell_refuse(cell, "is less than zero");
	case MONEY_TOO_LARGE:
		return import_cell_refuse(cell, "is more than an amount can be");
	case MONEY_TOO_FINE:
		snprintf(is, sizeof is, "has more than the %u decimal places of the currency",
			 digits);
		return import_cell_refuse(cell, is);
	default:
		return import_cell_refuse(cell, "is not an amount such as 1234.50");
	}
}

static bool read_id(const struct import_cell *cell, char *id)
{
	if (cell->text->size > LIMIT_ORDER_BYTES)
		return import_cell_refuse(cell, "is over 64 bytes");
	memcpy(id, cell->text->text, cell->text->size + 1);
	return true;
}

/* --- the row --- */

static bool read_field(struct import_order *self, size_t field, const struct import_cell *cell)
{
	crm_order *order = &self->order;
	uint64_t number = 0;
	if (cell->text->size == 0)
		return import_cell_say(cell, "it is empty");
	switch (field) {
	case IMPORT_CUSTOMER:
		return import_cell_customer(cell, &order->customer);
	case IMPORT_DAY:
		return read_day(cell, self->rules.date, &order->day);
	case IMPORT_AMOUNT:
		return read_amount(cell, self->rules.digits, &order->amount);
	case IMPORT_ITEMS:
		if (!import_cell_number(cell, UINT32_MAX, &number))
			return false;
		order->items = (uint32_t)number;
		return true;
	default:
		return read_id(cell, self->id);
	}
}

/* P2: cdnow-<32 hex digits>-1 */
static enum import_verdict make_id(struct import_order *self, struct import_reason *why)
{
	const crm_order *order = &self->order;
	struct import_values values = {order->customer, order->day, order->amount, order->items};
	struct import_hash hash = import_count_hash(&values);
	uint64_t place = import_count_add(&self->count, hash);
	char id[128];
	if (place == 0)
		return IMPORT_NO_MEMORY;
	int size = snprintf(id, sizeof id, "%s-%016" PRIx64 "%016" PRIx64 "-%" PRIu64,
			    self->rules.space, hash.high, hash.low, place);
	if (size > (int)LIMIT_ORDER_BYTES) {
		import_because(why, "there are too many equal rows: %" PRIu64, place);
		return IMPORT_REJECTED;
	}
	memcpy(self->id, id, (size_t)size + 1);
	return IMPORT_FINE;
}

enum import_verdict import_order_read(void *context, const struct rows_split *row,
				      struct import_reason *why)
{
	struct import_order *self = context;
	self->order = (crm_order){.id = self->id, .no_points = self->rules.no_points};
	for (size_t field = 0; field < FIELDS; field++) {
		struct import_cell cell = {name(&import_order_schema, field),
					   import_map_column(self->rules.map, field), NULL, why};
		if (cell.column != 0 &&
		    (!import_cell_find(&cell, row) || !read_field(self, field, &cell)))
			return IMPORT_REJECTED;
	}
	return self->rules.space == NULL ? IMPORT_FINE : make_id(self, why);
}

static void add(const void *context, crm_batch *batch)
{
	const struct import_order *self = context;
	crm_batch_order(batch, &self->order);
}

const struct import_kind import_order_kind = {import_order_read, add, NULL};

void import_order_free(struct import_order *order)
{
	import_count_free(&order->count);
}
