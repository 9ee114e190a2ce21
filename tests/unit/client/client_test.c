/* client_test.c -- the blocking client against a server that misbehaves: pairing, retries, doubt.
 *
 * Deadlines here are short where a timeout is wanted and generous elsewhere; no test asserts that
 * something was quick.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client/crmdb/crmdb.h"
#include "client/pool.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/fake_server.h"

static struct fake *fake;
static crm_client *client;
static crm_batch *batch;
static crm_result *result;
static crm_error error;

static void open_client(const char *settings)
{
	char uri[256];
	snprintf(uri, sizeof uri, "%s?%s", fake->uri, settings);
	client = crm_open(uri, &error);
}

static int setup(void **state)
{
	(void)state;
	fake = fake_start(NULL);
	batch = crm_batch_new();
	result = NULL;
	client = NULL;
	return 0;
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

static void plan(unsigned frame, enum fake_fate fate, int value)
{
	fake->plan[frame] = (struct fake_plan){fate, value};
}

static void earn(uint64_t customer, const char *ref)
{
	crm_batch_clear(batch);
	crm_batch_points_earn(batch, customer, 1, ref);
}

static crm_status exec(void)
{
	return crm_exec(client, batch, &result, &error);
}

/* The server is gone, and another one takes its place, with what it knew. */
static void restart(uint8_t database)
{
	char directory[sizeof fake->directory];
	struct fake_model *model = malloc(sizeof *model);
	memcpy(directory, fake->directory, sizeof directory);
	*model = fake->model;
	fake_stop(fake);
	fake = fake_start(directory);
	fake->model = *model;
	fake->database = database;
	free(model);
}

/* --- a server that is well --- */

static void executes_batches(void **state)
{
	crm_points points;
	crm_customer customer;
	crm_server facts;
	(void)state;
	open_client("timeout=30s");
	assert_non_null(client);
	crm_server_facts(client, &facts);
	assert_string_equal(facts.currency, "EUR");
	crm_batch_points_earn(batch, 42, 500, "r");
	crm_batch_points_earn(batch, 42, 500, "r");
	crm_batch_points_redeem(batch, 42, 600, NULL);
	crm_batch_customer_get(batch, 42);
	assert_int_equal(exec(), CRM_OK);
	assert_int_equal(crm_result_size(result), 4);
	assert_int_equal(crm_result_repeated(result, 1), 1);
	assert_int_equal(crm_result_points(result, 1, &points), 0);
	assert_int_equal(points.after, 500);
	assert_int_equal(crm_result_first_error(result, &error), ERROR_BALANCE_TOO_LOW);
	assert_int_equal(error.batch_index, 2);
	assert_int_equal(crm_result_customer(result, 3, &customer), 0);
	assert_int_equal(customer.points, 500);
	assert_int_equal(exec(), CRM_OK); /* the same batch again, the same result */
	assert_int_equal(crm_result_repeated(result, 0), 1);
	crm_key key = crm_key_new(client); /* the fake's clock says November 2023 */
	assert_int_equal(key.bytes[0], INT64_C(1700000000000) >> 40);
}

static void refuses_without_sending(void **state)
{
	(void)state;
	fake->frame_commands = 3;
	open_client("timeout=30s");
	assert_int_equal(exec(), ERROR_BATCH_EMPTY);
	assert_null(result);
	for (int i = 0; i < 4; i++)
		crm_batch_ping(batch, 1);
	assert_int_equal(exec(), ERROR_BATCH_TOO_LARGE);
	assert_int_equal(error.in_doubt, 0);
	crm_batch_clear(batch);
	crm_batch_points_earn(batch, 1, 1, "");
	assert_int_equal(exec(), ERROR_REF_INVALID);
	assert_int_equal(crm_exec(NULL, batch, &result, &error), ERROR_BAD_ARGUMENT);
	assert_int_equal(fake->frames, 0);
}

static void takes_parts_and_drips(void **state)
{
	crm_entry entry;
	(void)state;
	plan(0, FATE_PARTS, 0);
	plan(1, FATE_DRIP, 0);
	open_client("timeout=30s");
	for (int i = 0; i < 60; i++)
		crm_batch_history(batch, 1, 0, 200); /* 25 KB each: several reply frames */
	for (int round = 0; round < 3; round++) {
		assert_int_equal(exec(), CRM_OK);
		assert_int_equal(crm_result_history_size(result, 59), 200);
		assert_int_equal(crm_result_history_entry(result, 59, 199, &entry), 0);
		assert_int_equal(entry.before, 199);
	}
}

/* --- a server that loses connections --- */

static void retries_lost_connections(void **state)
{
	(void)state;
	plan(0, FATE_CLOSE_BEFORE, 0);
	plan(1, FATE_CLOSE_AFTER, 0);
	plan(2, FATE_GOODBYE, ERROR_SHUTTING_DOWN);
	plan(3, FATE_GOODBYE, ERROR_FENCED);
	open_client("timeout=30s&pool=1");
	crm_batch_points_earn(batch, 42, 500, NULL);
	assert_int_equal(exec(), CRM_OK);
	assert_int_equal(crm_result_repeated(result, 0), 1); /* the second attempt was applied */
	assert_int_equal(fake->model.balances[42], 500);
	assert_int_equal(fake->connected, 5);
	for (int i = 1; i < 5; i++) { /* the same place each time */
		assert_memory_equal(fake->connections[i].instance, fake->connections[0].instance,
				    16);
		assert_int_equal(fake->connections[i].slot, fake->connections[0].slot);
	}
}

/* Cut the reply after every number of bytes: the retry gets the first answer. */
static void retries_cut_replies(void **state)
{
	(void)state;
	open_client("timeout=30s&pool=1");
	for (unsigned cut = 0; cut < 16 + 16 + 24 + 8; cut++) {
		plan(2 * cut, FATE_CUT, (int)cut);
		earn(7, NULL);
		assert_int_equal(exec(), CRM_OK);
		assert_int_equal(crm_result_repeated(result, 0), 1);
		assert_int_equal(fake->model.balances[7], cut + 1);
	}
}

static void survives_a_restart(void **state)
{
	(void)state;
	open_client("timeout=30s&pool=2");
	earn(1, "a");
	assert_int_equal(exec(), CRM_OK);
	restart(1);
	assert_int_equal(exec(), CRM_OK);
	assert_int_equal(crm_result_repeated(result, 0), 1);
	restart(2); /* other data: neither applied nor asked */
	assert_int_equal(exec(), ERROR_UNREACHABLE);
	assert_non_null(strstr(error.message, "another database"));
	assert_int_equal(fake->frames, 0);
}

static void knows_when_nothing_was_sent(void **state)
{
	(void)state;
	open_client("timeout=300ms&pool=1");
	earn(1, NULL);
	restart(1);
	fake->hello_status = ERROR_TOO_MANY_CLIENTS;
	fake->hello_times = 1000;
	assert_int_equal(exec(), ERROR_TOO_MANY_CLIENTS);
	assert_int_equal(error.in_doubt, 0);
	assert_int_equal(error.retryable, 1);
	unlink(fake->path);
	assert_int_equal(exec(), ERROR_UNREACHABLE);
	assert_int_equal(error.in_doubt, 0);
	assert_int_equal(error.retryable, 1);
}

static void knows_when_in_doubt(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FAKE_PLAN; i++)
		plan(i, FATE_CLOSE_AFTER, 0);
	open_client("timeout=300ms&pool=1");
	earn(1, NULL);
	assert_int_equal(exec(), ERROR_DISCONNECTED);
	assert_int_equal(error.in_doubt, 1);
	crm_batch_clear(batch);
	crm_batch_customer_get(batch, 1);
	assert_int_equal(exec(), ERROR_DISCONNECTED);
	assert_int_equal(error.in_doubt, 0); /* nothing it could have changed */
	assert_int_equal(fake->model.balances[1], 1);
}

static void refuses_nonsense(void **state)
{
	(void)state;
	plan(0, FATE_GARBAGE, 0);
	plan(1, FATE_NUMBER, 0);
	open_client("timeout=30s&pool=1");
	earn(1, "a");
	assert_int_equal(exec(), ERROR_BAD_REPLY);
	assert_int_equal(error.in_doubt, 1);
	assert_int_equal(exec(), ERROR_BAD_REPLY); /* another frame's number: not paired */
	assert_int_equal(exec(), CRM_OK);
	assert_int_equal(crm_result_repeated(result, 0), 1);
}

static void opens_when_the_server_is_ready(void **state)
{
	(void)state;
	fake->hello_status = ERROR_TOO_MANY_CLIENTS;
	fake->hello_times = 2;
	open_client("connect_timeout=30s");
	assert_non_null(client);
	crm_close(client);
	fake->hello_status = ERROR_BAD_VERSION;
	fake->hello_times = 1;
	open_client("connect_timeout=30s");
	assert_null(client);
	assert_int_equal(error.code, ERROR_BAD_VERSION);
	assert_null(crm_open("unix:///nowhere/at/all", &error));
	assert_int_equal(error.code, ERROR_UNREACHABLE);
	assert_true(error.hint[0] != '\0');
	assert_null(crm_open("crmdb://127.0.0.1:1", &error));
	assert_int_equal(error.code, ERROR_UNREACHABLE);
}

static void *hang_up(void *listener)
{
	int fd;
	while ((fd = accept(*(int *)listener, NULL, NULL)) >= 0)
		close(fd);
	return NULL;
}

static void knows_a_stranger(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char uri[256];
	pthread_t thread;
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	(void)state;
	snprintf(address.sun_path, sizeof address.sun_path, "%s/stranger", fake->directory);
	snprintf(uri, sizeof uri, "unix://%s?connect_timeout=100ms", address.sun_path);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(listener, 16), 0);
	assert_int_equal(pthread_create(&thread, NULL, hang_up, &listener), 0);
	assert_null(crm_open(uri, &error));
	assert_int_equal(error.code, ERROR_DISCONNECTED);
	assert_int_equal(error.in_doubt, 0);
	assert_string_equal(error.hint, "check the address: is it a crmdb server?");
	shutdown(listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(listener);
	unlink(address.sun_path);
}

/* --- late answers --- */

static void drops_late_answers(void **state)
{
	uint64_t nonce;
	int64_t time_us;
	(void)state;
	plan(0, FATE_HOLD, 0);
	open_client("timeout=200ms&pool=1");
	crm_batch_ping(batch, 111);
	assert_int_equal(exec(), ERROR_TIMEOUT);
	assert_int_equal(error.in_doubt, 0);
	fake_release(fake);
	crm_batch_clear(batch);
	crm_batch_ping(batch, 222);
	while (exec() == ERROR_TIMEOUT)
		continue;
	assert_int_equal(error.code, CRM_OK);
	assert_int_equal(crm_result_ping(result, 0, &nonce, &time_us), 0);
	assert_int_equal(nonce, 222);
	assert_int_equal(fake->connected, 1); /* the connection was kept */
}

static void *exec_in_thread(void *context)
{
	crm_status *status = context;
	*status = exec();
	return NULL;
}

/* The first attempt waits at the server; a retry must wait behind it, not pass it. */
static void never_overtakes_the_first_attempt(void **state)
{
	pthread_t thread;
	crm_status status;
	crm_client *patient;
	(void)state;
	plan(0, FATE_HOLD, 0);
	open_client("timeout=200ms&pool=3");
	earn(1, "a");
	assert_int_equal(exec(), ERROR_TIMEOUT);
	assert_int_equal(error.in_doubt, 1);
	earn(2, "b"); /* another key: another connection answers it */
	assert_int_equal(exec(), CRM_OK);
	assert_int_equal(fake->connected, 2);
	earn(1, "a");
	assert_int_equal(exec(), ERROR_TIMEOUT); /* behind the first, which is still held */
	assert_int_equal(error.in_doubt, 1);
	assert_int_equal(fake->model.balances[1], 0);
	pthread_create(&thread, NULL, exec_in_thread, &status);
	fake_release(fake);
	pthread_join(thread, NULL);
	patient = client;
	while (status == ERROR_TIMEOUT)
		status = crm_exec(patient, batch, &result, &error);
	assert_int_equal(status, CRM_OK);
	assert_int_equal(crm_result_repeated(result, 0), 1);
	assert_int_equal(fake->model.balances[1], 1);
	assert_int_equal(fake->connected, 2);
}

/* Keys held by two slots: one of them is fenced before the batch goes to the other. */
static void settles_keys_of_two_slots(void **state)
{
	(void)state;
	plan(0, FATE_HOLD, 0);
	plan(1, FATE_HOLD, 0);
	open_client("timeout=300ms&pool=2");
	earn(1, "a");
	assert_int_equal(exec(), ERROR_TIMEOUT);
	earn(2, "b");
	assert_int_equal(exec(), ERROR_TIMEOUT);
	assert_int_equal(fake->connected, 2);
	crm_batch_points_earn(batch, 1, 1, "a"); /* behind b in one batch */
	assert_int_equal(exec(), ERROR_TIMEOUT);
	assert_int_equal(error.in_doubt, 1);
	assert_int_equal(fake->connected, 3); /* b's slot anew: its first attempt is dropped */
	fake_release(fake);
	while (exec() == ERROR_TIMEOUT)
		continue;
	assert_int_equal(error.code, CRM_OK);
	assert_int_equal(crm_result_repeated(result, 1), 1);
	assert_int_equal(fake->model.balances[1], 1);
	assert_int_equal(fake->model.balances[2], 1);
}

/* A frame cut off by its deadline leaves whole later; one of which nothing left never does. */
static void sends_the_rest_later(void **state)
{
	crm_customer customer;
	(void)state;
	plan(0, FATE_HOLD, 0);
	open_client("timeout=300ms&pool=1");
	earn(1, NULL);
	assert_int_equal(exec(), ERROR_TIMEOUT);
	crm_batch_clear(batch);
	for (int i = 0; i < 16000; i++) /* 600 KB: more than the socket takes */
		crm_batch_points_earn(batch, 2, 1, NULL);
	assert_int_equal(exec(), ERROR_TIMEOUT);
	assert_int_equal(error.in_doubt, 1);
	earn(3, NULL);
	assert_int_equal(exec(), ERROR_TIMEOUT);
	assert_int_equal(error.in_doubt, 0); /* not a byte has left */
	fake_release(fake);
	crm_batch_clear(batch);
	crm_batch_customer_get(batch, 2);
	while (exec() == ERROR_TIMEOUT)
		continue;
	assert_int_equal(error.code, CRM_OK);
	assert_int_equal(crm_result_customer(result, 0, &customer), 0);
	assert_int_equal(customer.points, 16000);
	assert_int_equal(fake->model.balances[1], 1);
	assert_int_equal(fake->model.balances[3], 0);
	assert_int_equal(fake->connected, 1);
}

/* --- threads --- */

#define THREADS 8
#define ROUNDS 200

static void *earn_in_thread(void *context)
{
	uint64_t customer = *(uint64_t *)context;
	crm_batch *own = crm_batch_new();
	crm_result *answers = NULL;
	crm_error why;
	crm_points points;
	int64_t *right = calloc(1, sizeof *right);
	for (int i = 0; i < ROUNDS; i++) {
		crm_batch_clear(own);
		crm_batch_points_earn(own, customer, 1, NULL);
		if (crm_exec(client, own, &answers, &why) == CRM_OK &&
		    crm_result_points(answers, 0, &points) == 0 && points.after == i + 1)
			++*right;
	}
	crm_result_free(answers);
	crm_batch_free(own);
	return right;
}

static void serves_threads(void **state)
{
	pthread_t threads[THREADS];
	uint64_t customers[THREADS];
	(void)state;
	for (unsigned i = 0; i < 60; i += 5) {
		plan(i, FATE_CLOSE_AFTER, 0);
		plan(i + 2, FATE_CUT, 20);
		plan(i + 3, FATE_DRIP, 0);
		plan(i + 4, FATE_CLOSE_BEFORE, 0);
	}
	open_client("timeout=60s&pool=4");
	for (uint64_t i = 0; i < THREADS; i++) {
		customers[i] = 100 + i;
		pthread_create(&threads[i], NULL, earn_in_thread, &customers[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		void *right;
		pthread_join(threads[i], &right);
		assert_int_equal(*(int64_t *)right, ROUNDS);
		free(right);
		assert_int_equal(fake->model.balances[100 + i], ROUNDS);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(executes_batches),
	    TEST(refuses_without_sending),
	    TEST(takes_parts_and_drips),
	    TEST(retries_lost_connections),
	    TEST(retries_cut_replies),
	    TEST(survives_a_restart),
	    TEST(knows_when_nothing_was_sent),
	    TEST(knows_when_in_doubt),
	    TEST(refuses_nonsense),
	    TEST(opens_when_the_server_is_ready),
	    TEST(knows_a_stranger),
	    TEST(drops_late_answers),
	    TEST(never_overtakes_the_first_attempt),
	    TEST(settles_keys_of_two_slots),
	    TEST(sends_the_rest_later),
	    TEST(serves_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
