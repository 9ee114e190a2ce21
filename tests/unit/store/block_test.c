/* block_test.c -- packed blocks: what goes in comes out, and nothing else ever does. */
#include "server/store/block.h"
#include "tests/unit/store/kit.h"

static const struct block_realm realm = {{{7}}, 99};
static struct block_packer packer;
static uint8_t scratch[LIMIT_EVENT_BYTES];

static struct wire_text value(uint32_t size)
{
	return (struct wire_text){(const char *)packer.bytes, size};
}

/* Pack from `first` on until the block is full or `most` are in; its size. */
static uint32_t pack(uint64_t first, uint32_t most, uint32_t *count)
{
	for (*count = 0; *count < most; ++*count) {
		uint32_t size = kit_record(first + *count, scratch);
		if (!block_add(&packer, first + *count, scratch, size))
			break;
	}
	return block_finish(&packer, &realm);
}

static void test_round_trip(void **state)
{
	(void)state;
	uint32_t count, size;
	struct block_reader reader;
	for (uint64_t first = 1; first < 20000; first += count) {
		uint32_t bytes = pack(first, UINT32_MAX, &count);
		assert_true(count == 1 || bytes <= LIMIT_BLOCK_BYTES);
		assert_true(bytes <= BLOCK_MAX_BYTES);
		assert_true(block_open(&reader, first, value(bytes), &realm));
		for (uint32_t i = 0; i < count; i++) {
			assert_true(block_next(&reader, scratch, &size));
			assert_true(kit_is_record(first + i, scratch, size));
		}
		assert_false(block_next(&reader, scratch, &size));
	}
}

static void test_seek(void **state)
{
	(void)state;
	uint32_t count, size;
	uint32_t bytes = pack(5000, 20, &count);
	struct block_reader reader;
	for (uint64_t number = 4990; number < 5000 + count + 10; number++) {
		assert_true(block_open(&reader, 5000, value(bytes), &realm));
		bool inside = number >= 5000 && number < 5000 + count;
		assert_int_equal(block_seek(&reader, number), inside);
		if (inside) {
			assert_true(block_next(&reader, scratch, &size));
			assert_true(kit_is_record(number, scratch, size));
		}
	}
}

static void test_large_records_are_alone(void **state)
{
	(void)state;
	memset(scratch, 0, sizeof scratch);
	assert_true(block_add(&packer, 1, scratch, LIMIT_BLOCK_EVENT_BYTES + 1));
	assert_false(block_add(&packer, 2, scratch, 8));
	block_finish(&packer, &realm);
	assert_true(block_add(&packer, 2, scratch, 8));
	assert_false(block_add(&packer, 3, scratch, LIMIT_BLOCK_EVENT_BYTES + 1));
	block_finish(&packer, &realm);
}

static void test_time_that_falls_starts_a_block(void **state)
{
	(void)state;
	int64_t time = 100;
	memset(scratch, 0, sizeof scratch);
	memcpy(scratch, &time, 8);
	assert_true(block_add(&packer, 1, scratch, 20));
	time = 99;
	memcpy(scratch, &time, 8);
	assert_false(block_add(&packer, 2, scratch, 20));
	block_finish(&packer, &realm);
}

static void test_every_flip_is_seen(void **state)
{
	(void)state;
	uint32_t count;
	struct block_reader reader;
	uint32_t bytes = pack(300, 5, &count);
	for (uint32_t bit = 0; bit < bytes * 8; bit++) {
		packer.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(block_open(&reader, 300, value(bytes), &realm));
		packer.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (uint32_t cut = 0; cut < bytes; cut++)
		assert_false(block_open(&reader, 300, value(cut), &realm));
}

static void test_place_and_database_are_proved(void **state)
{
	(void)state;
	uint32_t count;
	struct block_reader reader;
	uint32_t bytes = pack(300, 5, &count);
	struct block_realm other = realm;
	assert_false(block_open(&reader, 301, value(bytes), &realm));
	other.database.bytes[3] = 1;
	assert_false(block_open(&reader, 300, value(bytes), &other));
	other = realm;
	other.seed++;
	assert_false(block_open(&reader, 300, value(bytes), &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_seek),
	    cmocka_unit_test(test_large_records_are_alone),
	    cmocka_unit_test(test_time_that_falls_starts_a_block),
	    cmocka_unit_test(test_every_flip_is_seen),
	    cmocka_unit_test(test_place_and_database_are_proved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
