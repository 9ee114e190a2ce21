/* sources_compute.c -- fields that no column holds, worked out for a row; see sources.h. */
#include "server/engine/attributes.h"
#include "server/engine/calendar.h"
#include "server/engine/purchases.h"
#include "server/engine/query/sources.h"

#include "protocol/common/date.h"

static int64_t day_or_null(uint16_t day)
{
	return day == ROWS_NO_DAY ? SOURCE_NULL : day;
}

static int64_t band_of(const struct engine *engine, uint32_t row, int32_t today)
{
	const struct rows *rows = &engine->rows;
	struct purchases purchases = {.orders = *rows_orders(rows, row),
				      .first_day = *rows_first_day(rows, row),
				      .spend12 = *rows_spend12(rows, row)};
	return (int64_t)purchases_band(&purchases, &engine->programme, today);
}

static int64_t before_of(const struct engine *engine, uint32_t row, int32_t today)
{
	int32_t now = today == engine->today ? engine->month : date_month_of_day(today);
	return months_window(&engine->months, rows_hot(&engine->rows, row)->months, now - 12).spend;
}

static int64_t gap_of(const struct rows *rows, uint32_t row)
{
	uint16_t last = *rows_last_day(rows, row), previous = *rows_previous_day(rows, row);
	return previous == ROWS_NO_DAY ? SOURCE_NULL : last - previous;
}

int64_t sources_compute(const struct engine *engine, uint32_t place, uint32_t row, int32_t today)
{
	const struct rows *rows = &engine->rows;
	const struct rows_hot *hot = rows_hot(rows, row);
	switch (place) {
	case CATALOGUE_band:
		return band_of(engine, row, today);
	case CATALOGUE_spend12_before:
		return before_of(engine, row, today);
	case CATALOGUE_largest_order:
		return *rows_orders(rows, row) == 0 ? SOURCE_NULL : hot->largest;
	case CATALOGUE_gap:
		return gap_of(rows, row);
	case CATALOGUE_created:
		return calendar_day(engine->genesis.zone_table, hot->created_us);
	case CATALOGUE_events:
		return hot->events;
	case CATALOGUE_tier_until:
		return day_or_null(hot->tier_until);
	case CATALOGUE_partner:
		return (int64_t)attributes_get(engine, row, PERSON_partner);
	case CATALOGUE_holidays:
		return (int64_t)attributes_get(engine, row, PERSON_holidays);
	default:
		ENSURE(0 && "a computed field");
	}
	return SOURCE_NULL;
}
