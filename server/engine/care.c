/* care.c -- see care.h. */
#include "server/engine/care.h"

#include "protocol/common/date.h"

/* Stored date of a kind; 0: none. */
static uint64_t date_of(const struct engine *engine, uint32_t row, struct care_kind kind)
{
	return attributes_get(engine, row,
			      kind.kind == CARE_birthday ? PERSON_birth_date : PERSON_anniversary);
}

bool care_applies(const struct engine *engine, uint32_t row, struct care_kind kind)
{
	if (kind.kind != CARE_holiday)
		return date_of(engine, row, kind) != 0;
	uint64_t kept = attributes_get(engine, row, PERSON_holidays);
	return kind.holiday > 0 && (kept >> (kind.holiday - 1) & 1) != 0;
}

int32_t care_day(const struct engine *engine, uint32_t row, struct care_kind kind, int32_t year)
{
	struct date date = date_of_day(attributes_day(date_of(engine, row, kind)));
	int32_t most = date_days_of_month(year, date.month);
	return date_to_day((struct date){year, date.month, date.day < most ? date.day : most});
}

int32_t care_year(const struct engine *engine, uint32_t row, struct care_kind kind, int32_t today)
{
	int32_t year = date_of_day(today).year, nearest = year;
	if (kind.kind == CARE_holiday)
		return year;
	int32_t least = INT32_MAX;
	for (int32_t other = year - 1; other <= year + 1; other++) {
		int32_t gap = care_day(engine, row, kind, other) - today;
		gap = gap < 0 ? -gap : gap;
		nearest = gap < least ? other : nearest;
		least = gap < least ? gap : least;
	}
	return nearest;
}

uint32_t care_done(const struct engine *engine, uint32_t row, struct care_kind kind)
{
	if (kind.kind == CARE_birthday)
		return *rows_birthday_care(&engine->rows, row);
	uint32_t field = kind.kind == CARE_anniversary ? SPARSE_ANNIVERSARY_CARE
						       : SPARSE_HOLIDAY_CARE + kind.holiday;
	return (uint32_t)sparse_get(&engine->sparse, row, (uint16_t)field);
}

void care_note(struct engine *engine, uint32_t row, struct care_kind kind, uint32_t year)
{
	if (kind.kind == CARE_birthday) {
		*rows_birthday_care(&engine->rows, row) = (uint16_t)year;
		return;
	}
	uint32_t field = kind.kind == CARE_anniversary ? SPARSE_ANNIVERSARY_CARE
						       : SPARSE_HOLIDAY_CARE + kind.holiday;
	sparse_set(&engine->sparse, row, (uint16_t)field, year);
}
