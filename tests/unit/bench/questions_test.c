/* questions_test.c -- birthdays of the scan, by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/questions.h"
#include "protocol/common/date.h"

static int32_t day(int32_t year, int32_t month, int32_t of_month)
{
	return date_to_day((struct date){year, month, of_month});
}

static bool has(int32_t born, int32_t today, int32_t days)
{
	return person_has_birthday(&(struct person){.birth_date = born}, today, days);
}

static void birthdays(void **unused)
{
	(void)unused;
	assert_true(has(day(1990, 7, 1), day(2026, 7, 1), 0));
	assert_true(has(day(1990, 7, 8), day(2026, 7, 1), 7));
	assert_false(has(day(1990, 7, 9), day(2026, 7, 1), 7));
	assert_false(has(day(1990, 6, 30), day(2026, 7, 1), 7));
	assert_true(has(day(1990, 1, 2), day(2026, 12, 29), 7));
	assert_false(has(PERSON_NO_DAY, day(2026, 7, 1), 365));
}

static void leap_days(void **unused)
{
	(void)unused;
	assert_true(has(day(1988, 2, 29), day(2026, 2, 28), 0));
	assert_false(has(day(1988, 2, 29), day(2026, 3, 1), 7));
	assert_true(has(day(1988, 2, 29), day(2028, 2, 29), 0));
	assert_false(has(day(1988, 2, 29), day(2028, 2, 28), 0));
	assert_true(has(day(1987, 2, 28), day(2028, 2, 28), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(birthdays),
	    cmocka_unit_test(leap_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
