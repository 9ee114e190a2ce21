/* words_test.c -- texts and their codes: order, sameness, room for what was reserved, memory. */
#include <stdio.h>

#include "server/engine/words.h"
#include "tests/unit/engine/fixture.h"

#define FIELD PERSON_region
#define OTHER PERSON_tags

struct kit {
	struct fixture_memory memory;
	struct words words;
};

static void kit_open(struct kit *kit)
{
	fixture_memory(&kit->memory);
	words_open(&kit->words, &kit->memory.memory);
	kit->words.table.seed = 7;
}

static void kit_close(struct kit *kit)
{
	words_close(&kit->words);
	assert_int_equal(kit->memory.used, 0);
}

static void test_a_text_has_one_code_in_each_field(void **state)
{
	struct kit kit;
	(void)state;
	kit_open(&kit);
	assert_int_equal(words_find(&kit.words, FIELD, fixture_text("east")), 0);
	assert_true(words_reserve(&kit.words, 1));
	assert_int_equal(words_add(&kit.words, FIELD, fixture_text("east")), 1);
	assert_int_equal(words_add(&kit.words, FIELD, fixture_text("west")), 2);
	assert_int_equal(words_add(&kit.words, OTHER, fixture_text("west")), 1);
	assert_int_equal(words_find(&kit.words, FIELD, fixture_text("west")), 2);
	assert_int_equal(words_find(&kit.words, OTHER, fixture_text("west")), 1);
	assert_int_equal(words_find(&kit.words, OTHER, fixture_text("east")), 0);
	assert_int_equal(words_find(&kit.words, FIELD, fixture_text("West")), 0);
	assert_int_equal(words_find(&kit.words, FIELD, fixture_text("wes")), 0);
	assert_int_equal(words_count(&kit.words, FIELD), 2);
	struct wire_text text = words_text(&kit.words, FIELD, 1);
	assert_int_equal(text.size, 4);
	assert_memory_equal(text.bytes, "east", 4);
	kit_close(&kit);
}

/* A text of `size` bytes that differs with `n` in its first eight. */
static struct wire_text text_of(char *room, uint32_t n, uint32_t size)
{
	memset(room, 'x', size);
	room[snprintf(room, 9, "%08u", n)] = 'x';
	return (struct wire_text){room, size};
}

/* Of the texts of an event as many are of one field as can be. */
static uint16_t field_of(uint32_t n)
{
	return n % WORDS_OF_EVENT < WORDS_TAGS ? OTHER : FIELD;
}

static uint32_t code_of(uint32_t n)
{
	uint32_t event = n / WORDS_OF_EVENT, place = n % WORDS_OF_EVENT;
	return place < WORDS_TAGS ? event * WORDS_TAGS + place + 1
				  : event * (WORDS_OF_EVENT - WORDS_TAGS) + place - WORDS_TAGS + 1;
}

/* All texts of the largest events, one behind the other. */
static void add_events(struct words *words, uint32_t *n, uint32_t events)
{
	char room[80];
	for (uint32_t end = *n + events * WORDS_OF_EVENT; *n < end; ++*n)
		assert_int_equal(words_add(words, field_of(*n), text_of(room, *n, 64)),
				 code_of(*n));
}

static void expect_all(const struct words *words, uint32_t count)
{
	char room[80];
	for (uint32_t i = 0; i < count; i++) {
		struct wire_text wanted = text_of(room, i, 64),
				 got = words_text(words, field_of(i), code_of(i));
		assert_int_equal(words_find(words, field_of(i), wanted), code_of(i));
		assert_int_equal(got.size, wanted.size);
		assert_memory_equal(got.bytes, wanted.bytes, got.size);
	}
}

/* E2: after one reservation nothing is allocated, whatever is left of the block at hand. */
static void test_what_is_reserved_is_there(void **state)
{
	static const uint32_t rows[] = {1, 2, 10, 11, 12, 13, 100};
	struct kit kit;
	uint32_t n = 0;
	(void)state;
	kit_open(&kit);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_true(words_reserve(&kit.words, rows[i]));
		kit.memory.limit = 1;
		add_events(&kit.words, &n, rows[i]);
		kit.memory.limit = 0;
	}
	expect_all(&kit.words, n);
	kit_close(&kit);
}

static void test_a_full_field(void **state)
{
	struct kit kit;
	char room[80];
	(void)state;
	kit_open(&kit);
	for (uint32_t i = 0; i < WORDS_MOST; i++) {
		assert_true(words_reserve(&kit.words, 1));
		words_add(&kit.words, FIELD, text_of(room, i, 8 + i % 56));
	}
	assert_true(words_reserve(&kit.words, 1)); /* of the other fields */
	assert_int_equal(words_count(&kit.words, FIELD), WORDS_MOST);
	assert_int_equal(words_find(&kit.words, FIELD, text_of(room, 65534, 8 + 65534 % 56)),
			 WORDS_MOST);
	kit_close(&kit);
}

/* The n-th allocation fails, n = 1, 2, ...: what was there stays, and the next try succeeds. */
static void test_every_allocation_may_fail(void **state)
{
	(void)state;
	for (uint64_t n = 1, failed = 1; failed != 0; n++) {
		struct kit kit;
		uint32_t texts = 0;
		kit_open(&kit);
		kit.memory.fail_at = n;
		failed = 0;
		for (uint32_t events = 0; events < 30; events++) {
			if (!words_reserve(&kit.words, 1)) {
				failed++;
				assert_true(words_reserve(&kit.words, 1));
			}
			add_events(&kit.words, &texts, 1);
		}
		assert_true(failed <= 1);
		expect_all(&kit.words, texts);
		kit_close(&kit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_text_has_one_code_in_each_field),
	    cmocka_unit_test(test_what_is_reserved_is_there),
	    cmocka_unit_test(test_a_full_field),
	    cmocka_unit_test(test_every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
