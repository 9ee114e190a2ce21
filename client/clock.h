/* clock.h -- deadlines, on a clock that is never set. */
#ifndef CRMDB_CLIENT_CLOCK_H
#define CRMDB_CLIENT_CLOCK_H
#include <stdint.h>
#include <time.h>

/* Microseconds since some fixed moment; goes on while the machine sleeps. */
static inline int64_t clock_now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline struct timespec clock_timespec(int64_t us)
{
	return (struct timespec){(time_t)(us / 1000000), (long)(us % 1000000) * 1000};
}

static inline int64_t clock_earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Sleep until `until_us`. */
static inline void clock_sleep_until(int64_t until_us)
{
	int64_t left_us;
	while ((left_us = until_us - clock_now_us()) > 0) {
		struct timespec span = clock_timespec(left_us);
		nanosleep(&span, NULL);
	}
}

#endif
