/* date.c -- see date.h.  Days from and to civil dates by counting in 400-year eras that begin on
 * 1 March, so that the leap day comes last (the well-known algorithm of Howard Hinnant, "chrono-
 * compatible low-level date algorithms").
 */
#include "protocol/common/date.h"

#include <stdio.h>

#define ERA_DAYS 146097
#define DAYS_TO_1970 719468 /* from 0000-03-01 */

static int32_t days_from_civil(int32_t year, int32_t month, int32_t day)
{
	year -= month <= 2;
	int32_t era = year / 400;
	int32_t year_of_era = year - era * 400;
	int32_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * ERA_DAYS + day_of_era - DAYS_TO_1970;
}

static int32_t days_of_month(int32_t year, int32_t month)
{
	static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return month == 2 && leap ? 29 : days[month - 1];
}

static bool read_digits(const char *text, size_t count, int32_t *value)
{
	*value = 0;
	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*value = *value * 10 + (text[i] - '0');
	}
	return true;
}

bool date_parse(const char *text, size_t size, int32_t *day)
{
	int32_t year, month, of_month;
	if (size != 10 || text[4] != '-' || text[7] != '-' || !read_digits(text, 4, &year) ||
	    !read_digits(text + 5, 2, &month) || !read_digits(text + 8, 2, &of_month))
		return false;
	if (year < 1 || month < 1 || month > 12 || of_month < 1 ||
	    of_month > days_of_month(year, month))
		return false;
	*day = days_from_civil(year, month, of_month);
	return true;
}

void date_format(int32_t day, char *text)
{
	int64_t shifted = (int64_t)day + DAYS_TO_1970;
	int64_t era = (shifted >= 0 ? shifted : shifted - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t day_of_era = shifted - era * ERA_DAYS;
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
	    day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	int64_t of_month = day_of_year - (153 * month + 2) / 5 + 1;
	month += month < 10 ? 3 : -9;
	int64_t year = year_of_era + era * 400 + (month <= 2);
	snprintf(text, DATE_TEXT_BYTES, "%04d-%02d-%02d", (int)year, (int)month, (int)of_month);
}
