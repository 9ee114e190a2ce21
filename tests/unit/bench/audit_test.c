/* audit_test.c -- bench/audit.h passes only when every number is as acknowledged, and
 * bench/ledger.h finds a balance that differs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/audit.h"

static const struct audit_reading before = {
    .info = {.points = 700, .applied = 1001, .orders = 40, .spend = 9000},
    .points = 500,
    .customers = 1000,
    .survey = {.orders = 40, .spend = 9000}};
static const struct audit_reading after = {
    .info = {.points = 745, .applied = 1004, .orders = 42, .spend = 9300},
    .points = 545,
    .customers = 1000,
    .survey = {.orders = 42, .spend = 9300}};
static const struct workload_tally acknowledged = {
    .done = 3, .events = 3, .orders = 2, .spend = 300, .points = 45};

static void test_everything_as_acknowledged_passes(void **state)
{
	struct audit audit = {0};
	(void)state;
	assert_false(audit_passed(&audit)); /* not taken */
	audit_compare(&audit, &before, &after, &acknowledged, 0);
	assert_true(audit_passed(&audit));
}

static void failure_expect(const struct audit_reading *reading, uint64_t wrong, unsigned check)
{
	struct audit audit = {0};
	audit_compare(&audit, &before, reading, &acknowledged, wrong);
	assert_false(audit_passed(&audit));
	for (unsigned i = 0; i < AUDIT_CHECKS; i++)
		assert_int_equal(audit.checks[i].expected != audit.checks[i].found, i == check);
}

static void test_each_number_that_is_off_fails_its_check(void **state)
{
	struct audit_reading off = after;
	(void)state;
	off.info.points--;
	failure_expect(&off, 0, 0);
	off = after;
	off.points++;
	failure_expect(&off, 0, 1);
	off = after;
	off.info.applied++;
	failure_expect(&off, 0, 2);
	off = after;
	off.customers--;
	failure_expect(&off, 0, 3);
	failure_expect(&after, 1, 4);
}

static void test_each_sum_over_sets_that_is_off_fails_its_check(void **state)
{
	struct audit_reading off = after;
	(void)state;
	off.info.orders--;
	failure_expect(&off, 0, 5);
	off = after;
	off.info.spend++;
	failure_expect(&off, 0, 6);
	off = after;
	off.survey.orders++;
	failure_expect(&off, 0, 7);
	off = after;
	off.survey.spend--;
	failure_expect(&off, 0, 8);
	off = after;
	off.survey.wrong++;
	failure_expect(&off, 0, 9);
}

static void test_ledger_follows_some_customers(void **state)
{
	struct ledger ledger;
	(void)state;
	assert_true(ledger_new(&ledger, 1000));
	ledger_compare(&ledger, 0, 10);
	ledger_compare(&ledger, LEDGER_STRIDE, 20);
	ledger.open = false;
	ledger_add(&ledger, 0, 5);
	ledger_add(&ledger, 1, 7); /* not followed */
	ledger_compare(&ledger, 0, 15);
	ledger_compare(&ledger, 1, 3);
	ledger_compare(&ledger, LEDGER_STRIDE, 20);
	assert_int_equal(atomic_load(&ledger.wrong), 0);
	ledger_compare(&ledger, LEDGER_STRIDE, 21);
	assert_int_equal(atomic_load(&ledger.wrong), 1);
	ledger_free(&ledger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_everything_as_acknowledged_passes),
	    cmocka_unit_test(test_each_number_that_is_off_fails_its_check),
	    cmocka_unit_test(test_each_sum_over_sets_that_is_off_fails_its_check),
	    cmocka_unit_test(test_ledger_follows_some_customers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
