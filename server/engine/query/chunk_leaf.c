/* chunk_leaf.c -- see chunk_leaf.h.
 *
 *   F1  Loops run over a whole block of constant size, without a branch, and what they read and
 *       write does not overlap: the compiler makes vectors of them.
 *   F2  Each is there twice, for any processor and for AVX2, from one text; both say the same.
 *       Without AVX2 a column of 8 bytes takes twice as long, for SSE2 cannot compare them.
 */
#include "server/engine/query/chunk_leaf.h"

#include <string.h>

/* The marks of those whose values are from `low` to low + span. */
typedef void outside_fn(const uint8_t *restrict column, uint64_t low, uint64_t span,
			uint8_t *restrict marks);
/* The marks of those who have any of the bits. */
typedef void without_fn(const uint8_t *restrict column, uint64_t mask, uint8_t *restrict marks);

struct kernels {
	outside_fn *outside[4]; /* by width: 1, 2, 4, 8 */
	without_fn *without[2]; /* 4, 8 */
};

#define OUTSIDE(name, bits)                                                                        \
	static void name##_outside_##bits(const uint8_t *restrict column, uint64_t low,            \
					  uint64_t span, uint8_t *restrict marks)                  \
	{                                                                                          \
		const uint##bits##_t *values = (const uint##bits##_t *)(const void *)column;       \
		uint##bits##_t first = (uint##bits##_t)low, wide = (uint##bits##_t)span;           \
		for (uint32_t i = 0; i < CHUNK_BLOCK; i++)                                         \
			marks[i] &= (uint##bits##_t)(values[i] - first) <= wide;                   \
	}

#define WITHOUT(name, bits)                                                                        \
	static void name##_without_##bits(const uint8_t *restrict column, uint64_t mask,           \
					  uint8_t *restrict marks)                                 \
	{                                                                                          \
		const uint##bits##_t *values = (const uint##bits##_t *)(const void *)column;       \
		uint##bits##_t wanted = (uint##bits##_t)mask;                                      \
		for (uint32_t i = 0; i < CHUNK_BLOCK; i++)                                         \
			marks[i] &= (values[i] & wanted) != 0;                                     \
	}

#define KERNELS(name, target)                                                                      \
	target OUTSIDE(name, 8) target OUTSIDE(name, 16) target OUTSIDE(name, 32) target OUTSIDE(  \
	    name, 64) target                                                                       \
	WITHOUT(name, 32) target                                                                   \
	WITHOUT(name, 64) static const struct kernels name = {                                     \
	    {name##_outside_8, name##_outside_16, name##_outside_32, name##_outside_64},           \
	    {name##_without_32, name##_without_64}}

KERNELS(plain, );
#ifdef __x86_64__
KERNELS(avx2, __attribute__((target("avx2"))));
#endif

static const struct kernels *kernels_of_processor(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return &avx2;
#endif
	return &plain;
}

static void clear_outside(const struct source *source, const uint8_t *column,
			  const struct interval *interval, uint8_t *marks)
{
	static const uint8_t places[] = {[1] = 0, [2] = 1, [4] = 2, [8] = 3};
	uint64_t low = source_raw(source, interval->low);
	uint64_t span = source_raw(source, interval->high) - low; /* Q1 */
	kernels_of_processor()->outside[places[source->width]](column, low, span, marks);
}

/* Of many intervals. */
static void clear_by_search(const struct bound_node *leaf, const uint8_t *column, uint8_t *marks)
{
	uint32_t width = leaf->source.width;
	for (uint32_t i = 0; i < CHUNK_BLOCK; i++) {
		uint64_t raw = source_word(column + (size_t)i * width, width);
		if (marks[i] != 0)
			marks[i] = intervals_have(&leaf->set, source_value(&leaf->source, raw));
	}
}

static void clear_by_some(const struct bound_node *leaf, const uint8_t *column, uint8_t *marks)
{
	uint8_t passed[CHUNK_BLOCK] = {0}, some[CHUNK_BLOCK];
	for (uint32_t i = 0; i < leaf->set.count; i++) {
		memcpy(some, marks, CHUNK_BLOCK);
		clear_outside(&leaf->source, column, &leaf->set.items[i], some);
		for (uint32_t at = 0; at < CHUNK_BLOCK; at++)
			passed[at] |= some[at];
	}
	memcpy(marks, passed, CHUNK_BLOCK);
}

#define SOME_INTERVALS 24u /* of more the search is faster: 10 to 15 ns a row, against 0.2 each */

void chunk_leaf_judge(const struct bound_node *leaf, const uint8_t *column, uint8_t *marks)
{
	if (leaf->op != BOUND_IN)
		kernels_of_processor()->without[leaf->source.width == 8](column, leaf->mask, marks);
	else if (leaf->set.count == 1)
		clear_outside(&leaf->source, column, &leaf->set.items[0], marks);
	else if (leaf->set.count <= SOME_INTERVALS)
		clear_by_some(leaf, column, marks);
	else
		clear_by_search(leaf, column, marks);
}
