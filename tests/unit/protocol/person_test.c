/* person_test.c -- the table of fields, and hostile lists of assignments. */
#include <string.h>

#include "protocol/limits.h"
#include "protocol/person.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/fields.h"
#include "tests/support/guard.h"

static void fields_are_in_order(void **state)
{
	uint32_t identities = 0;
	(void)state;
	for (size_t i = 0; i < person_field_count; i++) {
		const struct person_field *field = &person_fields[i];
		assert_true(i == 0 || person_fields[i - 1].number < field->number);
		assert_true(field->identity == (field->number < 16));
		assert_true(field->limit <=
			    (field->identity ? IDENTITY_BYTES : LIMIT_PROFILE_BYTES));
		assert_true(field->many >= 1);
		assert_ptr_equal(person_field(field->number), field);
		assert_ptr_equal(person_field_named(field->name, strlen(field->name)), field);
		identities += field->identity ? field->many : 0;
	}
	assert_int_equal(identities, PERSON_IDENTITIES);
	assert_null(person_field(0));
	assert_null(person_field_named("phon", 4));
	assert_null(person_field_named("phones", 6));
	assert_non_null(person_field_named("PHONE", 5));
}

static enum error check(const struct wire_list *fields)
{
	struct error_detail detail;
	return person_check(fields, &detail);
}

/* Every truncation, and every count but the right one. */
static void lists_that_lie(void **state)
{
	static uint8_t room[FIELDS_BYTES];
	struct wire_list list = fields_parse("phone=+8613800138000,name=Zoe,card=A,card=B", room);
	(void)state;
	assert_int_equal(check(&list), ERROR_OK);
	for (uint32_t size = 0; size < list.size; size++) {
		struct wire_list cut = {guard_copy(list.bytes, size), size, list.count};
		assert_int_equal(check(&cut), ERROR_MALFORMED);
	}
	static const uint32_t counts[] = {0, 1, 3, 5, 255, 256, 257, 0x7fffffff, 0xffffffff};
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		struct wire_list other = {list.bytes, list.size, counts[i]};
		assert_int_equal(check(&other), ERROR_MALFORMED);
	}
	struct wire_list none = {NULL, 0, 0};
	assert_int_equal(check(&none), ERROR_OK);
}

/* Every bit flipped: an error or a list, never a crash (sanitizers watch). */
static void flipped_bits(void **state)
{
	static uint8_t room[FIELDS_BYTES];
	struct wire_list list = fields_parse("email=zoe@example.com,social=wechat:zoe", room);
	(void)state;
	for (uint32_t bit = 0; bit < list.size * 8; bit++) {
		uint8_t *bytes = guard_copy(list.bytes, list.size);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		struct wire_list flipped = {bytes, list.size, list.count};
		(void)check(&flipped);
	}
}

static void text_rules(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t size;
		enum error error;
	} rows[] = {
	    {"Zo\xc3\xab", 4, ERROR_OK},
	    {"", 0, ERROR_OK},
	    {"\xe7\x8e\x8b\xf0\x9f\x98\x80", 7, ERROR_OK},
	    {"a\0b", 3, ERROR_TEXT_INVALID},
	    {"\0", 1, ERROR_TEXT_INVALID},
	    {"\xff", 1, ERROR_TEXT_INVALID},
	    {"\xc0\x80", 2, ERROR_TEXT_INVALID},
	    {"\xed\xa0\x80", 3, ERROR_TEXT_INVALID},
	    {"\xe7\x8e", 2, ERROR_TEXT_INVALID},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t f = 0; f < person_field_count; f++) {
			struct error_detail detail;
			struct wire_text value = {rows[i].bytes, rows[i].size};
			enum error error =
			    person_check_value(person_fields[f].number, value, &detail);
			if (rows[i].error != ERROR_OK ||
			    person_fields[f].kind == PERSON_KIND_PROFILE)
				assert_int_equal(error, rows[i].error);
		}
}

/* As many values as allowed, and one more. */
static void many_values(void **state)
{
	static uint8_t room[FIELDS_BYTES];
	char text[256] = "address=1,address=2,address=3,address=4,address=5,address=6,address=7,"
			 "address=8";
	struct wire_list list = fields_parse(text, room);
	(void)state;
	assert_int_equal(check(&list), ERROR_OK);
	memcpy(text + strlen(text), ",address=", 10);
	list = fields_parse(text, room);
	assert_int_equal(check(&list), ERROR_OK); /* an empty one is none */
	memcpy(text + strlen(text), "1", 2);
	list = fields_parse(text, room);
	assert_int_equal(check(&list), ERROR_FIELD_TOO_MANY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_in_order), cmocka_unit_test(lists_that_lie),
	    cmocka_unit_test(flipped_bits),        cmocka_unit_test(text_rules),
	    cmocka_unit_test(many_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
