/* keys_test.c -- bound keys: the window's edges, what is dropped and when, bounded memory. */
#include "tests/unit/engine/fixture.h"

#include "protocol/limits.h"
#include "server/engine/keys.h"

#define WINDOW_US ((int64_t)KEY_WINDOW_MS * 1000)

static struct fixture_memory memory;
static struct keys keys;

static int open_keys(void **state)
{
	(void)state;
	fixture_memory(&memory);
	keys_open(&keys, &memory.memory);
	keys.table.seed = 99;
	return 0;
}

static int close_keys(void **state)
{
	(void)state;
	keys_close(&keys);
	assert_int_equal(memory.used, 0);
	return 0;
}

static void bind(struct wire_id key, uint64_t event)
{
	assert_true(keys_reserve(&keys, 1));
	keys_bind(&keys, &(struct keys_slot){key, event, event * 7});
}

static uint64_t bound(struct wire_id key)
{
	const struct keys_slot *slot = keys_find(&keys, &key);
	assert_true(slot == NULL || slot->content == slot->event * 7);
	return slot == NULL ? 0 : slot->event;
}

static void test_window_edges(void **state)
{
	int64_t start = FIXTURE_START_US;
	struct wire_id timed = fixture_key(start, 1);
	struct wire_id text = key_from_ref(OP_points_earn, "order-1", 7);
	(void)state;
	assert_int_equal(bound(timed), 0);
	keys_advance(&keys, start);
	bind(timed, 10);
	bind(text, 11);
	assert_int_equal(bound(timed), 10);
	assert_int_equal(bound(fixture_key(start, 2)), 0);
	keys_advance(&keys, start + WINDOW_US); /* exactly as old as the window */
	assert_int_equal(bound(timed), 10);
	assert_true(keys_live(&keys, &timed));
	keys_advance(&keys, start + WINDOW_US + 1000); /* one millisecond more */
	assert_int_equal(bound(timed), 0);
	assert_false(keys_live(&keys, &timed));
	keys_advance(&keys, start + 4000 * WINDOW_US);
	assert_int_equal(bound(text), 11); /* for ever */
}

static void test_newest_and_oldest(void **state)
{
	int64_t now = FIXTURE_START_US;
	(void)state;
	keys_advance(&keys, now);
	bind(fixture_key(now + (int64_t)KEY_AHEAD_MS * 1000, 1), 2);
	bind(fixture_key(now - WINDOW_US, 2), 3);
	assert_int_equal(bound(fixture_key(now + (int64_t)KEY_AHEAD_MS * 1000, 1)), 2);
	assert_int_equal(bound(fixture_key(now - WINDOW_US, 2)), 3);
}

/* Five days of a key every 2 seconds and a text key every 200: the table stays about twice the
 * live keys, and no live key is ever lost. */
static void test_bounded(void **state)
{
	const uint64_t live = 24 * 3600 / 2 + 5 * 24 * 3600 / 200;
	uint64_t most = 0, texts = 0;
	(void)state;
	for (uint64_t i = 0; i < 5 * 24 * 3600 / 2; i++) {
		int64_t now = FIXTURE_START_US + (int64_t)i * 2000000;
		keys_advance(&keys, now);
		bind(fixture_key(now, i), i + 2);
		if (i % 100 == 0)
			bind(key_from_ref(OP_points_earn, (const char *)&i, sizeof i),
			     UINT64_MAX / 8 + texts++);
		if (i >= 43200)
			assert_int_equal(bound(fixture_key(now - WINDOW_US, i - 43200)),
					 i - 43200 + 2);
		if (i > 43200)
			assert_int_equal(bound(fixture_key(now - WINDOW_US - 2000000, i - 43201)),
					 0);
		if (keys.table.entries > most)
			most = keys.table.entries;
	}
	print_message("at most %llu entries for %llu live keys\n", (unsigned long long)most,
		      (unsigned long long)live);
	assert_true(most < 2 * live + live / 2);
	for (uint64_t i = 0; i < 5 * 24 * 3600 / 2; i += 100)
		assert_true(bound(key_from_ref(OP_points_earn, (const char *)&i, sizeof i)) > 0);
}

/* A leap of years kills all timed keys at once; they are dropped at the next rebuild. */
static void test_leap(void **state)
{
	int64_t now = FIXTURE_START_US;
	(void)state;
	keys_advance(&keys, now);
	for (uint64_t i = 0; i < 1000; i++)
		bind(fixture_key(now, i), i + 2);
	now += 5000 * WINDOW_US;
	keys_advance(&keys, now);
	assert_int_equal(keys.dead, 1000);
	for (uint64_t i = 1000; i < 3000; i++)
		bind(fixture_key(now, i), i + 2);
	assert_int_equal(keys.dead, 0);
	assert_int_equal(keys.table.entries, 2000);
	for (uint64_t i = 0; i < 3000; i++)
		assert_int_equal(bound(fixture_key(i < 1000 ? FIXTURE_START_US : now, i)),
				 i < 1000 ? 0 : i + 2);
}

/* Times before 1970 and at its edge do not confuse the window. */
static void test_early_times(void **state)
{
	(void)state;
	keys_advance(&keys, -5000000);
	bind(fixture_key(0, 1), 2);
	keys_advance(&keys, 0);
	bind(fixture_key(1000, 2), 3);
	keys_advance(&keys, WINDOW_US);
	assert_int_equal(bound(fixture_key(0, 1)), 2);
	keys_advance(&keys, WINDOW_US + 1000);
	assert_int_equal(bound(fixture_key(0, 1)), 0);
	assert_int_equal(bound(fixture_key(1000, 2)), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_window_edges, open_keys, close_keys),
	    cmocka_unit_test_setup_teardown(test_newest_and_oldest, open_keys, close_keys),
	    cmocka_unit_test_setup_teardown(test_bounded, open_keys, close_keys),
	    cmocka_unit_test_setup_teardown(test_leap, open_keys, close_keys),
	    cmocka_unit_test_setup_teardown(test_early_times, open_keys, close_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
