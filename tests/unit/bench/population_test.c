/* population_test.c -- bench/population.h gives the shares that its model promises.
 *
 * The stages are worked out here from the orders alone, by the default programme's limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "bench/population.h"

#define CUSTOMERS 100000
#define TODAY 20635 /* 2026-07-01 */

static const struct population population = {.seed = 7, .today = TODAY, .unit = 100};

enum {
	PROSPECT,
	NEW,
	ACTIVE,
	LOYAL,
	AT_RISK,
	CHURNED,
	WON_BACK,
	STAGES
};

/* The second newest distinct day; -1: none. */
static int32_t previous_day(const struct population_order *orders, uint32_t count)
{
	for (uint32_t i = count; i > 0; i--)
		if (orders[i - 1].day != orders[count - 1].day)
			return orders[i - 1].day;
	return -1;
}

static int stage_of(const struct population_order *orders, uint32_t count)
{
	uint32_t recent = 0;
	if (count == 0)
		return PROSPECT;
	int32_t quiet = TODAY - orders[count - 1].day, previous = previous_day(orders, count);
	for (uint32_t i = 0; i < count; i++)
		recent += orders[i].day >= TODAY - 334; /* from August of the year before */
	if (quiet > 180)
		return CHURNED;
	if (quiet > 90)
		return AT_RISK;
	if (previous >= 0 && orders[count - 1].day - previous > 180)
		return WON_BACK;
	if (TODAY - orders[0].day <= 30)
		return NEW;
	return recent >= 4 ? LOYAL : ACTIVE;
}

static void share_expect(const char *what, double share, double expected, double tolerance)
{
	if (share < expected - tolerance || share > expected + tolerance)
		fail_msg("%s: %.4f, expected %.3f within %.3f", what, share, expected, tolerance);
}

static void test_stages_and_single_orders_have_their_shares(void **state)
{
	static const struct {
		const char *name;
		double share, tolerance;
	} expected[STAGES] = {{"prospect", 0.25, 0.01}, {"new", 0.02, 0.015},
			      {"active", 0.07, 0.02},   {"loyal", 0.04, 0.02},
			      {"at_risk", 0.09, 0.03},  {"churned", 0.51, 0.04},
			      {"won_back", 0.02, 0.015}};
	struct population_order orders[POPULATION_ORDERS];
	uint32_t stages[STAGES] = {0}, single = 0;
	(void)state;
	for (uint64_t i = 0; i < CUSTOMERS; i++) {
		uint32_t count = population_draw(&population, i, orders);
		single += count == 1;
		stages[stage_of(orders, count)]++;
	}
	for (int i = 0; i < STAGES; i++)
		share_expect(expected[i].name, (double)stages[i] / CUSTOMERS, expected[i].share,
			     expected[i].tolerance);
	share_expect("one order", single / (double)(CUSTOMERS - stages[PROSPECT]), 0.53, 0.02);
}

static int64_t spend_of(uint64_t item)
{
	struct population_order orders[POPULATION_ORDERS];
	uint32_t count = population_draw(&population, item, orders);
	int64_t spend = 0;
	for (uint32_t i = 0; i < count; i++)
		spend += orders[i].amount;
	return spend;
}

static int descending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x < y) - (x > y);
}

static void test_the_top_fifth_of_buyers_spends_most(void **state)
{
	int64_t *spends = calloc(CUSTOMERS, sizeof *spends), all = 0, top = 0;
	uint32_t buyers = 0;
	(void)state;
	assert_non_null(spends);
	for (uint64_t i = 0; i < CUSTOMERS; i++) {
		spends[i] = spend_of(i);
		buyers += spends[i] > 0;
		all += spends[i];
	}
	qsort(spends, CUSTOMERS, sizeof *spends, descending);
	for (uint32_t i = 0; i < buyers / 5; i++)
		top += spends[i];
	free(spends);
	share_expect("the top fifth", (double)top / (double)all, 0.65, 0.05);
}

static void test_orders_are_in_order_and_repeat(void **state)
{
	struct population_order orders[POPULATION_ORDERS], again[POPULATION_ORDERS];
	struct population other = population;
	uint32_t different = 0;
	(void)state;
	other.seed++;
	for (uint64_t i = 0; i < 1000; i++) {
		uint32_t count = population_draw(&population, i, orders);
		assert_int_equal(population_draw(&population, i, again), count);
		for (uint32_t k = 0; k < count; k++) {
			assert_true(again[k].day == orders[k].day &&
				    again[k].amount == orders[k].amount);
			assert_true(orders[k].amount >= 0);
			assert_in_range(orders[k].day, TODAY - 156 * 7, TODAY);
			assert_true(k == 0 || orders[k].day >= orders[k - 1].day);
		}
		different += population_draw(&other, i, again) != count;
	}
	assert_true(different > 100);
}

static void test_orders_of_one_day(void **state)
{
	struct population_order orders[POPULATION_ORDERS];
	struct population one = population;
	(void)state;
	one.same_day = true;
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(population_draw(&one, i, orders), 1);
		assert_int_equal(orders[0].day, TODAY);
	}
}

static void test_sample_of_amounts_has_the_mean_of_the_model(void **state)
{
	static int64_t amounts[POPULATION_AMOUNTS];
	int64_t sum = 0;
	(void)state;
	population_amounts(&population, amounts);
	for (uint32_t i = 0; i < POPULATION_AMOUNTS; i++)
		sum += amounts[i];
	/* p * gamma / (q - 1) is 35.22 */
	share_expect("mean", (double)sum / 100.0 / POPULATION_AMOUNTS, 35.22, 2.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stages_and_single_orders_have_their_shares),
	    cmocka_unit_test(test_the_top_fifth_of_buyers_spends_most),
	    cmocka_unit_test(test_orders_are_in_order_and_repeat),
	    cmocka_unit_test(test_orders_of_one_day),
	    cmocka_unit_test(test_sample_of_amounts_has_the_mean_of_the_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
