/* check.c -- see check.h. */
#include "tests/integration/common/check.h"

#include <stdarg.h>
#include <stdio.h>

static unsigned passed, failed;

bool check(bool ok, const char *format, ...)
{
	va_list arguments;
	fputs(ok ? "ok - " : "not ok - ", stdout);
	va_start(arguments, format);
	vfprintf(stdout, format, arguments);
	va_end(arguments);
	fputc('\n', stdout);
	fflush(stdout);
	*(ok ? &passed : &failed) += 1;
	return ok;
}

void check_fail(const char *name, const char *format, ...)
{
	va_list arguments;
	fprintf(stdout, "not ok - %s: ", name);
	va_start(arguments, format);
	vfprintf(stdout, format, arguments);
	va_end(arguments);
	fputc('\n', stdout);
	fflush(stdout);
	failed++;
}

int check_finish(void)
{
	printf("# %u passed, %u failed\n", passed, failed);
	return failed == 0 && passed > 0 ? 0 : 1;
}
