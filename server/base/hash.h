/* hash.h -- XXH3 as the server uses it: 64 bits, with a seed.  Not a security hash. */
#ifndef CRMDB_BASE_HASH_H
#define CRMDB_BASE_HASH_H
#include <stddef.h>
#include <stdint.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static inline uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes, size, seed);
}

/* One word, mixed with a seed: the finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
static inline uint64_t hash_u64(uint64_t word, uint64_t seed)
{
	word ^= seed;
	word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
	return word ^ (word >> 31);
}

#endif
