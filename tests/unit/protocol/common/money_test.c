/* money_test.c -- amounts as text, both ways, for currencies of 0 to 18 decimal places. */
#include <stdio.h>
#include <string.h>

#include "protocol/common/money.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/guard.h"

static void fine(void **state)
{
	static const struct {
		const char *text;
		unsigned digits;
		int64_t minor;
	} rows[] = {
	    {"0", 2, 0},
	    {"-0", 2, 0},
	    {"11.77", 2, 1177},
	    {"11", 0, 11},
	    {"11.0", 0, 11},
	    {"11.00000000000000000000000", 2, 1100},
	    {"-0.5", 2, -50},
	    {"+3", 2, 300},
	    {"1_000", 2, 100000},
	    {"1_0.2_5", 2, 1025},
	    {"000000000000000000000000000012", 2, 1200},
	    {"0.001", 3, 1},
	    {"1.5", 5, 150000},
	    {"92233720368547758.07", 2, INT64_MAX},
	    {"-92233720368547758.08", 2, INT64_MIN},
	    {"9223372036854775807", 0, INT64_MAX},
	    {"9.223372036854775807", 18, INT64_MAX},
	    {"0.000000000000000001", 18, 1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t size = strlen(rows[i].text);
		const char *copy = (const char *)guard_copy(rows[i].text, size);
		int64_t minor = 99;
		assert_int_equal(money_parse(copy, size, rows[i].digits, &minor), MONEY_FINE);
		assert_true(minor == rows[i].minor);
	}
}

static void refused(void **state)
{
	static const struct {
		const char *text;
		unsigned digits;
		enum money_verdict verdict;
	} rows[] = {
	    {"", 2, MONEY_NOT},
	    {"-", 2, MONEY_NOT},
	    {"+-1", 2, MONEY_NOT},
	    {".5", 2, MONEY_NOT},
	    {"5.", 2, MONEY_NOT},
	    {"1.2.3", 2, MONEY_NOT},
	    {"1,000", 2, MONEY_NOT},
	    {"1e3", 2, MONEY_NOT},
	    {" 1", 2, MONEY_NOT},
	    {"1 ", 2, MONEY_NOT},
	    {"0x10", 2, MONEY_NOT},
	    {"_1", 2, MONEY_NOT},
	    {"1_", 2, MONEY_NOT},
	    {"1__0", 2, MONEY_NOT},
	    {"1_.0", 2, MONEY_NOT},
	    {"1._0", 2, MONEY_NOT},
	    {"1.0_", 2, MONEY_NOT},
	    {"nan", 2, MONEY_NOT},
	    {"\xef\xbc\x91", 2, MONEY_NOT}, /* a full-width 1 */
	    {"11.775", 2, MONEY_TOO_FINE},
	    {"11.5", 0, MONEY_TOO_FINE},
	    {"0.000000000000000000000000001", 2, MONEY_TOO_FINE},
	    {"92233720368547758.08", 2, MONEY_TOO_LARGE},
	    {"-92233720368547758.09", 2, MONEY_TOO_LARGE},
	    {"184467440737095516.16", 2, MONEY_TOO_LARGE},
	    {"99999999999999999999999999999999999999", 0, MONEY_TOO_LARGE},
	    {"92233720368547759", 2, MONEY_TOO_LARGE},
	    {"10", 18, MONEY_TOO_LARGE},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t size = strlen(rows[i].text);
		const char *copy = (const char *)guard_copy(rows[i].text, size);
		int64_t minor;
		enum money_verdict verdict = money_parse(copy, size, rows[i].digits, &minor);
		if (verdict != rows[i].verdict)
			fail_msg("\"%s\": verdict %d", rows[i].text, verdict);
	}
}

static void formatted(void **state)
{
	static const struct {
		int64_t minor;
		unsigned digits;
		const char *text;
	} rows[] = {
	    {0, 2, "0.00"},
	    {1177, 2, "11.77"},
	    {5, 2, "0.05"},
	    {-5, 2, "-0.05"},
	    {-50, 2, "-0.50"},
	    {11, 0, "11"},
	    {1, 3, "0.001"},
	    {INT64_MAX, 2, "92233720368547758.07"},
	    {INT64_MIN, 2, "-92233720368547758.08"},
	    {INT64_MIN, 0, "-9223372036854775808"},
	    {INT64_MIN, 18, "-9.223372036854775808"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[MONEY_TEXT_BYTES];
		int64_t back;
		money_format(rows[i].minor, rows[i].digits, text);
		assert_string_equal(text, rows[i].text);
		assert_int_equal(money_parse(text, strlen(text), rows[i].digits, &back),
				 MONEY_FINE);
		assert_true(back == rows[i].minor);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fine),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(formatted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
