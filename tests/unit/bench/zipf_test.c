/* zipf_test.c -- bench/zipf.h draws what the formula says, and scatters one to one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "bench/zipf.h"

#define THETA 0.99
#define DRAWS 2000000

/* Share of the ranks in [from, to). */
static double share_expected(const struct zipf *zipf, uint64_t from, uint64_t to)
{
	double sum = 0;
	for (uint64_t rank = from; rank < to; rank++)
		sum += pow((double)rank + 1, -zipf->theta);
	return sum / zipf->zeta;
}

static void share_check(const struct zipf *zipf, const uint64_t *counts, uint64_t from, uint64_t to,
			double tolerance)
{
	uint64_t drawn = 0;
	for (uint64_t rank = from; rank < to; rank++)
		drawn += counts[rank];
	double share = (double)drawn / DRAWS, expected = share_expected(zipf, from, to);
	if (fabs(share - expected) > tolerance * expected)
		fail_msg("ranks %llu to %llu: %.5f drawn, %.5f expected", (unsigned long long)from,
			 (unsigned long long)to, share, expected);
}

static void test_frequencies_follow_the_formula(void **state)
{
	enum {
		ITEMS = 100000
	};
	struct zipf zipf;
	struct random random = {3};
	uint64_t *counts = calloc(ITEMS, sizeof *counts);
	(void)state;
	assert_non_null(counts);
	zipf_init(&zipf, ITEMS, THETA);
	for (int i = 0; i < DRAWS; i++) {
		uint64_t rank = zipf_draw(&zipf, &random);
		assert_true(rank < ITEMS);
		counts[rank]++;
	}
	share_check(&zipf, counts, 0, 1, 0.02); /* exact but for chance */
	share_check(&zipf, counts, 1, 2, 0.02);
	share_check(&zipf, counts, 0, 100, 0.03); /* close */
	share_check(&zipf, counts, 100, 10000, 0.03);
	share_check(&zipf, counts, 10000, ITEMS, 0.03);
	free(counts);
}

static void test_two_items_are_enough(void **state)
{
	struct zipf zipf;
	struct random random = {5};
	uint64_t firsts = 0;
	(void)state;
	zipf_init(&zipf, 2, THETA);
	for (int i = 0; i < 100000; i++) {
		uint64_t rank = zipf_draw(&zipf, &random);
		assert_true(rank < 2);
		firsts += rank == 0;
	}
	double expected = 1 / (1 + pow(2, -THETA));
	assert_true(fabs((double)firsts / 100000 - expected) < 0.01);
}

static void test_scatter_is_one_to_one(void **state)
{
	static const uint64_t sizes[] = {2, 3, 10, 4096, 65536, 99991, 100000};
	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		uint8_t *seen = calloc(sizes[s], 1);
		assert_non_null(seen);
		for (uint64_t rank = 0; rank < sizes[s]; rank++) {
			uint64_t item = zipf_scatter(rank, sizes[s]);
			assert_true(item < sizes[s]);
			assert_int_equal(seen[item]++, 0);
		}
		free(seen);
	}
}

static void test_uniform_draws_stay_in_bounds_and_spread(void **state)
{
	uint64_t counts[10] = {0};
	struct random random = {1};
	(void)state;
	for (int i = 0; i < 1000000; i++)
		counts[random_below(&random, 10)]++;
	for (int i = 0; i < 10; i++)
		assert_true(counts[i] > 98000 && counts[i] < 102000);
	for (int i = 0; i < 1000; i++) {
		double unit = random_unit(&random);
		assert_true(unit >= 0 && unit < 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_frequencies_follow_the_formula),
	    cmocka_unit_test(test_two_items_are_enough),
	    cmocka_unit_test(test_scatter_is_one_to_one),
	    cmocka_unit_test(test_uniform_draws_stay_in_bounds_and_spread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
