/* commit_test.c -- groups: one under way (C1), every event found until it is logged (C2). */
#include "server/app/commit.h"

#include "server/base/limits.h"
#include "tests/unit/app/log_fixture.h"

static void expect_found(const struct log_fixture *log, uint64_t number)
{
	struct event event;
	uint32_t size;
	const uint8_t *bytes = commit_find(log->commit, number, &size);
	assert_non_null(bytes);
	assert_true(event_decode(bytes, size, number, &event));
	assert_int_equal(event.points.after, number);
}

static void expect_gone(const struct log_fixture *log, uint64_t number)
{
	uint32_t size;
	assert_null(commit_find(log->commit, number, &size));
}

static void test_nothing_is_submitted_when_nothing_is_open(void **state)
{
	struct log_fixture log;
	(void)state;
	log_open(&log);
	assert_true(commit_idle(log.commit));
	commit_submit(log.commit);
	assert_true(
	    commit_reserve(log.commit, 16, EVENT_PLAIN_BYTES)); /* an open group without events */
	commit_submit(log.commit);
	assert_false(store_memory_flush(log.store));
	assert_true(commit_idle(log.commit));
	log_close(&log);
}

static void test_one_group_is_under_way(void **state)
{
	struct log_fixture log;
	(void)state;
	log_open(&log);
	log_add(&log, 1, 0);
	commit_submit(log.commit);
	log_add(&log, 1, 1);
	commit_submit(log.commit); /* waits (C1) */
	assert_false(commit_idle(log.commit));
	log_flush(&log);
	assert_int_equal(commit_durable(log.commit), 1);
	assert_false(store_memory_flush(log.store));
	commit_submit(log.commit);
	log_flush(&log);
	assert_int_equal(commit_durable(log.commit), 2);
	assert_int_equal(commit_flushes(log.commit), 2);
	assert_true(commit_idle(log.commit));
	log_close(&log);
}

static void test_events_are_found_until_they_are_logged(void **state)
{
	struct log_fixture log;
	(void)state;
	log_open(&log);
	for (int group = 0; group < 3; group++) {
		log_add(&log, 1, 0);
		log_add(&log, 1, 0);
		commit_submit(log.commit);
		log_flush(&log);
	}
	log_add(&log, 1, 0); /* 1 2 | 3 4 | 5 6 | open: 7 */
	for (uint64_t number = 1; number <= 7; number++)
		expect_found(&log, number);
	expect_gone(&log, 0);
	expect_gone(&log, 8);
	log_fold(&log);
	assert_int_equal(commit_logged(log.commit), 2);
	expect_gone(&log, 2);
	expect_found(&log, 3);
	log_fold(&log);
	log_fold(&log);
	expect_gone(&log, 6);
	expect_found(&log, 7);
	log_close(&log);
}

static void test_a_full_group_takes_no_more(void **state)
{
	struct log_fixture log;
	uint64_t added = 0;
	(void)state;
	log_open(&log);
	while (commit_reserve(log.commit, 16, EVENT_PLAIN_BYTES)) {
		for (int i = 0; i < 16; i++)
			log_add(&log, 1, 0);
		added += 16;
		assert_true(added < LIMIT_GROUP_BYTES); /* it ends */
	}
	assert_true(added > LIMIT_GROUP_BYTES / (EVENT_PLAIN_BYTES + 4) - 64);
	commit_submit(log.commit);
	assert_true(
	    commit_reserve(log.commit, 16, EVENT_PLAIN_BYTES)); /* the next one gathers meanwhile */
	log_flush(&log);
	assert_int_equal(commit_durable(log.commit), added);
	log_close(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nothing_is_submitted_when_nothing_is_open),
	    cmocka_unit_test(test_one_group_is_under_way),
	    cmocka_unit_test(test_events_are_found_until_they_are_logged),
	    cmocka_unit_test(test_a_full_group_takes_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
