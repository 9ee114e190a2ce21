/* jobs_test.c -- the two lanes, their callbacks, and wake-ups from other threads. */
#include "tests/unit/net/net_fixture.h"

#define MANY 2000

static pthread_t loop_thread;
static atomic_uint worked, done;
static unsigned numbers[MANY];
static unsigned order_broken, expected; /* the loop's own */
static sem_t gate;

static int reset(void **state)
{
	(void)state;
	worked = done = 0;
	order_broken = expected = 0;
	for (unsigned i = 0; i < MANY; i++)
		numbers[i] = i;
	return sem_init(&gate, 0, 0);
}

static void work(void *context)
{
	ENSURE(!pthread_equal(pthread_self(), loop_thread));
	*(unsigned *)context += 1; /* handed over without a lock of the caller's */
	worked++;
}

static void finish(void *context)
{
	ENSURE(pthread_equal(pthread_self(), loop_thread));
	order_broken += *(unsigned *)context != ++expected;
	done++;
}

static void submit_many_lookups(struct fixture *fixture)
{
	loop_thread = pthread_self();
	for (unsigned i = 0; i < MANY; i++)
		net_submit_job(fixture->net, NET_LANE_LOOKUP, work, finish, &numbers[i]);
}

static void test_lookups_come_back_in_order(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	fixture_do(&fixture, submit_many_lookups);
	assert_true(wait_for(&done, MANY));
	fixture_stop(&fixture);
	assert_int_equal(worked, MANY);
	assert_int_equal(order_broken, 0); /* one thread: first in, first out */
}

static void submit_many_to_both(struct fixture *fixture)
{
	loop_thread = pthread_self();
	for (unsigned i = 0; i < MANY; i++)
		net_submit_job(fixture->net, i % 2 ? NET_LANE_LOOKUP : NET_LANE_HISTORY, work,
			       finish, &numbers[i]);
}

static void test_stop_drops_nothing(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	fixture_do(&fixture, submit_many_to_both);
	fixture_stop(&fixture); /* most are still queued */
	assert_int_equal(worked, MANY);
	assert_int_equal(done, MANY);
}

static void wait_at_gate(void *context)
{
	(void)context;
	while (sem_wait(&gate) != 0)
		continue;
	worked++;
}

static void count_done(void *context)
{
	(void)context;
	done++;
}

static void submit_blocked_history(struct fixture *fixture)
{
	loop_thread = pthread_self();
	for (unsigned i = 0; i < 10; i++)
		net_submit_job(fixture->net, NET_LANE_HISTORY, wait_at_gate, count_done, NULL);
	submit_many_lookups(fixture);
}

static void test_blocked_history_delays_no_lookup(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	fixture_do(&fixture, submit_blocked_history);
	assert_true(wait_for(&done, MANY));
	assert_int_equal(worked, MANY); /* not one of the ten */
	for (unsigned i = 0; i < 10; i++)
		sem_post(&gate);
	assert_true(wait_for(&done, MANY + 10));
	fixture_stop(&fixture);
}

static sem_t arrived;

static void meet(void *context)
{
	(void)context;
	sem_post(&arrived);
	wait_at_gate(NULL);
}

static void submit_meeting(struct fixture *fixture)
{
	for (unsigned i = 0; i < 2; i++)
		net_submit_job(fixture->net, NET_LANE_HISTORY, meet, count_done, NULL);
}

static void test_history_has_two_threads(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	sem_init(&arrived, 0, 0);
	fixture_start(&fixture);
	fixture_do(&fixture, submit_meeting);
	for (unsigned i = 0; i < 2; i++) /* both run at once, or this never ends */
		while (sem_wait(&arrived) != 0)
			continue;
	sem_post(&gate);
	sem_post(&gate);
	assert_true(wait_for(&done, 2));
	fixture_stop(&fixture);
	sem_destroy(&arrived);
}

static void nothing(void *context)
{
	(void)context;
}

static void submit_another(void *context)
{
	struct fixture *fixture = context;
	if (++done < 20)
		net_submit_job(fixture->net, done % 2 ? NET_LANE_LOOKUP : NET_LANE_HISTORY, nothing,
			       submit_another, fixture);
}

static void submit_and_stop(struct fixture *fixture)
{
	net_submit_job(fixture->net, NET_LANE_LOOKUP, nothing, submit_another, fixture);
	net_stop(fixture->net);
}

static void test_done_may_submit_during_stop(void **state)
{
	struct fixture fixture = {0};
	(void)state;
	fixture_start(&fixture);
	fixture_do(&fixture, submit_and_stop);
	fixture_join(&fixture);
	assert_int_equal(done, 20);
}

static unsigned produced; /* guarded by produced_lock */
static unsigned seen;     /* the loop's own */
static pthread_mutex_t produced_lock = PTHREAD_MUTEX_INITIALIZER;

/* Woken handlers look at the state: no wake-up may be lost after the last change. */
static void *produce(void *context)
{
	struct fixture *fixture = context;
	for (unsigned i = 0; i < 20000; i++) {
		pthread_mutex_lock(&produced_lock);
		produced++;
		pthread_mutex_unlock(&produced_lock);
		net_wake(fixture->net);
	}
	return NULL;
}

static atomic_uint seen_all;

static void watch_production(struct fixture *fixture)
{
	(void)fixture;
	pthread_mutex_lock(&produced_lock);
	seen = produced;
	pthread_mutex_unlock(&produced_lock);
	seen_all = seen == 4 * 20000;
}

static void test_no_wake_up_is_lost(void **state)
{
	struct fixture fixture = {.turn_ended = watch_production};
	pthread_t threads[4];
	(void)state;
	fixture_start(&fixture);
	for (unsigned i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, produce, &fixture);
	for (unsigned i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_true(wait_for(&seen_all, 1)); /* nothing else makes turns here */
	assert_in_range(fixture.wakes, 1, 4 * 20000);
	fixture_stop(&fixture);
}

static void *wake_long(void *context)
{
	struct fixture *fixture = context;
	for (unsigned i = 0; i < 20000; i++)
		net_wake(fixture->net);
	return NULL;
}

static void test_waking_a_stopped_net_is_harmless(void **state)
{
	struct fixture fixture = {0};
	pthread_t waker;
	(void)state;
	fixture_start(&fixture);
	pthread_create(&waker, NULL, wake_long, &fixture);
	fixture_do(&fixture, stop_action);
	pthread_join(fixture.thread, NULL);
	pthread_join(waker, NULL); /* until net_free, threads may wake */
	net_free(fixture.net);
	sem_destroy(&fixture.acted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_lookups_come_back_in_order, reset),
	    cmocka_unit_test_setup(test_stop_drops_nothing, reset),
	    cmocka_unit_test_setup(test_blocked_history_delays_no_lookup, reset),
	    cmocka_unit_test_setup(test_history_has_two_threads, reset),
	    cmocka_unit_test_setup(test_done_may_submit_during_stop, reset),
	    cmocka_unit_test(test_no_wake_up_is_lost),
	    cmocka_unit_test(test_waking_a_stopped_net_is_harmless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
