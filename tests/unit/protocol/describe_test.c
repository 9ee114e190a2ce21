/* describe_test.c -- rules the declarations must keep, checked on their tables. */
#include <string.h>

#include "protocol/describe.h"
#include "protocol/events.h"
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

static void opcodes_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < message_info_count; i++) {
		assert_ptr_equal(message_info(message_infos[i].opcode), &message_infos[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(message_infos[i].name, message_infos[j].name);
	}
	assert_null(message_info(0));
}

static void writes_begin_with_their_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < message_info_count; i++) {
		const struct message_info *message = &message_infos[i];
		bool writes = strcmp(message->access, "WRITE") == 0;
		bool keyed = message->field_count > 0 &&
			     strcmp(message->fields[0].name, "key") == 0 &&
			     strcmp(message->fields[0].type, "id") == 0;
		assert_int_equal(writes, keyed);
	}
}

static void options_come_last(void **state)
{
	(void)state;
	for (size_t i = 0; i < message_info_count; i++)
		for (size_t f = 1; f < message_infos[i].field_count; f++)
			assert_true(message_infos[i].fields[f].optional ||
				    !message_infos[i].fields[f - 1].optional);
}

static void check_docs(const struct field_info *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(fields[i].doc);
		assert_true(length > 0 && fields[i].doc[length - 1] == '.');
		assert_null(strchr(fields[i].doc, '|')); /* it stands in a table */
	}
}

static void docs_are_sentences(void **state)
{
	(void)state;
	for (size_t i = 0; i < message_info_count; i++) {
		check_docs(message_infos[i].fields, message_infos[i].field_count);
		check_docs(message_infos[i].results, message_infos[i].result_count);
		assert_in_range(message_infos[i].since, 1, PROTOCOL_VERSION);
	}
	for (size_t i = 0; i < record_info_count; i++)
		check_docs(record_infos[i].members, record_infos[i].member_count);
}

static void events_have_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < event_info_count; i++) {
		assert_string_equal(event_type_name(event_infos[i].number), event_infos[i].name);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(event_infos[i].number, event_infos[j].number);
	}
	assert_string_equal(event_type_name(EVENT_NONE), "unknown");
	assert_string_equal(event_type_name(UINT16_MAX), "unknown");
}

/* A full history page must fit an answer. */
static void largest_page_fits_an_answer(void **state)
{
	uint8_t bytes[256];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct rec_entry entry = {0};
	(void)state;
	encode_rec_entry(&w, &entry);
	size_t record = (size_t)(w.at - bytes);
	assert_true(ANSWER_HEAD_BYTES + 8 + LIMIT_HISTORY_PAGE * record + 8 <= LIMIT_ANSWER_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opcodes_are_unique), cmocka_unit_test(writes_begin_with_their_key),
	    cmocka_unit_test(options_come_last),  cmocka_unit_test(docs_are_sentences),
	    cmocka_unit_test(events_have_names),  cmocka_unit_test(largest_page_fits_an_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
