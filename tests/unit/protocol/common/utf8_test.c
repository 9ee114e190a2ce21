/* utf8_test.c -- every code point and every malformed shape, against a guard page. */
#include <string.h>

#include "protocol/common/utf8.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/guard.h"

static bool valid(const void *bytes, size_t size)
{
	return utf8_is_valid((const char *)guard_copy(bytes, size), size);
}

/* Encode any number below 2^21 in `size` bytes, also where that is not allowed. */
static void encode(uint32_t point, size_t size, uint8_t bytes[4])
{
	static const uint8_t heads[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
	for (size_t i = size; i-- > 1; point >>= 6)
		bytes[i] = (uint8_t)(0x80 | (point & 0x3f));
	bytes[0] = (uint8_t)(heads[size] | point);
}

static size_t shortest(uint32_t point)
{
	return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

static void every_code_point(void **state)
{
	(void)state;
	for (uint32_t point = 0; point < 0x200000; point++) {
		uint8_t bytes[4];
		bool exists = point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
		encode(point, shortest(point), bytes);
		assert_int_equal(utf8_is_valid((char *)bytes, shortest(point)), exists);
	}
}

static void overlong(void **state)
{
	static const uint32_t points[] = {0, 0x2f, 0x7f, 0x80, 0x7ff, 0x800, 0xffff};
	(void)state;
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
		for (size_t size = shortest(points[i]) + 1; size <= 4; size++) {
			uint8_t bytes[4];
			encode(points[i], size, bytes);
			assert_false(valid(bytes, size));
		}
}

static void every_pair_of_bytes(void **state)
{
	(void)state;
	for (unsigned first = 0; first < 256; first++)
		for (unsigned second = 0; second < 256; second++) {
			uint8_t bytes[2] = {(uint8_t)first, (uint8_t)second};
			bool ascii = first < 0x80 && second < 0x80;
			bool two = first >= 0xc2 && first <= 0xdf && (second & 0xc0) == 0x80;
			assert_int_equal(utf8_is_valid((char *)bytes, 2), ascii || two);
		}
}

static void cut_characters(void **state)
{
	static const char text[] = "Zoë 王小明 山田 \xf0\x9f\x8e\x89";
	bool starts[sizeof text];
	(void)state;
	for (size_t n = 0; n < sizeof text; n++)
		starts[n] = ((uint8_t)text[n] & 0xc0) != 0x80;
	for (size_t n = 0; n < sizeof text; n++)
		assert_int_equal(valid(text, n), starts[n]);
}

static void malformed(void **state)
{
	static const char *const rows[] = {
	    "\x80",
	    "\xbf",
	    "\xc0\x80",
	    "\xc1\xbf",
	    "\xc3(",
	    "\xe2\x28\xa1",
	    "\xe2\x82\x28",
	    "\xed\xa0\x80",
	    "\xed\xbf\xbf",
	    "\xf0\x28\x8c\xbc",
	    "\xf0\x90\x28\xbc",
	    "\xf0\x28\x8c\x28",
	    "\xf4\x90\x80\x80",
	    "\xf5\x80\x80\x80",
	    "\xf8\x88\x80\x80\x80",
	    "\xfc\x84\x80\x80\x80\x80",
	    "\xfe",
	    "\xff",
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[32] = "ok";
		memcpy(text + 2, rows[i], strlen(rows[i]));
		assert_false(valid(rows[i], strlen(rows[i])));
		assert_false(valid(text, strlen(rows[i]) + 2));
	}
}

static void empty_and_nul(void **state)
{
	(void)state;
	assert_true(valid("", 0));
	assert_true(utf8_is_valid(NULL, 0));
	assert_true(valid("a\0b", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_code_point),    cmocka_unit_test(overlong),
	    cmocka_unit_test(every_pair_of_bytes), cmocka_unit_test(cut_characters),
	    cmocka_unit_test(malformed),           cmocka_unit_test(empty_and_nul),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
