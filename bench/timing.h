/* timing.h -- time in nanoseconds: monotonic, CPU, and sleeping until one. */
#ifndef CRMDB_BENCH_TIMING_H
#define CRMDB_BENCH_TIMING_H
#include <errno.h>
#include <stdint.h>
#include <time.h>

#define TIMING_SECOND_NS UINT64_C(1000000000)

static inline uint64_t timing_read_ns(clockid_t clock)
{
	struct timespec time = {0};
	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * TIMING_SECOND_NS + (uint64_t)time.tv_nsec;
}

static inline uint64_t timing_now_ns(void)
{
	return timing_read_ns(CLOCK_MONOTONIC);
}

/* CPU time of the calling thread: what a computation costs, whatever else runs meanwhile. */
static inline uint64_t timing_spent_ns(void)
{
	return timing_read_ns(CLOCK_THREAD_CPUTIME_ID);
}

/* Sleep until that time, signals or not. */
static inline void timing_sleep_until(uint64_t until_ns)
{
	struct timespec time = {(time_t)(until_ns / TIMING_SECOND_NS),
				(long)(until_ns % TIMING_SECOND_NS)};
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
		;
}

#endif
