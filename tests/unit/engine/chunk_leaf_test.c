/* chunk_leaf_test.c -- a test on a block passes exactly those that a plain comparison passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "server/engine/query/chunk_leaf.h"

static uint64_t state = 1;

static uint64_t draw(void)
{
	state += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = (state ^ (state >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Many equal ones, and both ends of what the width holds. */
static uint64_t draw_raw(uint32_t width)
{
	uint64_t most = width == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * width)) - 1;
	switch (draw() % 4) {
	case 0:
		return draw() % 8;
	case 1:
		return most - draw() % 8;
	default:
		return draw() & most;
	}
}

struct block {
	_Alignas(64) uint8_t column[CHUNK_BLOCK * 8];
	uint8_t before[CHUNK_BLOCK], marks[CHUNK_BLOCK];
};

static void block_draw(struct block *block, uint32_t width)
{
	for (uint32_t i = 0; i < CHUNK_BLOCK; i++) {
		uint64_t raw = draw_raw(width);
		memcpy(block->column + (size_t)i * width, &raw, width);
		block->before[i] = block->marks[i] = draw() % 4 != 0;
	}
}

static int64_t value_draw(const struct source *source)
{
	return source_value(source, draw_raw(source->width));
}

/* Settled, disjoint. */
static void set_draw(struct bound_node *leaf, uint32_t most)
{
	struct intervals *set = &leaf->set;
	set->count = 0;
	for (uint32_t i = 0; i < most; i++) {
		int64_t a = value_draw(&leaf->source), b = value_draw(&leaf->source);
		intervals_add(set, a < b ? a : b, draw() % 2 == 0 ? a < b ? a : b : a < b ? b : a);
	}
	intervals_settle(set);
}

static void check(struct block *block, const struct bound_node *leaf)
{
	uint32_t width = leaf->source.width;
	chunk_leaf_judge(leaf, block->column, block->marks);
	for (uint32_t i = 0; i < CHUNK_BLOCK; i++) {
		uint64_t raw = source_word(block->column + (size_t)i * width, width);
		bool passes = leaf->op == BOUND_IN
				  ? intervals_have(&leaf->set, source_value(&leaf->source, raw))
				  : (raw & leaf->mask) != 0;
		assert_int_equal(block->marks[i], block->before[i] && passes);
	}
}

static void intervals_of_every_width(void **unused)
{
	static const uint32_t counts[] = {0, 1, 1, 2, 6, 7, 40};
	struct interval room[64];
	struct block block;
	(void)unused;
	for (uint32_t round = 0; round < 4000; round++) {
		uint32_t width = 1u << (round % 4);
		struct bound_node leaf = {.op = BOUND_IN,
					  .source = {.form = SOURCE_PLAIN, .width = (uint8_t)width},
					  .set = {room, 0, 64}};
		block_draw(&block, width);
		set_draw(&leaf, counts[round / 4 % 7]);
		check(&block, &leaf);
	}
}

static void bits_of_both_widths(void **unused)
{
	struct block block;
	(void)unused;
	for (uint32_t round = 0; round < 1000; round++) {
		uint32_t width = round % 2 == 0 ? 4 : 8;
		struct bound_node leaf = {.op = BOUND_BITS,
					  .source = {.form = SOURCE_BITS, .width = (uint8_t)width},
					  .mask = draw() & draw() &
						  (width == 4 ? UINT32_MAX : UINT64_MAX)};
		block_draw(&block, width);
		check(&block, &leaf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(intervals_of_every_width),
	    cmocka_unit_test(bits_of_both_widths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
