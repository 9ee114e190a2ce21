/* identity_test.c -- normal forms: what becomes what, and what is none. */
#include <string.h>

#include "protocol/common/identity.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/guard.h"

typedef size_t normal_form(const char *text, size_t size, char *out);

struct row {
	normal_form *form;
	const char *given, *normal; /* NULL: not valid */
};

static const struct row rows[] = {
    {identity_phone, "+8613800138000", "+8613800138000"},
    {identity_phone, " +86 (138) 0013-8000\t", "+8613800138000"},
    {identity_phone, "+86.138/0013.8000", "+8613800138000"},
    {identity_phone, "+12345678", "+12345678"},
    {identity_phone, "+123456789012345", "+123456789012345"},
    {identity_phone, "+1234567", NULL},
    {identity_phone, "+1234567890123456", NULL},
    {identity_phone, "+(1234)", NULL},
    {identity_phone, "13800138000", NULL},
    {identity_phone, "008613800138000", NULL},
    {identity_phone, "+0138001380", NULL},
    {identity_phone, "+86138001380x", NULL},
    {identity_phone, "+86+13800138000", NULL},
    {identity_phone, "++8613800138000", NULL},
    {identity_phone, "+", NULL},
    {identity_phone, " ", NULL},
    {identity_phone,
     "+\xef\xbc\x98\xef\xbc\x96"
     "13800138000",
     NULL}, /* fullwidth digits */

    {identity_email, "zoe@example.com", "zoe@example.com"},
    {identity_email, " Zoe.Li+shop@Mail.Example.COM ", "zoe.li+shop@mail.example.com"},
    {identity_email, "o'brien@example.co.uk", "o'brien@example.co.uk"},
    {identity_email, "a@b.cn", "a@b.cn"},
    {identity_email, "z\xc3\xb6@m\xc3\xbcller.de", "z\xc3\xb6@m\xc3\xbcller.de"},
    {identity_email, "zoe", NULL},
    {identity_email, "@example.com", NULL},
    {identity_email, "zoe@", NULL},
    {identity_email, "zoe@example", NULL},
    {identity_email, "zoe@.com", NULL},
    {identity_email, "zoe@example..com", NULL},
    {identity_email, "zoe@example.com.", NULL},
    {identity_email, "zoe@-example.com", NULL},
    {identity_email, "zoe@exam_ple.com", NULL},
    {identity_email, "zoe@a@example.com", NULL},
    {identity_email, ".zoe@example.com", NULL},
    {identity_email, "zoe.@example.com", NULL},
    {identity_email, "z..oe@example.com", NULL},
    {identity_email, "zoe li@example.com", NULL},
    {identity_email, "zoe@exam ple.com", NULL},
    {identity_email, "\"zoe\"@example.com", NULL},
    {identity_email, "zoe\r\nbcc:x@example.com", NULL},
    {identity_email, "1234567890123456789012345678901234567890123456789012345678901234@example.com",
     "1234567890123456789012345678901234567890123456789012345678901234@example.com"},
    {identity_email,
     "12345678901234567890123456789012345678901234567890123456789012345@example.com", NULL},
    {identity_email, "a@1234567890123456789012345678901234567890123456789012345678901234.com",
     NULL},

    {identity_card, "MC0042X", "MC0042X"},
    {identity_card, " mc-00 42x ", "MC0042X"},
    {identity_card, "0", "0"},
    {identity_card, "mc_42", NULL},
    {identity_card, "m\xc3\xa7", NULL},
    {identity_card, " -- ", NULL},

    {identity_social, "wechat:ZoeLi", "wechat:ZoeLi"},
    {identity_social, " WeChat:ZoeLi ", "wechat:ZoeLi"},
    {identity_social, "x.com:a:b", "x.com:a:b"},
    {identity_social, "wechat:\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e",
     "wechat:\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e"},
    {identity_social, "wechat", NULL},
    {identity_social, "wechat:", NULL},
    {identity_social, ":zoe", NULL},
    {identity_social, "we chat:zoe", NULL},
    {identity_social, "wechat:zoe li", NULL},
    {identity_social, "123456789012345678901234567890123:zoe", NULL},

    {identity_external_id, " A1 ", " A1 "},
};

static void normal_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		size_t size = strlen(row->given);
		const char *copy = (const char *)guard_copy(row->given, size);
		char out[IDENTITY_BYTES], again[IDENTITY_BYTES];
		size_t length = row->form(copy, size, out);
		if (length != (row->normal == NULL ? 0 : strlen(row->normal)))
			fail_msg("\"%s\" has a form of %zu bytes", row->given, length);
		if (row->normal == NULL)
			continue;
		assert_memory_equal(out, row->normal, length);
		assert_true(length <= size);
		assert_int_equal(row->form(out, length, again), length); /* its own */
		assert_memory_equal(again, out, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(normal_forms)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
