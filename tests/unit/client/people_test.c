/* people_test.c -- profiles and identities in batches and results. */
#include <stdlib.h>
#include <string.h>

#include "client/batch.h"
#include "client/result.h"
#include "protocol/key.h"
#include "protocol/limits.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/fields.h"

static struct command command_at(const crm_batch *batch, uint32_t index)
{
	struct wire_reader r = {batch->body.data, batch->body.data + batch->body.size, false};
	struct command command = {0};
	struct error_detail detail;
	for (uint32_t i = 0; i <= index; i++)
		assert_int_equal(command_decode(&r, &command, &detail), ERROR_OK);
	return command;
}

static void encodes_commands(void **state)
{
	static const crm_assignment fields[] = {
	    {"phone", "+8613800138000"}, {"card", "a"}, {"CARD", "b"}, {"name", ""}};
	char text[256];
	crm_batch *batch = crm_batch_new();
	(void)state;
	assert_int_equal(crm_batch_customer_put(batch, &(crm_person){42, fields, 4, 0}, "r"), 0);
	assert_int_equal(crm_batch_customer_set(batch, &(crm_person){43, fields, 1, 0}, NULL), 1);
	assert_int_equal(crm_batch_customer_erase(batch, 44, "r"), 2);
	assert_int_equal(crm_batch_customer_find(batch, "email", "a@b.cn"), 3);
	assert_int_equal(crm_batch_customer_profile(batch, 45), 4);
	struct command put = command_at(batch, 0), set = command_at(batch, 1);
	assert_int_equal(put.opcode, OP_customer_put);
	assert_int_equal(put.as.customer_put.customer, 42);
	assert_string_equal(fields_format(put.as.customer_put.fields, text, sizeof text),
			    "phone=+8613800138000,card=a,card=b,name=");
	struct wire_id key = key_from_ref(OP_customer_put, "r", 1);
	assert_true(wire_id_equal(put.as.customer_put.key, key));
	assert_int_equal(set.opcode, OP_customer_set);
	assert_int_equal(set.as.customer_set.fields.count, 1);
	assert_int_equal(command_at(batch, 2).as.customer_erase.customer, 44);
	assert_int_equal(command_at(batch, 3).as.customer_find.field, PERSON_email);
	assert_int_equal(command_at(batch, 3).as.customer_find.value.size, 6);
	assert_int_equal(command_at(batch, 4).as.customer_profile.customer, 45);
	assert_int_equal(batch->keyless, 1);
	crm_batch_free(batch);
}

static void refuse(const crm_assignment *fields, uint32_t count, crm_status status)
{
	crm_batch *batch = crm_batch_new();
	crm_error error;
	assert_int_equal(crm_batch_customer_put(batch, &(crm_person){1, fields, count, 0}, NULL),
			 -1);
	assert_int_equal(crm_batch_size(batch), 0);
	assert_int_equal(batch_check(batch, &error), status);
	crm_batch_free(batch);
}

static void refuses_what_is_no_field(void **state)
{
	static const crm_assignment unknown[] = {{"name", "Zoe"}, {"phon-e", "x"}};
	static const crm_assignment nothing[] = {{NULL, "x"}}, valueless[] = {{"name", NULL}};
	crm_batch *batch = crm_batch_new();
	(void)state;
	refuse(unknown, 2, ERROR_BAD_ARGUMENT);
	refuse(nothing, 1, ERROR_BAD_ARGUMENT);
	refuse(valueless, 1, ERROR_BAD_ARGUMENT);
	assert_int_equal(crm_batch_customer_find(batch, "nose", "x"), -1);
	crm_batch_free(batch);
}

/* As large as a frame; larger. */
static void takes_large_values(void **state)
{
	char *value = malloc((3u << 20) + 1);
	crm_assignment fields[] = {{"notes", value}, {"notes", value}};
	crm_batch *batch = crm_batch_new();
	crm_error error;
	(void)state;
	memset(value, 'x', 3u << 20);
	value[3u << 20] = '\0';
	refuse(fields, 2, ERROR_BATCH_TOO_LARGE);
	assert_int_equal(crm_batch_customer_put(batch, &(crm_person){1, fields, 1, 0}, NULL), 0);
	assert_int_equal(batch_check_limits(batch, LIMIT_FRAME_BYTES, 16, &error),
			 ERROR_BATCH_TOO_LARGE);
	crm_batch_clear(batch);
	value[1000000] = '\0';
	assert_int_equal(crm_batch_customer_put(batch, &(crm_person){1, fields, 1, 0}, NULL), 0);
	assert_int_equal(batch_check_limits(batch, LIMIT_FRAME_BYTES, 16, &error), CRM_OK);
	crm_batch_free(batch);
	free(value);
}

/* --- answers --- */

#define ANSWERS 6u

static const struct batch_item asked[ANSWERS] = {
    {0, OP_customer_put, 0},  {0, OP_customer_set, 0},     {0, OP_customer_erase, 0},
    {0, OP_customer_find, 0}, {0, OP_customer_profile, 0}, {0, OP_customer_find, 0},
};

static size_t sample(uint8_t *bytes, size_t room)
{
	static uint8_t list[FIELDS_BYTES];
	struct wire_writer w = {bytes, bytes + room, false};
	struct answer answers[ANSWERS] = {
	    {.opcode = OP_customer_put, .as.customer_put = {7, 1, 3}},
	    {.opcode = OP_customer_set, .as.customer_set = {8, 4, 0}},
	    {.opcode = OP_customer_erase, .as.customer_erase = {9, 500}},
	    {.opcode = OP_customer_find, .as.customer_find = {42}},
	    {.opcode = OP_customer_profile, .as.customer_profile.version = 4},
	    {.opcode = OP_customer_find, .status = ERROR_IDENTITY_UNKNOWN, .detail = {2, 0}},
	};
	answers[4].as.customer_profile.fields =
	    fields_parse("phone=+8613800138000,name=Zoe,99=new", list);
	for (size_t i = 0; i < ANSWERS; i++)
		answer_encode(&w, &answers[i]);
	assert_false(w.failed);
	return (size_t)(w.at - bytes);
}

static void reads_answers(void **state)
{
	uint8_t bytes[1024];
	crm_result *result = NULL;
	crm_saved saved;
	crm_value value;
	crm_error error;
	uint64_t event, customer;
	int64_t points;
	(void)state;
	assert_int_equal(result_take(&result, asked, ANSWERS, bytes, sample(bytes, sizeof bytes)),
			 CRM_OK);
	assert_int_equal(crm_result_saved(result, 0, &saved), 0);
	assert_true(saved.event == 7 && saved.created == 1 && saved.version == 3);
	assert_int_equal(crm_result_saved(result, 1, &saved), 0);
	assert_true(saved.event == 8 && saved.created == 0 && saved.version == 4);
	assert_int_equal(crm_result_saved(result, 2, &saved), -1);
	assert_int_equal(crm_result_erased(result, 2, &event, &points), 0);
	assert_true(event == 9 && points == 500);
	assert_int_equal(crm_result_erased(result, 0, &event, &points), -1);
	assert_int_equal(crm_result_found(result, 3, &customer), 0);
	assert_int_equal(customer, 42);
	assert_int_equal(crm_result_profile_version(result, 4), 4);
	assert_int_equal(crm_result_profile_size(result, 4), 3);
	assert_int_equal(crm_result_profile_value(result, 4, 1, &value), 0);
	assert_string_equal(value.field, "name");
	assert_int_equal(value.size, 3);
	assert_memory_equal(value.value, "Zoe", 3);
	assert_int_equal(crm_result_profile_value(result, 4, 2, &value), 0);
	assert_string_equal(value.field, "unknown");
	assert_int_equal(crm_result_profile_value(result, 4, 3, &value), -1);
	assert_int_equal(crm_result_profile_size(result, 3), -1);
	assert_int_equal(crm_result_profile_version(result, 3), 0);
	assert_int_equal(crm_result_found(result, 5, &customer), -1);
	assert_int_equal(crm_result_error(result, 5, &error), ERROR_IDENTITY_UNKNOWN);
	assert_string_equal(error.message, "no customer has this phone");
	crm_result_free(result);
}

/* A cut or flipped reply is refused, or read within its bytes (sanitizers watch). */
static void survives_hostile_bytes(void **state)
{
	uint8_t bytes[1024];
	size_t size = sample(bytes, sizeof bytes);
	(void)state;
	for (size_t bit = 0; bit < size * 8; bit++) {
		uint8_t *copy = malloc(size);
		crm_result *result = NULL;
		crm_value value;
		memcpy(copy, bytes, size);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (result_take(&result, asked, ANSWERS, copy, size) == CRM_OK)
			for (int i = 0; i < crm_result_profile_size(result, 4); i++)
				crm_result_profile_value(result, 4, (uint32_t)i, &value);
		crm_result_free(result);
		free(copy);
	}
	for (size_t cut = 0; cut < size; cut++) {
		crm_result *result = NULL;
		assert_int_not_equal(result_take(&result, asked, ANSWERS, bytes, cut), CRM_OK);
		crm_result_free(result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(encodes_commands),       cmocka_unit_test(refuses_what_is_no_field),
	    cmocka_unit_test(takes_large_values),     cmocka_unit_test(reads_answers),
	    cmocka_unit_test(survives_hostile_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
