/* errors_test.c -- the table of errors and the sentences made from it. */
#include <string.h>

#include "protocol/describe.h"
#include "tests/support/cmocka_tests.h"

static void numbers_and_names_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < error_info_count; i++) {
		assert_in_range(error_infos[i].error, 0, UINT16_MAX);
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(error_infos[i].error, error_infos[j].error);
			assert_string_not_equal(error_infos[i].name, error_infos[j].name);
		}
	}
}

static void every_number_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < error_info_count; i++)
		assert_ptr_equal(error_info((uint16_t)error_infos[i].error), &error_infos[i]);
	const struct error_info *unknown = error_info(UINT16_MAX);
	assert_int_equal(unknown->class, ERROR_CLASS_UNKNOWN);
	assert_string_equal(unknown->name, "UNKNOWN_STATUS");
}

/* Names fit crm_error.name, hints fit crm_error.hint, sentences with any integers its message. */
static void texts_fit_the_client(void **state)
{
	(void)state;
	for (size_t i = 0; i < error_info_count; i++) {
		char text[512];
		assert_true(strlen(error_infos[i].name) < 32);
		assert_true(strlen(error_infos[i].hint) < 160);
		size_t length =
		    error_format((uint16_t)error_infos[i].error,
				 (struct error_detail){INT64_MIN, INT64_MIN}, text, sizeof text);
		assert_true(length > 0 && length < 256);
		assert_null(strchr(text, '{'));
		assert_true(text[length - 1] != '.');
	}
}

static void integers_are_filled_in(void **state)
{
	char text[256];
	struct error_detail detail = {-5, INT64_MAX};
	(void)state;
	error_format(ERROR_BALANCE_TOO_LOW, detail, text, sizeof text);
	assert_string_equal(text, "the balance is -5, less than 9223372036854775807");
	detail = (struct error_detail){-1, 7};
	error_format(ERROR_NOT_FOUND, detail, text, sizeof text);
	assert_string_equal(text, "customer 18446744073709551615 does not exist");
	detail = (struct error_detail){INT64_MIN, 0};
	error_format(ERROR_AMOUNT_NOT_POSITIVE, detail, text, sizeof text);
	assert_string_equal(text, "-9223372036854775808 points are not more than zero");
	detail = (struct error_detail){10410, 10409};
	error_format(ERROR_DAY_INVALID, detail, text, sizeof text);
	assert_string_equal(text, "the business day 1998-07-03 is not from 1970-01-01 to "
				  "1998-07-02, a day after today");
	detail = (struct error_detail){INT64_MIN, 3000000};
	error_format(ERROR_DAY_INVALID, detail, text, sizeof text);
	assert_string_equal(text, "the business day -9223372036854775808 (days) is not from "
				  "1970-01-01 to 3000000 (days), a day after today");
}

static void cut_to_any_size(void **state)
{
	struct error_detail detail = {INT64_MIN, INT64_MIN};
	char whole[256];
	size_t length = error_format(ERROR_FRAME_TOO_LARGE, detail, whole, sizeof whole);
	(void)state;
	for (size_t size = 0; size <= length + 2; size++) {
		char text[258];
		memset(text, '#', sizeof text);
		size_t written = error_format(ERROR_FRAME_TOO_LARGE, detail, text, size);
		assert_int_equal(text[size], '#');
		if (size == 0)
			continue;
		assert_int_equal(written, size - 1 < length ? size - 1 : length);
		assert_int_equal(text[written], '\0');
		assert_memory_equal(text, whole, written);
	}
}

static void classes_have_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < error_info_count; i++) {
		assert_true(strlen(error_class_name(error_infos[i].class)) > 0);
		assert_true(strlen(error_class_doc(error_infos[i].class)) > 0);
	}
	assert_int_equal(error_info(ERROR_OK)->class, ERROR_CLASS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_and_names_are_unique),
	    cmocka_unit_test(every_number_is_found),
	    cmocka_unit_test(texts_fit_the_client),
	    cmocka_unit_test(integers_are_filled_in),
	    cmocka_unit_test(cut_to_any_size),
	    cmocka_unit_test(classes_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
