/* cli_turning_test.c -- an advance is waited for: asked again when the days have turned, told of
 * while they turn, and given up when nobody answers. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cli/turning.h"
#include "protocol/errors.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/fake_server.h"

#define DAY 10499 /* 1998-09-30 */

static struct fake *fake;
static crm_client *client;
static crm_batch *batch;
static crm_result *result;
static crm_error error;
static char said[1024]; /* on standard error */

static int setup(void **state)
{
	char uri[256];
	(void)state;
	fake = fake_start(NULL);
	snprintf(uri, sizeof uri, "%s?timeout=100ms&pool=4", fake->uri);
	client = crm_open(uri, &error);
	batch = crm_batch_new();
	result = NULL;
	return client == NULL || batch == NULL;
}

static int teardown(void **state)
{
	(void)state;
	crm_close(client);
	fake_stop(fake);
	crm_batch_free(batch);
	crm_result_free(result);
	return 0;
}

/* Wait for an advance to DAY; what it writes on standard error is in `said`. */
static crm_status wait_for_day(void)
{
	static const struct screen screen = {.utf8 = false};
	static const struct verb verb = {.opcode = OP_advance};
	struct statement statement = {.verb = &verb, .day = DAY};
	struct run run = {.client = client, .statement = &statement, .screen = &screen};
	int64_t spent_us = 0;
	int kept = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	assert_non_null(file);
	dup2(fileno(file), STDERR_FILENO);
	crm_batch_advance(batch, DAY);
	crm_status status = turning_wait(&run, batch, &result, &error, &spent_us);
	dup2(kept, STDERR_FILENO);
	close(kept);
	rewind(file);
	said[fread(said, 1, sizeof said - 1, file)] = '\0';
	fclose(file);
	return status;
}

static int32_t day_answered(void)
{
	crm_advanced advanced = {0};
	crm_result_advanced(result, 0, &advanced);
	return advanced.today;
}

static void answered_at_once(void **state)
{
	(void)state;
	assert_int_equal(wait_for_day(), CRM_OK);
	assert_int_equal(day_answered(), DAY);
	assert_string_equal(said, "");
}

static void waits_and_says_so(void **state)
{
	(void)state;
	fake->plan[0].fate = FATE_HOLD;
	fake->model.today = DAY - 1;
	fake->model.turning = 3;
	assert_int_equal(wait_for_day(), CRM_OK);
	assert_int_equal(day_answered(), DAY);
	assert_string_equal(said, "turning: 1998-09-29 is the programme's day, 3 customers to look "
				  "at; days go on turning without this command\n");
	assert_int_equal(fake->model.turning, 0);
	assert_int_equal(fake->frames, 6); /* two advances, four looks */
}

/* The clock took the day further: what was asked for has been reached, not refused. */
static void goes_with_the_clock(void **state)
{
	(void)state;
	fake->plan[0].fate = FATE_HOLD;
	fake->model.today = DAY + 2;
	assert_int_equal(wait_for_day(), CRM_OK);
	assert_int_equal(day_answered(), DAY + 2);
}

static void gives_up_on_silence(void **state)
{
	(void)state;
	fake->plan[0].fate = fake->plan[1].fate = FATE_HOLD;
	assert_int_equal(wait_for_day(), ERROR_TIMEOUT);
	assert_int_equal(error.code, ERROR_TIMEOUT);
	assert_string_equal(said, "");
}

static void waits_without_a_timeout(void **state)
{
	static const struct verb advance = {.opcode = OP_advance}, info = {.opcode = OP_info};
	struct options options = {0};
	(void)state;
	assert_true(turning_waits(&options, &(struct statement){.verb = &advance}));
	assert_false(turning_waits(&options, &(struct statement){.verb = &info}));
	options.timeout = "5s";
	assert_false(turning_waits(&options, &(struct statement){.verb = &advance}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(answered_at_once, setup, teardown),
	    cmocka_unit_test_setup_teardown(waits_and_says_so, setup, teardown),
	    cmocka_unit_test_setup_teardown(goes_with_the_clock, setup, teardown),
	    cmocka_unit_test_setup_teardown(gives_up_on_silence, setup, teardown),
	    cmocka_unit_test(waits_without_a_timeout),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
