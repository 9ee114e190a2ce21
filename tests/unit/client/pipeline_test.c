/* pipeline_test.c -- several frames in flight: order, pairing, ends. */
#include <stdio.h>
#include <string.h>

#include "client/pipeline.h"
#include "protocol/errors.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/fake_server.h"

static struct fake *fake;
static struct pipeline *pipeline;
static crm_batch *batch;
static crm_result *result;
static crm_error error;
static const struct pipeline_identity who = {{1, 2, 3}, 7};

static int setup(void **state)
{
	(void)state;
	fake = fake_start(NULL);
	batch = crm_batch_new();
	result = NULL;
	pipeline = pipeline_open(fake->uri, &who, &error);
	return pipeline == NULL;
}

static int teardown(void **state)
{
	(void)state;
	pipeline_close(pipeline);
	fake_stop(fake);
	crm_batch_free(batch);
	crm_result_free(result);
	return 0;
}

static uint64_t send_ping(uint64_t nonce)
{
	crm_batch_clear(batch);
	crm_batch_ping(batch, nonce);
	return pipeline_send(pipeline, batch, &error);
}

static void answers_in_order(void **state)
{
	uint64_t numbers[50], number, nonce;
	int64_t time_us;
	(void)state;
	for (uint64_t i = 0; i < 50; i++) {
		numbers[i] = send_ping(1000 + i);
		assert_true(numbers[i] > (i == 0 ? 0 : numbers[i - 1]));
	}
	assert_int_equal(pipeline_depth(pipeline), 50);
	for (uint64_t i = 0; i < 50; i++) {
		assert_int_equal(pipeline_receive(pipeline, 30000, &result, &number, &error), 0);
		assert_int_equal(number, numbers[i]);
		assert_int_equal(crm_result_ping(result, 0, &nonce, &time_us), 0);
		assert_int_equal(nonce, 1000 + i);
	}
	assert_int_equal(pipeline_depth(pipeline), 0);
	assert_int_equal(pipeline_receive(pipeline, 1, &result, &number, &error), ERROR_TIMEOUT);
	assert_true(pipeline_fd(pipeline) >= 0);
}

/* Batches far larger than the socket takes: sent while replies come. */
static void keeps_large_frames_moving(void **state)
{
	uint64_t number;
	crm_points points;
	(void)state;
	for (int i = 0; i < 5; i++) {
		crm_batch_clear(batch);
		for (int j = 0; j < 5000; j++)
			crm_batch_points_earn(batch, 1, 1, NULL);
		assert_true(pipeline_send(pipeline, batch, &error) > 0);
	}
	for (int i = 1; i <= 5; i++) {
		assert_int_equal(pipeline_receive(pipeline, 60000, &result, &number, &error), 0);
		assert_int_equal(crm_result_points(result, 4999, &points), 0);
		assert_int_equal(points.after, i * 5000);
	}
}

static void says_how_it_ended(void **state)
{
	uint64_t number;
	(void)state;
	fake->plan[0] = (struct fake_plan){FATE_GOODBYE, ERROR_SHUTTING_DOWN};
	send_ping(1);
	assert_int_equal(pipeline_receive(pipeline, 30000, &result, &number, &error),
			 ERROR_SHUTTING_DOWN);
	assert_int_equal(error.in_doubt, 0);
	assert_int_equal(send_ping(2), 0);
	assert_int_equal(error.code, ERROR_SHUTTING_DOWN);
	assert_int_equal(pipeline_fd(pipeline), -1);
}

static void is_in_doubt_about_writes(void **state)
{
	uint64_t number;
	(void)state;
	fake->plan[0] = (struct fake_plan){FATE_CLOSE_AFTER, 0};
	crm_batch_points_earn(batch, 1, 1, NULL);
	assert_true(pipeline_send(pipeline, batch, &error) > 0);
	assert_int_equal(pipeline_receive(pipeline, 30000, &result, &number, &error),
			 ERROR_DISCONNECTED);
	assert_int_equal(error.in_doubt, 1);
}

/* The same instance and slot again ends the older connection. */
static void is_fenced(void **state)
{
	uint64_t number;
	(void)state;
	fake->plan[0] = (struct fake_plan){FATE_HOLD, 0};
	send_ping(1);
	fake_wait_frames(fake, 1);
	struct pipeline *newer = pipeline_open(fake->uri, &who, &error);
	assert_non_null(newer);
	assert_int_equal(pipeline_receive(pipeline, 30000, &result, &number, &error),
			 ERROR_DISCONNECTED);
	pipeline_close(newer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(answers_in_order),  TEST(keeps_large_frames_moving),
	    TEST(says_how_it_ended), TEST(is_in_doubt_about_writes),
	    TEST(is_fenced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
