/* result_test.c -- replies: read when right, refused when hostile, never read beyond. */
#include <stdlib.h>
#include <string.h>

#include "client/error.h"
#include "client/result.h"
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

#define ANSWERS 6u
#define ENTRIES 3u

static const struct batch_item asked[ANSWERS] = {
    {0, OP_points_earn, 0},  {0, OP_points_redeem, 0}, {0, OP_customer_create, 0},
    {0, OP_customer_get, 0}, {0, OP_history, 0},       {0, OP_info, 0},
};

/* A reply to `asked`: repeated, refused, and well answered ones.  Returns its size. */
static size_t sample(uint8_t *bytes, size_t room)
{
	uint8_t list[512];
	struct wire_writer w = {bytes, bytes + room, false};
	struct wire_writer entries = {list, list + sizeof list, false};
	struct answer answers[ANSWERS] = {
	    {.opcode = OP_points_earn,
	     .flags = ANSWER_REPEATED,
	     .sequence = 71,
	     .as.points_earn = {9870, 10370, 70}},
	    {.opcode = OP_points_redeem, .status = ERROR_BALANCE_TOO_LOW, .detail = {100, 200}},
	    {.opcode = OP_customer_create, .as.customer_create = {42, 7}},
	    {.opcode = OP_customer_get, .as.customer_get = {42, -5, 123, 70, 3}},
	    {.opcode = OP_history},
	    {.opcode = OP_info, .as.info.version = {"0.1.0", 5}, .as.info.points = -9},
	};
	for (uint64_t i = 0; i < ENTRIES; i++) {
		struct rec_entry entry = {.event = 70 - i, .type = 3, .before = 1, .after = 2};
		encode_rec_entry(&entries, &entry);
	}
	answers[4].as.history.entries =
	    (struct wire_list){list, (uint32_t)(entries.at - list), ENTRIES};
	answers[4].as.history.next = 55;
	for (size_t i = 0; i < ANSWERS; i++)
		answer_encode(&w, &answers[i]);
	assert_false(w.failed);
	return (size_t)(w.at - bytes);
}

/* A copy of exactly `size` bytes, so that the address sanitiser sees the first byte beyond. */
static crm_status take(crm_result **result, const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	memcpy(copy, bytes, size);
	crm_status status = result_take(result, asked, ANSWERS, copy, size);
	free(copy);
	return status;
}

static void reads_answers(void **state)
{
	uint8_t bytes[4096];
	crm_result *result = NULL;
	crm_error error;
	crm_points points;
	crm_customer customer;
	crm_entry entry;
	crm_info info;
	uint64_t event;
	(void)state;
	assert_int_equal(take(&result, bytes, sample(bytes, sizeof bytes)), CRM_OK);
	assert_int_equal(crm_result_size(result), ANSWERS);
	assert_int_equal(crm_result_points(result, 0, &points), 0);
	assert_int_equal(points.before, 9870);
	assert_int_equal(points.after, 10370);
	assert_int_equal(points.event, 70);
	assert_int_equal(crm_result_repeated(result, 0), 1);
	assert_int_equal(crm_result_sequence(result, 0), 71);
	assert_int_equal(crm_result_status(result, 1), ERROR_BALANCE_TOO_LOW);
	assert_int_equal(crm_result_points(result, 1, &points), -1);
	assert_int_equal(crm_result_first_error(result, &error), ERROR_BALANCE_TOO_LOW);
	assert_int_equal(error.batch_index, 1);
	assert_int_equal(error.in_doubt, 0);
	assert_string_equal(error.name, "BALANCE_TOO_LOW");
	assert_string_equal(error.message, "the balance is 100, less than 200");
	assert_int_equal(crm_result_created(result, 2, &event), 0);
	assert_int_equal(event, 7);
	assert_int_equal(crm_result_customer(result, 3, &customer), 0);
	assert_int_equal(customer.points, -5);
	assert_int_equal(crm_result_history_size(result, 4), ENTRIES);
	assert_int_equal(crm_result_history_entry(result, 4, 2, &entry), 0);
	assert_int_equal(entry.event, 68);
	assert_string_equal(entry.type, "points_earned");
	assert_int_equal(crm_result_history_entry(result, 4, ENTRIES, &entry), -1);
	assert_int_equal(crm_result_history_next(result, 4), 55);
	assert_int_equal(crm_result_info(result, 5, &info), 0);
	assert_string_equal(info.version, "0.1.0");
	assert_int_equal(crm_result_status(result, ANSWERS), ERROR_BAD_ARGUMENT);
	assert_int_equal(crm_result_error(result, 0, &error), CRM_OK);
	assert_int_equal(error.code, CRM_OK);
	crm_result_free(result);
}

static void knows_doubt(void **state)
{
	static const struct batch_item two[2] = {{0, OP_points_earn, 0}, {0, OP_customer_get, 0}};
	uint8_t bytes[256];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	crm_result *result = NULL;
	crm_error error;
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct answer answer = {.opcode = two[i].opcode, .status = ERROR_KEY_TOO_OLD};
		answer_encode(&w, &answer);
	}
	assert_int_equal(result_take(&result, two, 2, bytes, (size_t)(w.at - bytes)), CRM_OK);
	assert_int_equal(crm_result_error(result, 0, &error), ERROR_KEY_TOO_OLD);
	assert_int_equal(error.in_doubt, 1); /* a write */
	assert_int_equal(crm_result_error(result, 1, &error), ERROR_KEY_TOO_OLD);
	assert_int_equal(error.in_doubt, 0); /* a read */
	crm_result_free(result);
}

static void refuses_every_cut(void **state)
{
	uint8_t bytes[4096];
	size_t size = sample(bytes, sizeof bytes - 1);
	crm_result *result = NULL;
	(void)state;
	for (size_t cut = 0; cut < size; cut++) {
		assert_int_equal(take(&result, bytes, cut), ERROR_BAD_REPLY);
		assert_int_equal(crm_result_size(result), 0);
	}
	bytes[size] = 0;
	assert_int_equal(take(&result, bytes, size + 1), ERROR_BAD_REPLY);
	assert_int_equal(take(&result, bytes, size), CRM_OK); /* memory is fit for use again */
	crm_result_free(result);
}

static void ask_everything(const crm_result *result)
{
	crm_error error;
	crm_points points;
	crm_customer customer;
	crm_entry entry;
	crm_info info;
	uint64_t number;
	int64_t time_us;
	for (uint32_t i = 0; i <= crm_result_size(result); i++) {
		crm_result_points(result, i, &points);
		crm_result_customer(result, i, &customer);
		crm_result_info(result, i, &info);
		crm_result_ping(result, i, &number, &time_us);
		crm_result_created(result, i, &number);
		crm_result_error(result, i, &error);
		crm_result_repeated(result, i);
		crm_result_sequence(result, i);
		for (int j = 0; j < crm_result_history_size(result, i); j++)
			assert_int_equal(crm_result_history_entry(result, i, (uint32_t)j, &entry),
					 0);
	}
}

/* Whatever a byte becomes: refused, or readable without going astray. */
static void survives_hostile_bytes(void **state)
{
	static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
	uint8_t bytes[4096];
	size_t size = sample(bytes, sizeof bytes);
	crm_result *result = NULL;
	(void)state;
	for (size_t at = 0; at < size; at++) {
		uint8_t kept = bytes[at];
		for (size_t i = 0; i < sizeof values; i++) {
			bytes[at] = values[i];
			if (take(&result, bytes, size) == CRM_OK)
				ask_everything(result);
		}
		for (unsigned bit = 0; bit < 8; bit++) {
			bytes[at] = (uint8_t)(kept ^ (1u << bit));
			if (take(&result, bytes, size) == CRM_OK)
				ask_everything(result);
		}
		bytes[at] = kept;
	}
	crm_result_free(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_answers),
	    cmocka_unit_test(knows_doubt),
	    cmocka_unit_test(refuses_every_cut),
	    cmocka_unit_test(survives_hostile_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
