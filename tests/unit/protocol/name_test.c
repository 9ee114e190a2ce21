/* name_test.c -- names of saved segments and added fields. */
#include <string.h>

#include "protocol/limits.h"
#include "protocol/name.h"
#include "tests/support/cmocka_tests.h"

static const struct row {
	const char *name;
	bool formed, free;
} rows[] = {
    {"shoe_size", true, true}, {"a", true, true},           {"a1_", true, true},
    {"spend", true, true},     {"", false, false},          {"1a", false, false},
    {"_a", false, false},      {"Shoe", false, false},      {"a-b", false, false},
    {"a b", false, false},     {"\xc3\xa9", false, false},  {"aB", false, false},
    {"and", true, false},      {"percentile", true, false}, {"true", true, false},
    {"is", true, false},       {"ands", true, true},        {"an", true, true},
};

static void names(void **state)
{
	char longest[LIMIT_NAME_BYTES + 2];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t size = strlen(rows[i].name);
		if (name_is_formed(rows[i].name, size) != rows[i].formed ||
		    name_is_free(rows[i].name, size) != rows[i].free)
			fail_msg("\"%s\"", rows[i].name);
	}
	memset(longest, 'a', sizeof longest);
	assert_true(name_is_free(longest, LIMIT_NAME_BYTES));
	assert_false(name_is_free(longest, LIMIT_NAME_BYTES + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(names)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
