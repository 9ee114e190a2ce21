/* scratch.c -- see scratch.h.  splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014. */
#include "tests/integration/common/scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

_Noreturn void scratch_die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(99);
}

void scratch_path(char *path, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(path, SCRATCH_PATH, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= SCRATCH_PATH) {
		errno = ENAMETOOLONG;
		scratch_die(path);
	}
}

static char made[SCRATCH_PATH]; /* by this process, not by the ones it forks */
static pid_t maker;

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
	(void)about, (void)kind, (void)place;
	return remove(path);
}

static void remove_made(void)
{
	if (getpid() != maker)
		return;
	if (getenv("CRMDB_KEEP") != NULL)
		printf("# kept: %s\n", made);
	else
		nftw(made, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void scratch_new(char *path)
{
	const char *root = getenv("TMPDIR");
	scratch_path(path, "%s/crm-XXXXXX", root != NULL ? root : "/tmp");
	if (mkdtemp(path) == NULL)
		scratch_die(path);
	scratch_path(made, "%s", path);
	maker = getpid();
	atexit(remove_made);
}

int64_t scratch_now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void scratch_sleep_us(int64_t us)
{
	struct timespec left = {us / 1000000, us % 1000000 * 1000};
	while (us > 0 && nanosleep(&left, &left) != 0 && errno == EINTR)
		;
}

static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t scratch_below(uint64_t *state, uint64_t below)
{
	return draw(state) % below;
}
