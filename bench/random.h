/* random.h -- a fast random number generator for the load, one per lane.
 *
 * splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): one
 * addition and two multiplications a number, any seed is fine.  Not for keys.  One thread.
 */
#ifndef CRMDB_BENCH_RANDOM_H
#define CRMDB_BENCH_RANDOM_H
#include <stdint.h>

struct random {
	uint64_t state;
};

/* 64 random bits. */
static inline uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Uniform in [0, bound), bound not 0 and below 2^32: off by at most bound / 2^32, which is
 * nothing here. */
static inline uint64_t random_below(struct random *random, uint64_t bound)
{
	return ((random_next(random) >> 32) * bound) >> 32;
}

/* Uniform in [0, 1). */
static inline double random_unit(struct random *random)
{
	return (double)(random_next(random) >> 11) * 0x1p-53;
}

#endif
