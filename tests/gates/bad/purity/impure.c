/* impure.c -- an engine that reads the clock, allocates and remembers. */
#include <stdlib.h>
#include <time.h>

static int calls;
static __thread int calls_of_thread;
int impure_table[] = {1, 2, 3};
static const char *const names[] = {"constant", "once loaded"};

const char *impure(int **out)
{
	calls++;
	calls_of_thread++;
	impure_table[1] = (int)time(NULL);
	*out = malloc(sizeof(int));
	return names[impure_table[1] + calls + calls_of_thread];
}
