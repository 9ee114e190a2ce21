/* fields_test.c -- fields added at run time, in batches and results. */
#include <stdlib.h>
#include <string.h>

#include "client/batch.h"
#include "client/result.h"
#include "protocol/catalogue.h"
#include "protocol/limits.h"
#include "tests/support/cmocka_tests.h"

static struct command last_of(const crm_batch *batch)
{
	struct wire_reader r = {batch->body.data, batch->body.data + batch->body.size, false};
	struct command command = {0};
	struct error_detail detail;
	while (r.at < r.end)
		assert_int_equal(command_decode(&r, &command, &detail), ERROR_OK);
	return command;
}

static void expect_text(struct wire_text text, const char *wanted)
{
	assert_int_equal(text.size, strlen(wanted));
	assert_memory_equal(text.bytes, wanted, text.size);
}

static void sends(void **state)
{
	crm_batch *batch = crm_batch_new();
	char values[2000];
	(void)state;
	memset(values, 'v', sizeof values);
	values[sizeof values - 1] = '\0';
	crm_new_field size = {.name = "shoe_size", .kind = "Number", .places = 1};
	crm_new_field colour = {.name = "colour", .kind = "choice", .values = values};
	assert_int_equal(crm_batch_field_add(batch, &size, "a"), 0);
	struct msg_field_add add = last_of(batch).as.field_add;
	expect_text(add.name, "shoe_size");
	assert_int_equal(add.kind, FIELD_KIND_number);
	assert_int_equal(add.places, 1);
	assert_int_equal(add.values.size, 0);
	assert_int_equal(crm_batch_field_add(batch, &colour, NULL), 1);
	add = last_of(batch).as.field_add;
	assert_int_equal(add.kind, FIELD_KIND_choice);
	expect_text(add.values, values);
	assert_int_equal(crm_batch_field_rename(batch, "colour", "hue", NULL), 2);
	struct msg_field_rename rename = last_of(batch).as.field_rename;
	expect_text(rename.name, "colour");
	expect_text(rename.to, "hue");
	assert_int_equal(crm_batch_field_drop(batch, "hue", NULL), 3);
	expect_text(last_of(batch).as.field_drop.name, "hue");
	assert_int_equal(crm_batch_field_list(batch, 9), 4);
	assert_int_equal(last_of(batch).as.field_list.from, 9);
	assert_int_equal(crm_batch_field_drop(batch, values, NULL),
			 5); /* too long stays too long */
	assert_int_equal(last_of(batch).as.field_drop.name.size, LIMIT_NAME_BYTES + 1);
	crm_batch_free(batch);
}

static void expect_refused(crm_batch *batch, int added, const char *why)
{
	crm_error error;
	assert_int_equal(added, -1);
	assert_int_equal(batch_check(batch, &error), ERROR_BAD_ARGUMENT);
	assert_non_null(strstr(error.message, why));
	crm_batch_clear(batch);
}

static void refuses_what_it_knows(void **state)
{
	crm_batch *batch = crm_batch_new();
	crm_new_field kindless = {.name = "a", .kind = "colour"}, nothing = {.name = "a"};
	crm_new_field nameless = {.kind = "money"};
	(void)state;
	expect_refused(batch, crm_batch_field_add(batch, &kindless, NULL), "crmdb/fields.h");
	expect_refused(batch, crm_batch_field_add(batch, &nothing, NULL), "crmdb/fields.h");
	expect_refused(batch, crm_batch_field_add(batch, &nameless, NULL), "no name");
	expect_refused(batch, crm_batch_field_rename(batch, "a", NULL, NULL), "no name");
	expect_refused(batch, crm_batch_field_rename(batch, NULL, "a", NULL), "no name");
	expect_refused(batch, crm_batch_field_drop(batch, NULL, NULL), "no name");
	crm_batch_free(batch);
}

/* --- answers --- */

#define ANSWERS 5u

static const struct batch_item asked[ANSWERS] = {
    {0, OP_field_add, 0},  {0, OP_field_rename, 0}, {0, OP_field_drop, 0},
    {0, OP_field_list, 0}, {0, OP_field_add, 0},
};

static const struct rec_field listed[] = {
    {.name = {"spend", 5}, .kind = FIELD_KIND_money, .doc = {"Spend.", 6}},
    {.number = 128,
     .name = {"size", 4},
     .kind = FIELD_KIND_number,
     .places = 1,
     .added = 1,
     .values = {"a,b", 3}},
    {.name = {"later", 5}, .kind = 99},
};

static size_t sample(uint8_t *bytes, size_t room)
{
	static uint8_t list[512];
	struct wire_writer w = {bytes, bytes + room, false}, fields = {list, list + 512, false};
	struct answer answers[ANSWERS] = {
	    {.opcode = OP_field_add, .as.field_add = {7, 128}},
	    {.opcode = OP_field_rename, .as.field_rename = {8}},
	    {.opcode = OP_field_drop, .as.field_drop = {9, 3}},
	    {.opcode = OP_field_list, .as.field_list.next = 5},
	    {.opcode = OP_field_add, .status = ERROR_FIELD_FULL, .detail = {64, 0}},
	};
	for (size_t i = 0; i < 3; i++)
		encode_rec_field(&fields, &listed[i]);
	answers[3].as.field_list.fields = (struct wire_list){list, (uint32_t)(fields.at - list), 3};
	for (size_t i = 0; i < ANSWERS; i++)
		answer_encode(&w, &answers[i]);
	assert_false(w.failed || fields.failed);
	return (size_t)(w.at - bytes);
}

static void expect_field(const crm_field *field, const struct rec_field *wanted)
{
	assert_int_equal(field->number, wanted->number);
	assert_int_equal(field->places, wanted->places);
	assert_int_equal(field->added, wanted->added);
	expect_text((struct wire_text){field->name, field->name_size}, wanted->name.bytes);
	assert_int_equal(field->values_size, wanted->values.size);
	assert_int_equal(field->doc_size, wanted->doc.size);
}

static void reads_answers(void **state)
{
	uint8_t bytes[1024];
	crm_result *result = NULL;
	crm_field field;
	uint64_t customers = 0;
	(void)state;
	size_t size = sample(bytes, sizeof bytes);
	assert_int_equal(result_take(&result, asked, ANSWERS, bytes, size), CRM_OK);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(crm_result_field_event(result, i), 7 + i);
	assert_int_equal(crm_result_field_event(result, 3), 0);
	assert_int_equal(crm_result_field_event(result, 4), 0);
	assert_int_equal(crm_result_field_number(result, 0), 128);
	assert_int_equal(crm_result_field_number(result, 4), -1);
	assert_int_equal(crm_result_field_dropped(result, 2, &customers), 0);
	assert_int_equal(customers, 3);
	assert_int_equal(crm_result_field_dropped(result, 1, &customers), -1);
	assert_int_equal(crm_result_fields_size(result, 3), 3);
	assert_int_equal(crm_result_fields_size(result, 0), -1);
	assert_int_equal(crm_result_fields_next(result, 3), 5);
	assert_int_equal(crm_result_fields_next(result, 0), 0);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(crm_result_field(result, 3, i, &field), 0);
		expect_field(&field, &listed[i]);
	}
	assert_string_equal(field.kind, "unknown");
	assert_int_equal(crm_result_field(result, 3, 3, &field), -1);
	assert_int_equal(crm_result_field(result, 0, 0, &field), -1);
	crm_result_free(result);
}

static void a_damaged_list_is_no_reply(void **state)
{
	uint8_t bytes[1024];
	crm_result *result = NULL;
	(void)state;
	size_t size = sample(bytes, sizeof bytes);
	uint8_t *name = memchr(bytes, 's', size); /* of spend; its size is before it */
	assert_non_null(name);
	name[-4] = 200;
	assert_int_equal(result_take(&result, asked, ANSWERS, bytes, size), ERROR_BAD_REPLY);
	crm_result_free(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sends),
	    cmocka_unit_test(refuses_what_it_knows),
	    cmocka_unit_test(reads_answers),
	    cmocka_unit_test(a_damaged_list_is_no_reply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
