/* fail.c -- see fail.h. */
#include "tests/sim/fail.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const uint64_t *watched_seed, *watched_step;

/* Nothing runs beside it, and the process is lost anyway: stdio will do. */
static void aborted(int number)
{
	printf("not ok - sim: seed %" PRIu64 ", step %" PRIu64 ": the server ended by signal %d\n",
	       *watched_seed, *watched_step, number);
	fflush(stdout);
	_Exit(1);
}

void fail_watch(const uint64_t *seed, const uint64_t *step)
{
	watched_seed = seed;
	watched_step = step;
	signal(SIGABRT, aborted);
}

void fail_now(const char *format, ...)
{
	va_list arguments;
	printf("not ok - sim: seed %" PRIu64 ", step %" PRIu64 ": ", *watched_seed, *watched_step);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	exit(1);
}
