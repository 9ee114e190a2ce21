/* found_test.c -- answers to questions: read when right, refused when hostile, never read beyond.
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/errors.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/found_reply.h"

static bool says(crm_text text, const char *expected)
{
	return text.size == strlen(expected) && memcmp(text.bytes, expected, text.size) == 0;
}

static void pages(void **state)
{
	crm_result *result = found_result();
	crm_column column;
	crm_datum datum;
	crm_place place;
	uint64_t customer;
	(void)state;
	assert_int_equal(crm_result_columns_size(result, FOUND_PAGE), 5);
	assert_int_equal(crm_result_column(result, FOUND_PAGE, 3, &column), 0);
	assert_true(says(column.name, "size") && column.places == 1);
	assert_string_equal(column.kind, "number");
	assert_int_equal(crm_result_column(result, FOUND_PAGE, 5, &column), -1);
	for (uint32_t index = FOUND_PAGE; index <= FOUND_PART; index += FOUND_PART) {
		assert_int_equal(crm_result_rows_size(result, index), 2);
		assert_int_equal(crm_result_row(result, index, 1, &customer), 0);
		assert_true(customer == 8);
		assert_int_equal(crm_result_datum(result, index, 0, 0, &datum), 0);
		assert_true(datum.form == CRM_TEXT && says(datum.text, "gold"));
		assert_int_equal(crm_result_datum(result, index, 0, 2, &datum), 0);
		assert_true(datum.form == CRM_NUMBER && datum.number == 10408);
		assert_int_equal(crm_result_datum(result, index, 1, 4, &datum), 0);
		assert_int_equal(datum.form, CRM_NULL);
		assert_int_equal(crm_result_datum(result, index, 1, 5, &datum), -1);
		assert_int_equal(crm_result_datum(result, index, 2, 0, &datum), -1);
	}
	assert_int_equal(crm_result_place(result, FOUND_PAGE, &place), 1);
	assert_true(place.query == 0xabc && place.null == 1 && place.customer == 8);
	assert_int_equal(crm_result_place(result, FOUND_GROUPS, &place), -1);
	crm_result_free(result);
}

static void groups(void **state)
{
	crm_result *result = found_result();
	crm_group group;
	crm_datum datum;
	(void)state;
	assert_int_equal(crm_result_columns_size(result, FOUND_GROUPS), 2);
	for (uint32_t index = FOUND_GROUPS; index <= FOUND_GROUPS_PART;
	     index += FOUND_GROUPS_PART - FOUND_GROUPS) {
		assert_int_equal(crm_result_groups_size(result, index), 2);
		assert_int_equal(crm_result_group(result, index, 0, &group), 0);
		assert_true(group.customers == 5 && group.valued == 4 && group.sum == 1000);
		assert_true(group.least == -7 && group.greatest == 900 && group.percentile == 300);
		assert_int_equal(crm_result_group_key(result, index, 0, 0, &datum), 0);
		assert_true(says(datum.text, "gold"));
		assert_int_equal(crm_result_group_key(result, index, 1, 0, &datum), 0);
		assert_int_equal(datum.form, CRM_NULL);
		assert_int_equal(crm_result_group_key(result, index, 1, 1, &datum), -1);
		assert_int_equal(crm_result_group(result, index, 2, &group), -1);
	}
	assert_int_equal(crm_result_stream(result, FOUND_GROUPS), 9);
	assert_int_equal(crm_result_stream_more(result, FOUND_GROUPS_PART), 0);
	crm_result_free(result);
}

static void others(void **state)
{
	crm_result *result = found_result();
	crm_segment_info segment;
	crm_field field;
	crm_plan plan;
	uint64_t count;
	(void)state;
	assert_int_equal(crm_result_stream(result, FOUND_STREAM), 3);
	assert_int_equal(crm_result_columns_size(result, FOUND_STREAM), 5);
	assert_int_equal(crm_result_stream_more(result, FOUND_PART), 1);
	assert_int_equal(crm_result_stream_more(result, FOUND_STREAM), -1);
	assert_int_equal(crm_result_count(result, FOUND_COUNT, &count), 0);
	assert_int_equal(count, 61204);
	assert_int_equal(crm_result_plan(result, FOUND_PAGE, &plan), 0);
	assert_string_equal(plan.name, "scan");
	assert_true(plan.estimate == 100 && plan.judged == 90 && plan.engine_us == 310);
	assert_int_equal(crm_result_plan(result, FOUND_COUNT, &plan), 0);
	assert_string_equal(plan.name, "unknown");
	assert_int_equal(crm_result_plan(result, FOUND_TEST, &plan), -1);
	assert_int_equal(crm_result_segments_size(result, FOUND_SEGMENTS), 1);
	assert_int_equal(crm_result_segment(result, FOUND_SEGMENTS, 0, &segment), 0);
	assert_true(says(segment.name, "best") && says(segment.source, "tier = gold"));
	assert_true(segment.number == 2 && segment.event == 70 && segment.building == 1);
	assert_int_equal(crm_result_segment(result, FOUND_SEGMENTS, 1, &segment), -1);
	assert_int_equal(crm_result_segments_next(result, FOUND_SEGMENTS), 3);
	assert_int_equal(crm_result_fields_size(result, FOUND_FIELDS), 1);
	assert_int_equal(crm_result_field(result, FOUND_FIELDS, 0, &field), 0);
	assert_true(says((crm_text){field.name, field.name_size}, "colour"));
	assert_true(says((crm_text){field.values, field.values_size}, "red,green"));
	assert_string_equal(field.kind, "choice");
	assert_true(field.number == 128 && field.added == 1);
	assert_int_equal(crm_result_fields_next(result, FOUND_FIELDS), 40);
	assert_int_equal(crm_result_is_member(result, FOUND_TEST), 1);
	assert_int_equal(crm_result_is_member(result, FOUND_PAGE), -1);
	assert_int_equal(crm_result_segment_event(result, FOUND_SAVED), 71);
	assert_int_equal(crm_result_field_event(result, FOUND_DROPPED), 72);
	assert_int_equal(crm_result_segment_event(result, FOUND_TEST), 0);
	assert_int_equal(crm_result_field_dropped(result, FOUND_DROPPED, &count), 0);
	assert_int_equal(count, 12);
	crm_result_free(result);
}

/* A refused question says what was wrong, what was meant, and where. */
static void refused(void **state)
{
	crm_result *result = found_result();
	crm_error error;
	(void)state;
	assert_int_equal(crm_result_error(result, FOUND_REFUSED, &error), ERROR_QUERY_FIELD);
	assert_string_equal(error.message, "no field \"teir\"; did you mean \"tier\"?");
	assert_int_equal(error.column, 9);
	assert_int_equal(error.batch_index, FOUND_REFUSED);
	assert_int_equal(crm_result_error(result, FOUND_PAGE, &error), CRM_OK);
	assert_int_equal(error.column, 0);
	crm_result_free(result);
}

/* Whatever is asked of whatever was taken, nothing beyond the reply is read. */
static void ask_everything(const crm_result *result)
{
	crm_column column;
	crm_datum datum;
	crm_group group;
	crm_place place;
	crm_plan plan;
	crm_segment_info segment;
	crm_field field;
	crm_error error;
	uint64_t number;
	for (uint32_t i = 0; i <= crm_result_size(result); i++)
		for (uint32_t j = 0; j < 4; j++) {
			crm_result_column(result, i, j, &column);
			crm_result_row(result, i, j, &number);
			crm_result_datum(result, i, j, 4, &datum);
			crm_result_group(result, i, j, &group);
			crm_result_group_key(result, i, j, 0, &datum);
			crm_result_segment(result, i, j, &segment);
			crm_result_field(result, i, j, &field);
			crm_result_place(result, i, &place);
			crm_result_plan(result, i, &plan);
			crm_result_error(result, i, &error);
			crm_result_segment_event(result, i);
		}
}

static void hostile(void **state)
{
	uint8_t bytes[4096];
	size_t size = found_reply(bytes, sizeof bytes);
	crm_result *result = NULL;
	(void)state;
	for (size_t cut = 0; cut <= size; cut++) {
		uint8_t *copy = malloc(cut + 1);
		memcpy(copy, bytes, cut);
		crm_status status = result_take(&result, found_asked, FOUND_ANSWERS, copy, cut);
		free(copy);
		assert_int_equal(status, cut == size ? CRM_OK : ERROR_BAD_REPLY);
	}
	for (size_t at = 0; at < size; at++)
		for (int bit = 0; bit < 8; bit++) {
			bytes[at] = (uint8_t)(bytes[at] ^ 1u << bit);
			if (result_take(&result, found_asked, FOUND_ANSWERS, bytes, size) == CRM_OK)
				ask_everything(result);
			bytes[at] = (uint8_t)(bytes[at] ^ 1u << bit);
		}
	crm_result_free(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pages),   cmocka_unit_test(groups),  cmocka_unit_test(others),
	    cmocka_unit_test(refused), cmocka_unit_test(hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
