/* batch_test.c -- batches: their bytes, keys, faults and limits. */
#include <stdlib.h>
#include <string.h>

#include "client/batch.h"
#include "client/error.h"
#include "protocol/key.h"
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

static const struct keys clock_keys = {0};

/* Decode command `index` of the body. */
static struct command command_at(const crm_batch *batch, uint32_t index)
{
	struct wire_reader r = {batch->body.data, batch->body.data + batch->body.size, false};
	struct command command = {0};
	struct error_detail detail;
	for (uint32_t i = 0; i <= index; i++)
		assert_int_equal(command_decode(&r, &command, &detail), ERROR_OK);
	return command;
}

static void encodes_every_command(void **state)
{
	crm_batch *batch = crm_batch_new();
	(void)state;
	assert_int_equal(crm_batch_ping(batch, 9), 0);
	assert_int_equal(crm_batch_info(batch), 1);
	assert_int_equal(crm_batch_customer_create(batch, 42, "a"), 2);
	assert_int_equal(crm_batch_customer_get(batch, 43), 3);
	assert_int_equal(crm_batch_points_earn(batch, 44, 500, "b"), 4);
	assert_int_equal(crm_batch_points_redeem(batch, 45, 200, "b"), 5);
	assert_int_equal(crm_batch_points_adjust(batch, 46, -5, NULL), 6);
	assert_int_equal(crm_batch_history(batch, 47, 7, 3), 7);
	assert_int_equal(crm_batch_size(batch), 8);

	assert_int_equal(command_at(batch, 0).as.ping.nonce, 9);
	assert_int_equal(command_at(batch, 1).opcode, OP_info);
	assert_int_equal(command_at(batch, 2).as.customer_create.customer, 42);
	assert_int_equal(command_at(batch, 3).as.customer_get.customer, 43);
	struct command earn = command_at(batch, 4), redeem = command_at(batch, 5);
	struct wire_id key = key_from_ref(OP_points_earn, "b", 1);
	assert_int_equal(earn.as.points_earn.points, 500);
	assert_true(wire_id_equal(earn.as.points_earn.key, key));
	assert_false(wire_id_equal(redeem.as.points_redeem.key, key)); /* another operation */
	assert_int_equal(command_at(batch, 6).as.points_adjust.points, -5);
	assert_int_equal(command_at(batch, 7).as.history.from, 7);
	assert_int_equal(command_at(batch, 7).as.history.limit, 3);
	crm_batch_free(batch);
}

static void makes_fresh_keys_once(void **state)
{
	crm_batch *batch = crm_batch_new();
	struct wire_id keys[300], again;
	(void)state;
	for (int i = 0; i < 300; i++)
		crm_batch_points_earn(batch, 1, 1, NULL);
	assert_true(batch_make_keys(batch, &clock_keys));
	for (uint32_t i = 0; i < 300; i++) {
		assert_true(batch_key(batch, i, &keys[i]));
		assert_int_equal(key_version(keys[i]), 7);
		for (uint32_t j = 0; j < i; j++)
			assert_false(wire_id_equal(keys[i], keys[j]));
	}
	crm_batch_points_earn(batch, 1, 1, NULL);
	assert_true(batch_make_keys(batch, &clock_keys)); /* the older ones are kept */
	for (uint32_t i = 0; i < 300; i++)
		assert_true(batch_key(batch, i, &again) && wire_id_equal(again, keys[i]));
	crm_batch_clear(batch);
	crm_batch_points_earn(batch, 1, 1, NULL);
	assert_true(batch_make_keys(batch, &clock_keys));
	assert_true(batch_key(batch, 0, &again) && !wire_id_equal(again, keys[0]));
	crm_batch_free(batch);
}

static void keys_follow_the_server_clock(void **state)
{
	struct keys ahead = {INT64_C(1700000000) * 1000000};
	struct wire_id key, other;
	(void)state;
	assert_true(keys_begin(&ahead, &key));
	assert_true(keys_begin(&clock_keys, &other));
	uint64_t difference_ms = key_unix_ms(key) - key_unix_ms(other);
	assert_in_range(difference_ms, UINT64_C(1700000000000) - 60000, UINT64_C(1700000000000));
}

static void takes_a_given_key(void **state)
{
	crm_batch *batch = crm_batch_new();
	struct wire_id key;
	crm_key given = {{1, 2, 3}};
	crm_error error;
	(void)state;
	crm_batch_points_earn(batch, 1, 1, NULL);
	assert_int_equal(crm_batch_key(batch, given), 0);
	assert_true(batch_make_keys(batch, &clock_keys));
	assert_true(batch_key(batch, 0, &key));
	assert_memory_equal(key.bytes, given.bytes, sizeof given.bytes);
	assert_int_equal(batch_check(batch, NULL), CRM_OK);
	crm_batch_customer_get(batch, 1);
	assert_int_equal(crm_batch_key(batch, given), -1);
	assert_int_equal(batch_check(batch, &error), ERROR_BAD_ARGUMENT);
	assert_string_equal(error.message, "crm_batch_key: the last command takes no other key");
	crm_batch_clear(batch);
	assert_int_equal(crm_batch_key(batch, given), -1);
	crm_batch_free(batch);
}

static void refuses_bad_refs(void **state)
{
	static const char *const bad[] = {
	    "",
	    "\xff",
	    "a\xc0\xaf",
	    "\xed\xa0\x80",
	    "0123456789012345678901234567890123456789012345678901234567890123x", /* 65 */
	};
	crm_batch *batch = crm_batch_new();
	crm_error error;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		crm_batch_clear(batch);
		assert_int_equal(crm_batch_ping(batch, 1), 0);
		assert_int_equal(crm_batch_points_earn(batch, 1, 1, bad[i]), -1);
		assert_int_equal(crm_batch_ping(batch, 1), 1);
		assert_int_equal(batch_check(batch, &error), ERROR_REF_INVALID);
		assert_int_equal(error.batch_index, 1);
		assert_int_equal(error.in_doubt, 0);
	}
	crm_batch_clear(batch);
	assert_int_equal(crm_batch_points_earn(batch, 1, 1, bad[4] + 1), 0); /* 64 */
	assert_int_equal(batch_check(batch, &error), CRM_OK);
	crm_batch_free(batch);
}

static void knows_limits(void **state)
{
	crm_batch *batch = crm_batch_new();
	crm_error error;
	(void)state;
	assert_int_equal(batch_check(NULL, &error), ERROR_BAD_ARGUMENT);
	assert_int_equal(batch_check(batch, &error), ERROR_BATCH_EMPTY);
	assert_int_equal(crm_batch_ping(NULL, 1), -1);
	for (int i = 0; i < 20000; i++)
		crm_batch_points_earn(batch, 1, 1, NULL);
	assert_int_equal(batch_check(batch, &error), CRM_OK);
	assert_int_equal(batch_check_limits(batch, LIMIT_FRAME_BYTES, 20000, &error), CRM_OK);
	assert_int_equal(batch_check_limits(batch, LIMIT_FRAME_BYTES, 19999, &error),
			 ERROR_BATCH_TOO_LARGE);
	assert_non_null(strstr(error.message, "19999 commands"));
	assert_non_null(strstr(error.hint, "20000 commands"));
	uint32_t bytes = (uint32_t)batch->body.size + 24;
	assert_int_equal(batch_check_limits(batch, bytes, 20000, &error), CRM_OK);
	assert_int_equal(batch_check_limits(batch, bytes - 1, 20000, &error),
			 ERROR_BATCH_TOO_LARGE);
	crm_batch_free(batch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(encodes_every_command),
	    cmocka_unit_test(makes_fresh_keys_once),
	    cmocka_unit_test(keys_follow_the_server_clock),
	    cmocka_unit_test(takes_a_given_key),
	    cmocka_unit_test(refuses_bad_refs),
	    cmocka_unit_test(knows_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
