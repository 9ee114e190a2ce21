/* golden_test.c -- what is encoded today is what was encoded when tests/golden/protocol.txt was
 * committed.  A line that changes is a change of the wire or of what is stored: before 1.0 raise
 * the version and run `make generate`, from 1.0 on never. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/cmocka_tests.h"
#include "tests/support/golden.h"

static char *today;

static int write_today(void **state)
{
	size_t size;
	FILE *out = open_memstream(&today, &size);
	(void)state;
	if (out == NULL)
		return -1;
	golden_write(out);
	return fclose(out);
}

static int free_today(void **state)
{
	(void)state;
	free(today);
	return 0;
}

static void same_as_committed(void **state)
{
	FILE *in = fopen("tests/golden/protocol.txt", "r");
	char *committed = NULL;
	size_t capacity = 0;
	const char *at = today;
	ssize_t size;
	(void)state;
	assert_non_null(in);
	while ((size = getline(&committed, &capacity, in)) > 0) {
		if (strncmp(at, committed, (size_t)size) != 0)
			fail_msg("changed: %s", committed);
		at += size;
	}
	assert_string_equal(at, "");
	free(committed);
	fclose(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(same_as_committed)};
	return cmocka_run_group_tests(tests, write_today, free_today);
}
