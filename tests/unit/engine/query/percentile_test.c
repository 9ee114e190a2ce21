/* percentile_test.c -- percentiles of random groups against sorted values; n-th allocation. */
#include <stdlib.h>

#include "tests/unit/engine/fixture_memory.h"

#include "server/engine/query/percentile.h"

#define VALUES_MOST 20000u
#define GROUPS_MOST 3000u

static struct fixture_memory memory;
static int64_t values[VALUES_MOST];
static uint32_t group_of[VALUES_MOST];
static uint64_t valued[GROUPS_MOST];

/* xorshift64: one run each time. */
static uint64_t next(void)
{
	static uint64_t state = 4711;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t valued_of(const void *context, uint32_t group)
{
	return ((const uint64_t *)context)[group];
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Nearest rank, by sorting. */
static int64_t expected(uint32_t group, uint32_t count, uint32_t hundredths)
{
	static int64_t sorted[VALUES_MOST];
	uint32_t size = 0;
	for (uint32_t i = 0; i < count; i++)
		if (group_of[i] == group)
			sorted[size++] = values[i];
	qsort(sorted, size, sizeof sorted[0], compare);
	uint64_t rank = ((uint64_t)size * hundredths + 9999) / 10000;
	return sorted[rank - 1];
}

static int64_t draw(unsigned shape)
{
	uint64_t bits = next();
	switch (shape) {
	case 0:
		return (int64_t)bits; /* anything */
	case 1:
		return (int64_t)(bits % 10) - 5;
	case 2:
		return 4711;
	default:
		return bits % 2 == 0 ? INT64_MIN + 1 : INT64_MAX;
	}
}

/* Draw values, give them, step to the end.  False: out of memory. */
static bool run(struct percentile *percentile, uint32_t count, uint32_t groups, unsigned shape)
{
	memset(valued, 0, sizeof valued);
	for (uint32_t i = 0; i < count; i++) {
		values[i] = draw(shape);
		group_of[i] = (uint32_t)next() % groups;
		valued[group_of[i]]++;
		if (!percentile_add(percentile, group_of[i], values[i]))
			return false;
	}
	struct percentile_groups all = {groups, valued_of, valued};
	if (!percentile_begin(percentile, &all))
		return false;
	while (!percentile_step(percentile, 1000))
		continue;
	return true;
}

static void test_against_sorting(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 60; turn++) {
		struct percentile percentile;
		uint32_t hundredths = turn % 5 == 0 ? 10000 : 1 + (uint32_t)next() % 10000;
		uint32_t groups = turn % 3 == 0 ? GROUPS_MOST : 1 + (uint32_t)next() % 40;
		uint32_t count = turn == 0 ? 0 : (uint32_t)next() % VALUES_MOST;
		percentile_open(&percentile, &memory.memory, hundredths);
		assert_true(run(&percentile, count, groups, turn % 4));
		for (uint32_t i = 0; i < groups && i < 40; i++)
			if (valued[i] > 0)
				assert_int_equal(percentile_of(&percentile, i),
						 expected(i, count, hundredths));
		percentile_close(&percentile);
		assert_int_equal(memory.used, 0);
	}
}

static void test_no_memory(void **state)
{
	(void)state;
	bool ran = false;
	for (uint64_t n = 1; !ran; n++) {
		struct percentile percentile;
		memory.calls = 0;
		memory.fail_at = n;
		percentile_open(&percentile, &memory.memory, 5000);
		ran = run(&percentile, 15000, 100, 0);
		percentile_close(&percentile);
		assert_int_equal(memory.used, 0);
		assert_true(n < 100);
	}
	memory.fail_at = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_against_sorting),
	    cmocka_unit_test(test_no_memory),
	};
	fixture_memory(&memory);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
