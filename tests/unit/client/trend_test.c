/* trend_test.c -- trends and matrices of a day: what the library sends, and what it reads. */
#include <stdlib.h>
#include <string.h>

#include "client/batch.h"
#include "client/result.h"
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

/* Decode the last command added. */
static struct command last_of(const crm_batch *batch)
{
	struct wire_reader r = {batch->body.data, batch->body.data + batch->body.size, false};
	struct command command = {0};
	struct error_detail detail;
	while (r.at < r.end)
		assert_int_equal(command_decode(&r, &command, &detail), ERROR_OK);
	return command;
}

static void sends(void **state)
{
	crm_batch *batch = crm_batch_new();
	char name[LIMIT_NAME_BYTES + 9];
	(void)state;
	crm_trend trend = {CRM_DAY_FIRST, CRM_DAY_LAST, 12, CRM_ALL, NULL, 0};
	assert_int_equal(crm_batch_trend(batch, &trend), 0);
	struct msg_trend m = last_of(batch).as.trend;
	assert_true(m.first == INT64_MIN && m.last == INT64_MAX);
	assert_true(m.tiers == 12 && m.stages == 0xffff && m.limit == 0);
	assert_int_equal(m.segment.size, 0);
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	trend = (crm_trend){10407, 10408, CRM_ALL, 2, name, 500};
	assert_int_equal(crm_batch_trend(batch, &trend), 1);
	m = last_of(batch).as.trend;
	assert_true(m.first == 10407 && m.last == 10408 && m.stages == 2 && m.limit == 500);
	assert_int_equal(m.segment.size, LIMIT_NAME_BYTES + 1); /* to be refused */
	assert_int_equal(crm_batch_matrix_on(batch, 10407), 2);
	assert_int_equal(last_of(batch).as.matrix_on.day, 10407);
	crm_batch_free(batch);
}

/* A reply of one answer. */
static crm_result *result_of(const struct answer *answer, crm_status wanted)
{
	uint8_t bytes[2048];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct batch_item item = {0, answer->opcode, 0};
	crm_result *result = NULL;
	answer_encode(&w, answer);
	assert_false(w.failed);
	assert_int_equal(result_take(&result, &item, 1, bytes, (size_t)(w.at - bytes)), wanted);
	return result;
}

static void reads_trends(void **state)
{
	uint8_t bytes[256];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct answer answer = {.opcode = OP_trend};
	crm_trend_day day;
	(void)state;
	encode_rec_trend_day(&w, &(struct rec_trend_day){10407, UINT64_MAX, INT64_MAX, 9, 0});
	encode_rec_trend_day(&w, &(struct rec_trend_day){10408, 1, 2, 3, 1});
	answer.as.trend = (struct ans_trend){{bytes, (uint32_t)(w.at - bytes), 2}, 10409};
	crm_result *result = result_of(&answer, CRM_OK);
	assert_int_equal(crm_result_trend_size(result, 0), 2);
	assert_int_equal(crm_result_trend_next(result, 0), 10409);
	assert_int_equal(crm_result_trend_day(result, 0, 0, &day), 0);
	assert_true(day.day == 10407 && day.customers == UINT64_MAX && day.spend == INT64_MAX);
	assert_true(day.points == 9 && day.running == 0);
	assert_int_equal(crm_result_trend_day(result, 0, 1, &day), 0);
	assert_true(day.day == 10408 && day.customers == 1 && day.running == 1);
	assert_int_equal(crm_result_trend_day(result, 0, 2, &day), -1);
	assert_int_equal(crm_result_trend_day(result, 1, 0, &day), -1);
	assert_int_equal(crm_result_cells_size(result, 0), -1);
	assert_int_equal(crm_result_is_running(result, 0), -1);
	crm_result_free(result);
}

static void reads_the_matrix_of_a_day(void **state)
{
	uint8_t bytes[256];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct answer answer = {.opcode = OP_matrix_on};
	crm_cell cell;
	(void)state;
	encode_rec_cell(&w, &(struct rec_cell){3, 6, 5, INT64_MAX, 7});
	answer.as.matrix_on = (struct ans_matrix_on){{bytes, (uint32_t)(w.at - bytes), 1}, 1};
	crm_result *result = result_of(&answer, CRM_OK);
	assert_int_equal(crm_result_is_running(result, 0), 1);
	assert_int_equal(crm_result_cells_size(result, 0), 1);
	assert_int_equal(crm_result_cell(result, 0, 0, &cell), 0);
	assert_true(cell.tier == 3 && cell.stage == 6 && cell.customers == 5 && cell.points == 7);
	assert_int_equal(crm_result_cell(result, 0, 1, &cell), -1);
	assert_int_equal(crm_result_trend_size(result, 0), -1);
	assert_int_equal(crm_result_trend_next(result, 0), 0);
	crm_result_free(result);
}

/* A list that says more records than it holds. */
static void refuses_what_does_not_fit(void **state)
{
	uint8_t bytes[256];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct answer answer = {.opcode = OP_trend};
	(void)state;
	encode_rec_trend_day(&w, &(struct rec_trend_day){10407, 1, 1, 9, 0});
	answer.as.trend.days = (struct wire_list){bytes, (uint32_t)(w.at - bytes), 2};
	crm_result_free(result_of(&answer, ERROR_BAD_REPLY));
	answer = (struct answer){.opcode = OP_matrix_on};
	answer.as.matrix_on.cells = (struct wire_list){bytes, 3, 1};
	crm_result_free(result_of(&answer, ERROR_BAD_REPLY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sends),
	    cmocka_unit_test(reads_trends),
	    cmocka_unit_test(reads_the_matrix_of_a_day),
	    cmocka_unit_test(refuses_what_does_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
