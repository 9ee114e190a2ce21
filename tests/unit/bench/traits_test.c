/* traits_test.c -- customers are always the same, and as often of a kind as traits.h says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "bench/traits.h"

#define CUSTOMERS 20000u

static const struct population population = {.seed = 1, .today = 20635, .unit = 100};

static void same_again(void **unused)
{
	struct traits a, b;
	(void)unused;
	for (uint64_t item = 0; item < 100; item++) {
		traits_draw(&population, item, &a);
		traits_draw(&population, item, &b);
		assert_int_equal(a.birth_date, b.birth_date);
		assert_ptr_equal(a.region, b.region);
		assert_ptr_equal(a.gender, b.gender);
		assert_int_equal(a.sms, b.sms);
	}
}

static void in_range(uint32_t count, double share)
{
	assert_in_range(count, (uint32_t)(CUSTOMERS * (share - 0.02)),
			(uint32_t)(CUSTOMERS * (share + 0.02)));
}

static void shares(void **unused)
{
	uint32_t born = 0, sms = 0, email = 0, north = 0, female = 0;
	(void)unused;
	for (uint64_t item = 0; item < CUSTOMERS; item++) {
		struct traits traits;
		struct trait list[TRAITS_FIELDS];
		traits_draw(&population, item, &traits);
		born += traits.birth_date != TRAITS_NO_DAY;
		sms += traits.sms;
		email += traits.email;
		north += strcmp(traits.region, "north") == 0;
		female += traits.gender != NULL && strcmp(traits.gender, "female") == 0;
		assert_int_equal(traits_list(&traits, list),
				 2u + (traits.birth_date != TRAITS_NO_DAY) +
				     (traits.gender != NULL));
	}
	in_range(born, 7.0 / 8);
	in_range(sms, 2.0 / 5);
	in_range(email, 3.0 / 5);
	in_range(north, 1.0 / 4);
	in_range(female, 3.0 / 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_again),
	    cmocka_unit_test(shares),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
