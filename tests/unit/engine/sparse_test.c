/* sparse_test.c -- (row, field) -> value against an array, and memory. */
#include "server/engine/sparse.h"
#include "tests/unit/engine/fixture.h"

#define ROWS 300u
#define FIELDS 4u

static const uint16_t fields[FIELDS] = {0, 74, 0x100, 0xffff};

struct kit {
	struct fixture_memory memory;
	struct sparse sparse;
	uint64_t model[ROWS][FIELDS];
	bool ever[ROWS][FIELDS]; /* had a value once */
};

static struct kit *kit_open(void)
{
	struct kit *kit = calloc(1, sizeof *kit);
	assert_non_null(kit);
	fixture_memory(&kit->memory);
	sparse_open(&kit->sparse, &kit->memory.memory);
	kit->sparse.table.seed = 11;
	return kit;
}

static void kit_close(struct kit *kit)
{
	sparse_close(&kit->sparse);
	assert_int_equal(kit->memory.used, 0);
	free(kit);
}

static void set(struct kit *kit, uint32_t row, uint32_t field, uint64_t value)
{
	sparse_set(&kit->sparse, row, fields[field], value);
	kit->model[row][field] = value;
	kit->ever[row][field] = kit->ever[row][field] || value != 0;
}

static void expect_all(const struct kit *kit)
{
	const struct sparse_slot *slot;
	uint64_t cursor = 0, slots = 0, ever = 0;
	for (uint32_t row = 0; row < ROWS; row++)
		for (uint32_t i = 0; i < FIELDS; i++) {
			assert_int_equal(sparse_get(&kit->sparse, row, fields[i]),
					 kit->model[row][i]);
			ever += kit->ever[row][i];
		}
	while ((slot = sparse_next(&kit->sparse, &cursor)) != NULL) {
		uint16_t field = (uint16_t)slot->key;
		assert_true(sparse_row(slot) < ROWS);
		assert_int_equal(sparse_get(&kit->sparse, sparse_row(slot), field), slot->value);
		slots++;
	}
	assert_int_equal(slots, ever);
}

static void test_a_value_is_found_by_row_and_field(void **state)
{
	struct kit *kit = kit_open();
	uint64_t random = fixture_seed(31);
	(void)state;
	expect_all(kit);
	for (int i = 0; i < 20000; i++) {
		uint64_t value = fixture_random(&random) >> (fixture_random(&random) % 64);
		assert_true(sparse_reserve(&kit->sparse, 1));
		set(kit, (uint32_t)(fixture_random(&random) % ROWS),
		    (uint32_t)(fixture_random(&random) % FIELDS), i % 3 == 0 ? 0 : value);
		if (i < 3000 || i % 1000 == 0) /* each step of growing */
			expect_all(kit);
	}
	expect_all(kit);
	kit_close(kit);
}

static void test_the_last_row_and_the_least(void **state)
{
	struct kit *kit = kit_open();
	(void)state;
	assert_true(sparse_reserve(&kit->sparse, 2));
	sparse_set(&kit->sparse, UINT32_MAX - 1, 0xffff, UINT64_MAX);
	sparse_set(&kit->sparse, 0, 0, 1);
	assert_true(sparse_get(&kit->sparse, UINT32_MAX - 1, 0xffff) == UINT64_MAX);
	assert_int_equal(sparse_get(&kit->sparse, 0, 0), 1);
	assert_int_equal(sparse_get(&kit->sparse, 0, 1), 0);
	assert_int_equal(sparse_get(&kit->sparse, 1, 0), 0);
	kit_close(kit);
}

/* What never had a value takes no slot when it is cleared, and no memory. */
static void test_nothing_is_kept_of_nothing(void **state)
{
	struct kit *kit = kit_open();
	(void)state;
	for (uint32_t row = 0; row < ROWS; row++)
		set(kit, row, 0, 0);
	assert_int_equal(kit->memory.calls, 0);
	expect_all(kit);
	kit_close(kit);
}

static void test_every_allocation_may_fail(void **state)
{
	(void)state;
	for (uint64_t n = 1, failed = 1; failed != 0; n++) {
		struct kit *kit = kit_open();
		kit->memory.fail_at = n;
		failed = 0;
		for (uint32_t i = 0; i < ROWS; i++) {
			if (!sparse_reserve(&kit->sparse, FIELDS)) {
				failed++;
				assert_true(sparse_reserve(&kit->sparse, FIELDS));
			}
			for (uint32_t field = 0; field < FIELDS; field++)
				set(kit, i, field, i + 1);
		}
		assert_true(failed <= 1);
		expect_all(kit);
		kit_close(kit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_value_is_found_by_row_and_field),
	    cmocka_unit_test(test_the_last_row_and_the_least),
	    cmocka_unit_test(test_nothing_is_kept_of_nothing),
	    cmocka_unit_test(test_every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
