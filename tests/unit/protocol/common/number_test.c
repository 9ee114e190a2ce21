/* number_test.c -- whole numbers as people write them. */
#include <string.h>

#include "protocol/common/number.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/guard.h"

static void without_sign(void **state)
{
	static const struct {
		const char *text;
		uint64_t max, value;
		enum number_verdict verdict;
	} rows[] = {
	    {"0", UINT64_MAX, 0, NUMBER_FINE},
	    {"+5", UINT64_MAX, 5, NUMBER_FINE},
	    {"1_000", UINT64_MAX, 1000, NUMBER_FINE},
	    {"18446744073709551615", UINT64_MAX, UINT64_MAX, NUMBER_FINE},
	    {"18446744073709551616", UINT64_MAX, 0, NUMBER_TOO_LARGE},
	    {"7", 6, 0, NUMBER_TOO_LARGE},
	    {"", UINT64_MAX, 0, NUMBER_NOT},
	    {"-5", UINT64_MAX, 0, NUMBER_NOT},
	    {"1__0", UINT64_MAX, 0, NUMBER_NOT},
	    {"1_", UINT64_MAX, 0, NUMBER_NOT},
	    {"1.0", UINT64_MAX, 0, NUMBER_NOT},
	    {"1 ", UINT64_MAX, 0, NUMBER_NOT},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t size = strlen(rows[i].text);
		const char *copy = (const char *)guard_copy(rows[i].text, size);
		uint64_t value = 0, in = 0;
		assert_int_equal(number_unsigned(rows[i].text, rows[i].max, &value),
				 rows[i].verdict);
		assert_int_equal(number_unsigned_in(copy, size, rows[i].max, &in), rows[i].verdict);
		if (rows[i].verdict == NUMBER_FINE)
			assert_true(value == rows[i].value && in == rows[i].value);
	}
}

static void with_sign(void **state)
{
	int64_t value;
	(void)state;
	assert_int_equal(number_signed("-9223372036854775808", &value), NUMBER_FINE);
	assert_true(value == INT64_MIN);
	assert_int_equal(number_signed("+9_223_372_036_854_775_807", &value), NUMBER_FINE);
	assert_true(value == INT64_MAX);
	assert_int_equal(number_signed("-9223372036854775809", &value), NUMBER_TOO_LARGE);
	assert_int_equal(number_signed("9223372036854775808", &value), NUMBER_TOO_LARGE);
	assert_int_equal(number_signed("--1", &value), NUMBER_NOT);
}

/* A NUL inside is no end, and a very long text no number. */
static void odd_sizes(void **state)
{
	char text[100];
	uint64_t value;
	(void)state;
	assert_int_equal(number_unsigned_in("5\0006", 3, UINT64_MAX, &value), NUMBER_NOT);
	memset(text, '0', sizeof text);
	assert_int_equal(number_unsigned_in(text, sizeof text, UINT64_MAX, &value), NUMBER_NOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_sign),
	    cmocka_unit_test(with_sign),
	    cmocka_unit_test(odd_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
