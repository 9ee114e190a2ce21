/* result_test.c -- replies: read when right, refused when hostile, never read beyond. */
#include <stdlib.h>
#include <string.h>

#include "client/error.h"
#include "client/result.h"
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

#define ANSWERS 11u
#define ENTRIES 3u

static const struct batch_item asked[ANSWERS] = {
    {0, OP_points_earn, 0},  {0, OP_points_redeem, 0}, {0, OP_customer_create, 0},
    {0, OP_customer_get, 0}, {0, OP_history, 0},       {0, OP_info, 0},
    {0, OP_order, 0},        {0, OP_segment_count, 0}, {0, OP_segment_page, 0},
    {0, OP_segment_walk, 0}, {0, OP_matrix, 0},
};

/* Three records of each kind of list. */
struct lists {
	uint8_t bytes[3][512];
	struct wire_list entries, members, cells;
};

static struct wire_list list_of(uint8_t *bytes, const struct wire_writer *w)
{
	return (struct wire_list){bytes, (uint32_t)(w->at - bytes), ENTRIES};
}

static void fill_lists(struct lists *lists)
{
	struct wire_writer w[3];
	for (int i = 0; i < 3; i++)
		w[i] = (struct wire_writer){lists->bytes[i], lists->bytes[i] + 512, false};
	for (uint8_t i = 0; i < ENTRIES; i++) {
		struct rec_entry entry = {.event = 70u - i, .type = 3, .before = 1, .after = 2};
		struct rec_member member = {
		    .customer = 100u + i, .tier = i, .band = 3, .spend = -7, .first_day = -1};
		struct rec_cell cell = {i, 6, 5, INT64_MAX, -2};
		if (i == 1)
			entry.order = (struct wire_text){"A-991", 5}, entry.amount = 77;
		encode_rec_entry(&w[0], &entry);
		encode_rec_member(&w[1], &member);
		encode_rec_cell(&w[2], &cell);
	}
	lists->entries = list_of(lists->bytes[0], &w[0]);
	lists->members = list_of(lists->bytes[1], &w[1]);
	lists->cells = list_of(lists->bytes[2], &w[2]);
}

/* A reply to `asked`: repeated, refused, and well answered ones.  Returns its size. */
static size_t sample(uint8_t *bytes, size_t room)
{
	struct lists lists;
	struct wire_writer w = {bytes, bytes + room, false};
	struct answer answers[ANSWERS] = {
	    {.opcode = OP_points_earn,
	     .flags = ANSWER_REPEATED,
	     .sequence = 71,
	     .as.points_earn = {9870, 10370, 70}},
	    {.opcode = OP_points_redeem, .status = ERROR_BALANCE_TOO_LOW, .detail = {100, 200}},
	    {.opcode = OP_customer_create, .as.customer_create = {42, 7}},
	    {.opcode = OP_customer_get,
	     .as.customer_get = {.customer = 42, .points = -5, .band = 9}},
	    {.opcode = OP_history},
	    {.opcode = OP_info, .as.info.version = {"0.1.0", 5}, .as.info.points = -9},
	    {.opcode = OP_order, .as.order = {.event = 8, .tier_before = 1, .tier = 2}},
	    {.opcode = OP_segment_count, .as.segment_count = {61204}},
	    {.opcode = OP_segment_page, .as.segment_page = {.more = 1, .query = 9}},
	    {.opcode = OP_segment_walk, .as.segment_walk = {.next = 3}},
	    {.opcode = OP_matrix},
	};
	fill_lists(&lists);
	answers[4].as.history.entries = lists.entries;
	answers[4].as.history.next = 55;
	answers[8].as.segment_page.members = answers[9].as.segment_walk.members = lists.members;
	answers[8].as.segment_page.next_customer = 102;
	answers[10].as.matrix.cells = lists.cells;
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

static void reads_answers_about_sets(void **state)
{
	uint8_t bytes[4096];
	crm_result *result = NULL;
	crm_placed placed;
	crm_entry entry;
	crm_member member;
	crm_cell cell;
	crm_cursor cursor;
	uint64_t count;
	(void)state;
	assert_int_equal(take(&result, bytes, sample(bytes, sizeof bytes)), CRM_OK);
	assert_int_equal(crm_result_history_entry(result, 4, 1, &entry), 0);
	assert_string_equal(entry.order, "A-991");
	assert_int_equal(entry.amount, 77);
	assert_int_equal(crm_result_order(result, 6, &placed), 0);
	assert_true(placed.event == 8 && placed.tier_before == 1 && placed.tier == 2);
	assert_int_equal(crm_result_order(result, 5, &placed), -1);
	assert_int_equal(crm_result_count(result, 7, &count), 0);
	assert_int_equal(count, 61204);
	for (uint32_t index = 8; index <= 9; index++) {
		assert_int_equal(crm_result_members_size(result, index), ENTRIES);
		assert_int_equal(crm_result_member(result, index, 2, &member), 0);
		assert_true(member.customer == 102 && member.tier == 2 && member.spend == -7);
		assert_true(strcmp(member.band, "high") == 0 && member.first_day == -1);
		assert_int_equal(crm_result_member(result, index, ENTRIES, &member), -1);
		assert_int_equal(crm_result_member(result, index, UINT32_MAX, &member), -1);
	}
	assert_int_equal(crm_result_cursor(result, 8, &cursor), 1);
	assert_true(cursor.query == 9 && cursor.customer == 102);
	assert_int_equal(crm_result_cursor(result, 9, &cursor), -1);
	assert_int_equal(crm_result_walk_next(result, 9), 3);
	assert_int_equal(crm_result_walk_next(result, 8), 0);
	assert_int_equal(crm_result_cells_size(result, 10), ENTRIES);
	assert_int_equal(crm_result_cell(result, 10, 1, &cell), 0);
	assert_true(cell.tier == 1 && cell.stage == 6 && cell.spend == INT64_MAX);
	assert_int_equal(crm_result_cells_size(result, 9), -1);
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
	crm_member member;
	crm_cell cell;
	crm_cursor cursor;
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
		crm_result_cursor(result, i, &cursor);
		for (int j = 0; j < crm_result_members_size(result, i); j++)
			assert_int_equal(crm_result_member(result, i, (uint32_t)j, &member), 0);
		for (int j = 0; j < crm_result_cells_size(result, i); j++)
			assert_int_equal(crm_result_cell(result, i, (uint32_t)j, &cell), 0);
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
	    cmocka_unit_test(reads_answers_about_sets),
	    cmocka_unit_test(knows_doubt),
	    cmocka_unit_test(refuses_every_cut),
	    cmocka_unit_test(survives_hostile_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
