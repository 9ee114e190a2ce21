/* effective.c -- see effective.h. */
#include "server/engine/effective.h"

#include "protocol/common/date.h"

void effective_row(const struct engine *engine, uint32_t row, int32_t today, struct effective *out)
{
	uint32_t months = rows_hot(&engine->rows, row)->months;
	int32_t now = today == engine->today ? engine->month : date_month_of_day(today);
	struct months_sum window = months_window(&engine->months, months, now);
	out->purchases = purchases_read(&engine->rows, row);
	out->purchases.spend12 = window.spend;
	out->purchases.orders12 = window.orders;
	out->spend12_before = months_window(&engine->months, months, now - 12).spend;
	out->stage = purchases_stage(&out->purchases, &engine->programme, today);
	out->band = purchases_band(&out->purchases, &engine->programme, today);
}
