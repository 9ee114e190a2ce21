/* histogram_test.c -- buckets, percentiles and merging of bench/histogram.h, against sorted
 * values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/histogram.h"
#include "bench/random.h"

static int value_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

static void test_every_bucket_is_where_its_end_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t end = histogram_bucket_end(i);
		assert_int_equal(histogram_bucket(end), i);
		if (i + 1 < HISTOGRAM_BUCKETS)
			assert_int_equal(histogram_bucket(end + 1), i + 1);
	}
}

static void test_a_value_is_known_to_one_percent(void **state)
{
	struct random random = {7};
	(void)state;
	for (int i = 0; i < 1000000; i++) {
		uint64_t value = random_next(&random) >> (24 + random_below(&random, 40));
		uint64_t end = histogram_bucket_end(histogram_bucket(value));
		assert_true(end >= value && end - value <= value / 100);
	}
}

static void test_too_long_counts_in_the_last_bucket(void **state)
{
	struct histogram *h = calloc(1, sizeof *h);
	(void)state;
	assert_non_null(h);
	histogram_record(h, UINT64_C(1) << 50);
	assert_int_equal(h->counts[HISTOGRAM_BUCKETS - 1], 1);
	assert_int_equal(h->most_ns, UINT64_C(1) << 50);
	free(h);
}

static void test_percentiles_of_an_empty_and_a_single_value(void **state)
{
	struct histogram *h = calloc(1, sizeof *h);
	(void)state;
	assert_non_null(h);
	assert_int_equal(histogram_percentile(h, 50), 0);
	histogram_record(h, 123456);
	assert_int_equal(histogram_percentile(h, 0), 123456); /* never above the largest */
	assert_int_equal(histogram_percentile(h, 50), 123456);
	assert_int_equal(histogram_percentile(h, 100), 123456);
	free(h);
}

static void test_percentiles_of_one_to_a_hundred(void **state)
{
	struct histogram *h = calloc(1, sizeof *h);
	(void)state;
	assert_non_null(h);
	for (uint64_t value = 1; value <= 100; value++)
		histogram_record(h, value);
	assert_int_equal(histogram_percentile(h, 50), 50);
	assert_int_equal(histogram_percentile(h, 90), 90);
	assert_int_equal(histogram_percentile(h, 99), 99);
	assert_int_equal(histogram_percentile(h, 99.9), 100);
	assert_int_equal(histogram_percentile(h, 100), 100);
	assert_true(fabs(histogram_mean(h) - 50.5) < 1e-9);
	free(h);
}

/* Long-tailed values, in two histograms that are merged, against the sorted array. */
static void test_percentiles_agree_with_sorting(void **state)
{
	enum {
		COUNT = 200000
	};
	static const double percents[] = {1, 10, 50, 90, 99, 99.9, 99.99, 100};
	struct histogram *halves = calloc(2, sizeof *halves);
	uint64_t *values = calloc(COUNT, sizeof *values);
	struct random random = {42};
	(void)state;
	assert_non_null(halves);
	assert_non_null(values);
	for (size_t i = 0; i < COUNT; i++) {
		values[i] = (uint64_t)(50000.0 / (1.0 - random_unit(&random)));
		histogram_record(&halves[i % 2], values[i]);
	}
	histogram_merge(&halves[0], &halves[1]);
	qsort(values, COUNT, sizeof values[0], value_compare);
	assert_int_equal(halves[0].total, COUNT);
	assert_int_equal(halves[0].most_ns, values[COUNT - 1]);
	for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++) {
		size_t rank = (size_t)ceil(percents[i] / 100 * COUNT);
		uint64_t exact = values[rank - 1];
		uint64_t found = histogram_percentile(&halves[0], percents[i]);
		assert_true(found >= exact && found - exact <= exact / 100);
	}
	free(values);
	free(halves);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_bucket_is_where_its_end_says),
	    cmocka_unit_test(test_a_value_is_known_to_one_percent),
	    cmocka_unit_test(test_too_long_counts_in_the_last_bucket),
	    cmocka_unit_test(test_percentiles_of_an_empty_and_a_single_value),
	    cmocka_unit_test(test_percentiles_of_one_to_a_hundred),
	    cmocka_unit_test(test_percentiles_agree_with_sorting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
