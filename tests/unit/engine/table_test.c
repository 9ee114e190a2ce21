/* table_test.c -- the stepwise table against a plain array, through growth, drops and failures. */
#include "tests/unit/engine/fixture.h"

#include "server/base/hash.h"
#include "server/engine/index/table.h"

#define KEYS 60000u

struct slot {
	uint64_t key, value;
};

static uint64_t spread(const void *key, uint64_t seed)
{
	uint64_t word;
	memcpy(&word, key, sizeof word);
	return hash_u64(word, seed);
}

static uint64_t collide(const void *key, uint64_t seed)
{
	(void)key;
	return seed;
}

static bool keep_all(const void *slot, void *context)
{
	(void)slot, (void)context;
	return true;
}

struct window {
	uint64_t first; /* keys below are dead */
	uint64_t dead;  /* how many of those are still there */
};

static bool keep_window(const void *slot, void *context)
{
	struct window *window = context;
	bool keep = ((const struct slot *)slot)->key >= window->first;
	window->dead -= keep ? 0 : 1;
	return keep;
}

#define KIND ((struct run_kind){8, sizeof(struct slot), spread, keep_all})
#define COLLIDING ((struct run_kind){8, sizeof(struct slot), collide, keep_all})
#define DYING ((struct run_kind){8, sizeof(struct slot), spread, keep_window})

static void put(struct table *table, struct run_kind kind, uint64_t key, void *context)
{
	struct slot *slot = table_put(table, kind, &key, context);
	assert_int_equal(slot->key, key);
	slot->value = key * 3;
}

static bool has(const struct table *table, struct run_kind kind, uint64_t key)
{
	const struct slot *slot = table_find(table, kind, &key);
	assert_true(slot == NULL || slot->value == key * 3);
	return slot != NULL;
}

static uint64_t count(const struct table *table)
{
	uint64_t cursor = 0, found = 0;
	while (table_next(table, &cursor, KIND) != NULL)
		found++;
	return found;
}

/* Every insertion is checked: nothing stalls (T2), the limit holds (T1), old keys are found. */
static void test_grows_in_steps(void **state)
{
	static bool present[KEYS];
	struct fixture_memory memory;
	struct table table;
	const uint64_t dead = 0;
	uint64_t random = fixture_seed(7), inserted = 0, growths = 0;
	(void)state;
	fixture_memory(&memory);
	table_open(&table, &memory.memory);
	table.seed = 42;
	for (int i = 0; i < 100000; i++) {
		uint64_t key = fixture_random(&random) % (KEYS - 1) + 1;
		uint64_t moved = table.moved, capacity = table.run.capacity;
		bool calm = table.old.capacity == 0;
		assert_true(table_reserve(&table, KIND, 1, &dead, NULL));
		if (table.run.capacity != capacity) {
			growths++;
			assert_true(calm); /* the last growth was over before this one */
			moved = 0;
		}
		assert_int_equal(has(&table, KIND, key), present[key]);
		if (!present[key]) {
			put(&table, KIND, key, NULL);
			inserted++;
			assert_true(table.old.capacity == 0 || table.moved - moved < 200);
		}
		present[key] = true;
		uint64_t other = fixture_random(&random) % (KEYS - 1) + 1;
		assert_int_equal(has(&table, KIND, other), present[other]);
		assert_true(table.used <= table_limit(table.run.capacity));
		assert_int_equal(table.entries, inserted);
	}
	assert_true(growths > 6);
	for (uint64_t key = 1; key < KEYS; key++)
		assert_int_equal(has(&table, KIND, key), present[key]);
	assert_int_equal(count(&table), inserted);
	table_close(&table, sizeof(struct slot));
	assert_int_equal(memory.used, 0);
}

static void test_collisions(void **state)
{
	struct fixture_memory memory;
	struct table table;
	const uint64_t dead = 0;
	(void)state;
	fixture_memory(&memory);
	table_open(&table, &memory.memory);
	table.seed = UINT64_MAX; /* probing starts in the last line and goes around */
	for (uint64_t key = 1; key <= 2000; key++) {
		assert_true(table_reserve(&table, COLLIDING, 1, &dead, NULL));
		put(&table, COLLIDING, key, NULL);
		assert_true(has(&table, COLLIDING, key / 2 + 1));
		assert_false(has(&table, COLLIDING, key + 1));
	}
	for (uint64_t key = 1; key <= 2000; key++)
		assert_true(has(&table, COLLIDING, key));
	table_close(&table, sizeof(struct slot));
}

/* A window of 1,000 keys slides over 200,000: the table stays small. */
static void test_drops_the_dead(void **state)
{
	struct fixture_memory memory;
	struct table table;
	struct window window = {1, 0};
	uint64_t most = 0;
	(void)state;
	fixture_memory(&memory);
	table_open(&table, &memory.memory);
	for (uint64_t key = 1; key <= 200000; key++) {
		if (key > 1000) {
			window.first++;
			window.dead++;
		}
		assert_true(table_reserve(&table, DYING, 1, &window.dead, &window));
		put(&table, DYING, key, &window);
		assert_true(has(&table, DYING, window.first));
		if (table.run.capacity > most)
			most = table.run.capacity;
	}
	assert_true(most <= 8192);
	assert_true(table.entries <= table_limit(most));
	table_close(&table, sizeof(struct slot));
	assert_int_equal(memory.used, 0);
}

static void test_large_reservation(void **state)
{
	struct fixture_memory memory;
	struct table table;
	const uint64_t dead = 0;
	(void)state;
	fixture_memory(&memory);
	table_open(&table, &memory.memory);
	assert_true(table_reserve(&table, KIND, 5000, &dead, NULL));
	uint64_t calls = memory.calls;
	for (uint64_t key = 1; key <= 5000; key++)
		put(&table, KIND, key, NULL);
	assert_int_equal(memory.calls, calls); /* all of it was there */
	assert_true(table_reserve(&table, KIND, 20000, &dead, NULL));
	assert_true(
	    table_reserve(&table, KIND, 90000, &dead, NULL)); /* in the middle of a growth */
	for (uint64_t key = 5001; key <= 95000; key++)
		put(&table, KIND, key, NULL);
	for (uint64_t key = 1; key <= 95000; key++)
		assert_true(has(&table, KIND, key));
	assert_int_equal(table.entries, 95000);
	table_close(&table, sizeof(struct slot));
}

static void test_out_of_memory(void **state)
{
	struct fixture_memory memory;
	struct table table;
	const uint64_t dead = 0;
	uint64_t key = 1;
	(void)state;
	fixture_memory(&memory);
	table_open(&table, &memory.memory);
	uint64_t none = 1;
	assert_null(table_find(&table, KIND, &none));
	memory.fail_at = 1;
	assert_false(table_reserve(&table, KIND, 1, &dead, NULL));
	memory.limit = memory.used + 1024 * sizeof(struct slot);
	for (; table_reserve(&table, KIND, 1, &dead, NULL); key++)
		put(&table, KIND, key, NULL);
	assert_true(key > 300); /* the limit holds 512 slots, and 256 of them while moving */
	for (uint64_t k = 1; k < key; k++)
		assert_true(has(&table, KIND, k));
	memory.limit = 0;
	assert_true(table_reserve(&table, KIND, 1, &dead, NULL)); /* memory is back */
	put(&table, KIND, key, NULL);
	assert_true(has(&table, KIND, key));
	assert_false(table_reserve(&table, KIND, UINT64_C(1) << 60, &dead, NULL));
	table_close(&table, sizeof(struct slot));
	assert_int_equal(memory.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_grows_in_steps), cmocka_unit_test(test_collisions),
	    cmocka_unit_test(test_drops_the_dead), cmocka_unit_test(test_large_reservation),
	    cmocka_unit_test(test_out_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
