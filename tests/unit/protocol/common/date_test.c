/* date_test.c -- days and civil dates: known ones, and every day of 10,000 years against counting.
 */
#include <string.h>

#include "protocol/common/date.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/guard.h"

static void known(void **state)
{
	static const struct {
		const char *text;
		int32_t day;
	} rows[] = {
	    {"1970-01-01", 0},
	    {"1969-12-31", -1},
	    {"1970-12-31", 364},
	    {"1972-02-29", 789},
	    {"1998-07-01", 10408},
	    {"2000-02-29", 11016},
	    {"2000-03-01", 11017},
	    {"2026-11-25", 20782},
	    {"0001-01-01", DATE_DAY_MIN},
	    {"9999-12-31", DATE_DAY_MAX},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[DATE_TEXT_BYTES];
		int32_t day;
		assert_true(date_parse((const char *)guard_copy(rows[i].text, 10), 10, &day));
		assert_int_equal(day, rows[i].day);
		date_format(day, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void refused(void **state)
{
	static const char *const rows[] = {
	    "",           "1998-7-1",   "1998-07-1",   "1998-07-011", "19980701",
	    "1998/07/01", "1998-13-01", "1998-00-01",  "1998-01-00",  "1998-01-32",
	    "1998-04-31", "1998-02-29", "1900-02-29",  "2100-02-29",  "0000-01-01",
	    "-998-07-01", "1998-07-0x", " 1998-07-01", "1998-07-01 ", "today",
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t size = strlen(rows[i]);
		int32_t day;
		if (date_parse((const char *)guard_copy(rows[i], size), size, &day))
			fail_msg("\"%s\" is a date", rows[i]);
	}
}

static bool is_leap(int32_t year)
{
	return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

/* Count day by day, as a calendar on the wall would. */
static void every_day(void **state)
{
	static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32_t day = DATE_DAY_MIN;
	(void)state;
	for (int32_t year = 1; year <= 9999; year++)
		for (int32_t month = 1; month <= 12; month++) {
			int32_t length = lengths[month - 1] + (month == 2 && is_leap(year));
			assert_int_equal(date_days_of_month(year, month), length);
			for (int32_t of_month = 1; of_month <= length; of_month++, day++) {
				struct date date = date_of_day(day);
				if (date.year != year || date.month != month ||
				    date.day != of_month || date_to_day(date) != day)
					fail_msg("day %d is %d-%d-%d", day, date.year, date.month,
						 date.day);
			}
			int32_t since = (year - 1970) * 12 + month - 1;
			assert_int_equal(date_month_of_day(day - 1), since);
			if (since >= 0)
				assert_int_equal(date_month_end(since), day - 1);
		}
	assert_int_equal(day - 1, DATE_DAY_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(every_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
