/* date.c -- see date.h.  Days from and to civil dates by counting in 400-year eras that begin on
 * 1 March, so that the leap day comes last (the well-known algorithm of Howard Hinnant, "chrono-
 * compatible low-level date algorithms").
 */
#include "protocol/common/date.h"

#include <stdio.h>

#define ERA_DAYS 146097
#define DAYS_TO_1970 719468 /* from 0000-03-01 */

int32_t date_to_day(struct date date)
{
	int32_t year = date.year, month = date.month, day = date.day;
	year -= month <= 2;
	int32_t era = year / 400;
	int32_t year_of_era = year - era * 400;
	int32_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * ERA_DAYS + day_of_era - DAYS_TO_1970;
}

int32_t date_days_of_month(int32_t year, int32_t month)
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
	    of_month > date_days_of_month(year, month))
		return false;
	*day = date_to_day((struct date){year, month, of_month});
	return true;
}

struct date date_of_day(int32_t day)
{
	uint32_t shifted = (uint32_t)day + DAYS_TO_1970; /* from 0000-03-01: not negative */
	int32_t era = (int32_t)(shifted / ERA_DAYS);
	int32_t day_of_era = (int32_t)(shifted % ERA_DAYS);
	int32_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int32_t day_of_year =
	    day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int32_t month = (5 * day_of_year + 2) / 153;
	int32_t of_month = day_of_year - (153 * month + 2) / 5 + 1;
	month += month < 10 ? 3 : -9;
	return (struct date){year_of_era + era * 400 + (month <= 2), month, of_month};
}

void date_format(int32_t day, char *text)
{
	struct date date = date_of_day(day);
	snprintf(text, DATE_TEXT_BYTES, "%04d-%02d-%02d", (int)date.year, (int)date.month,
		 (int)date.day);
}

int32_t date_month_of_day(int32_t day)
{
	struct date date = date_of_day(day);
	return (date.year - 1970) * 12 + date.month - 1;
}

int32_t date_month_start(int32_t month)
{
	return date_to_day((struct date){1970 + month / 12, month % 12 + 1, 1});
}

int32_t date_month_end(int32_t month)
{
	int32_t year = 1970 + month / 12, of_year = month % 12 + 1;
	return date_to_day((struct date){year, of_year, date_days_of_month(year, of_year)});
}
