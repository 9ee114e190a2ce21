/* suggest_test.c -- how far one word is from another, and what is near enough to be a slip. */
#include <string.h>

#include "protocol/common/suggest.h"
#include "tests/support/cmocka_tests.h"

static void distances(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} rows[] = {
	    {"", "", 0},         {"gold", "gold", 0},   {"GOLD", "gold", 0},  {"", "gold", 4},
	    {"glod", "gold", 1}, {"god", "gold", 1},    {"goold", "gold", 1}, {"gild", "gold", 1},
	    {"teir", "tier", 1}, {"silver", "gold", 5}, {"ca", "abc", 3},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(suggest_distance(rows[i].a, rows[i].b), rows[i].distance);
		assert_int_equal(suggest_distance(rows[i].b, rows[i].a), rows[i].distance);
	}
}

/* Nobody types 32 letters by a slip; the table has no room for them. */
static void long_words(void **state)
{
	char longest[33];
	(void)state;
	memset(longest, 'x', sizeof longest);
	longest[31] = '\0';
	assert_int_equal(suggest_distance(longest, longest), 0);
	longest[31] = 'x';
	longest[32] = '\0';
	assert_true(suggest_distance(longest, "gold") > 1000);
	assert_true(suggest_distance("gold", longest) > 1000);
	assert_false(suggest_is_near(longest, longest));
}

static void near(void **state)
{
	(void)state;
	assert_true(suggest_is_near("glod", "gold"));
	assert_false(suggest_is_near("glot", "gold"));
	assert_true(suggest_is_near("silbre", "silver"));
	assert_false(suggest_is_near("sibre", "bronze"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(distances),
	    cmocka_unit_test(long_words),
	    cmocka_unit_test(near),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
