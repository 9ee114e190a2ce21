/* key_test.c -- keys: versions, times, refs, and their text. */
#include <string.h>

#include "protocol/key.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

static const uint8_t random_bytes[10] = {0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9};

static void timed(void **state)
{
	static const uint64_t times[] = {0, 1, 1732257001123, (UINT64_C(1) << 48) - 1};
	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		struct wire_id key = key_timed(times[i], random_bytes);
		assert_int_equal(key_version(key), 7);
		assert_true(key_unix_ms(key) == times[i]);
		assert_memory_equal(key.bytes + 9, random_bytes + 3, 7);
	}
}

/* Keys made later sort later, byte by byte. */
static void timed_keys_sort(void **state)
{
	struct wire_id early = key_timed(255, random_bytes), late = key_timed(256, random_bytes);
	(void)state;
	assert_true(memcmp(early.bytes, late.bytes, 16) < 0);
}

static void from_ref(void **state)
{
	struct wire_id a = key_from_ref(OP_points_earn, "order-991", 9);
	struct wire_id same = key_from_ref(OP_points_earn, "order-991", 9);
	struct wire_id other_text = key_from_ref(OP_points_earn, "order-992", 9);
	struct wire_id other_opcode = key_from_ref(OP_points_redeem, "order-991", 9);
	(void)state;
	assert_int_equal(key_version(a), 8);
	assert_true(wire_id_equal(a, same));
	assert_false(wire_id_equal(a, other_text));
	assert_false(wire_id_equal(a, other_opcode));
}

static void versions(void **state)
{
	(void)state;
	for (unsigned version = 0; version < 16; version++)
		for (unsigned variant = 0; variant < 4; variant++) {
			struct wire_id key = {{0}};
			key.bytes[6] = (uint8_t)(version << 4 | 0xf);
			key.bytes[8] = (uint8_t)(variant << 6 | 0x3f);
			assert_int_equal(key_version(key), variant == 2 ? version : 16);
		}
}

static void text_round_trip(void **state)
{
	struct wire_id key = key_timed(1732257001123, random_bytes), back;
	char text[37];
	(void)state;
	key_format(key, text);
	assert_int_equal(strlen(text), 36);
	assert_int_equal(text[14], '7');
	assert_true(key_parse(text, 36, &back));
	assert_true(wire_id_equal(key, back));
	assert_true(key_parse("0190163D-8694-739B-AEA5-966C26F8AD91", 36, &back));
	key_format(back, text);
	assert_string_equal(text, "0190163d-8694-739b-aea5-966c26f8ad91");
}

static void text_refused(void **state)
{
	const char good[] = "0190163d-8694-739b-aea5-966c26f8ad91";
	struct wire_id key;
	(void)state;
	for (size_t size = 0; size < 36; size++)
		assert_false(key_parse(good, size, &key));
	assert_false(key_parse(good, 37, &key));
	for (size_t i = 0; i < 36; i++) {
		static const char wrong[] = {'g', ' ', '\0', '/', ':', '@', '`', (char)0xc3};
		for (size_t w = 0; w < sizeof wrong; w++) {
			char text[37];
			memcpy(text, good, sizeof text);
			text[i] = wrong[w];
			assert_false(key_parse(text, 36, &key));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(timed),           cmocka_unit_test(timed_keys_sort),
	    cmocka_unit_test(from_ref),        cmocka_unit_test(versions),
	    cmocka_unit_test(text_round_trip), cmocka_unit_test(text_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
