/* uri_test.c -- addresses: what they mean, and what is said about wrong ones. */
#include <stdlib.h>
#include <string.h>

#include "client/error.h"
#include "client/uri.h"
#include "tests/support/cmocka_tests.h"

static void reads_addresses(void **state)
{
	static const struct {
		const char *text, *host, *path;
		uint16_t port;
		int64_t timeout_us, connect_us;
		uint32_t pool;
	} rows[] = {
	    {"crmdb://127.0.0.1:7878", "127.0.0.1", "", 7878, 5000000, 2000000, 4},
	    {"crmdb://db.example", "db.example", "", 7878, 5000000, 2000000, 4},
	    {"crmdb://[::1]:99", "::1", "", 99, 5000000, 2000000, 4},
	    {"crmdb://[fe80::1]", "fe80::1", "", 7878, 5000000, 2000000, 4},
	    {"crmdb://h:1/?timeout=500ms&pool=9", "h", "", 1, 500000, 2000000, 9},
	    {"crmdb://h:1?timeout=7&connect_timeout=2m", "h", "", 1, 7000, 120000000, 4},
	    {"crmdb://h?timeout=250us&timeout=3s", "h", "", 7878, 3000000, 2000000, 4},
	    {"unix:///run/crmdb.sock", "", "/run/crmdb.sock", 7878, 5000000, 2000000, 4},
	    {"unix:///a%20b?pool=256", "", "/a b", 7878, 5000000, 2000000, 256},
	};
	struct uri uri;
	crm_error error;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(uri_parse(&uri, rows[i].text, &error), CRM_OK);
		assert_string_equal(uri.host, rows[i].host);
		assert_string_equal(uri.path, rows[i].path);
		assert_int_equal(uri.port, rows[i].port);
		assert_int_equal(uri.timeout_us, rows[i].timeout_us);
		assert_int_equal(uri.connect_timeout_us, rows[i].connect_us);
		assert_int_equal(uri.pool, rows[i].pool);
	}
	assert_int_equal(uri_parse(&uri, "crmdb://h?app=check%6Fut", NULL), CRM_OK);
	assert_string_equal(uri.app, "checkout");
}

static void names_the_bad_part(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
	    {"", "neither crmdb:// nor unix:///"},
	    {"redis://h", "\"redis://h\""},
	    {"crmdb://", "names no host"},
	    {"crmdb://:7878", "names no host"},
	    {"crmdb://h:0", "port \"0\""},
	    {"crmdb://h:65536", "port \"65536\""},
	    {"crmdb://h:", "port \"\""},
	    {"crmdb://h:12x", "port \"12x\""},
	    {"crmdb://h:99999999999999999999999", "port \"9999"},
	    {"crmdb://::1:7878", "[::1]"},
	    {"crmdb://[::1", "lacks a ]"},
	    {"crmdb://[::1]x", "\"x\""},
	    {"crmdb://h%41", "host \"h%41\""},
	    {"crmdb://h:1/db", "\"/db\""},
	    {"crmdb://h?timeout=5x", "timeout=5x"},
	    {"crmdb://h?timeout=", "timeout="},
	    {"crmdb://h?timeout=0", "timeout=0"},
	    {"crmdb://h?timeout=2000m", "timeout=2000m"},
	    {"crmdb://h?timeout=99999999999999999999s", "timeout=999"},
	    {"crmdb://h?connect_timeout=-1", "connect_timeout=-1"},
	    {"crmdb://h?pool=0", "pool=0"},
	    {"crmdb://h?pool=257", "pool=257"},
	    {"crmdb://h?pool", "pool="},
	    {"crmdb://h?poool=3", "no setting \"poool\""},
	    {"crmdb://h?app=%ff", "app=%ff"},
	    {"crmdb://h?app=%0", "app=%0"},
	    {"unix://tmp/x", "\"tmp/x\""},
	    {"unix://", "does not start with /"},
	    {"unix:///a%zz", "bad %XX"},
	    {"unix:///a%00b", "bad %XX"},
	};
	struct uri uri;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		crm_error error = {0};
		assert_int_equal(uri_parse(&uri, rows[i].text, &error), ERROR_BAD_URI);
		assert_int_equal(error.code, ERROR_BAD_URI);
		if (strstr(error.message, rows[i].said) == NULL)
			fail_msg("%s: \"%s\" lacks \"%s\"", rows[i].text, error.message,
				 rows[i].said);
	}
}

static void refuses_long_parts(void **state)
{
	char text[400] = "unix:///";
	struct uri uri;
	(void)state;
	memset(text + 8, 'p', 106);
	assert_int_equal(uri_parse(&uri, text, NULL), CRM_OK); /* 107 bytes of path */
	text[8 + 106] = 'p';
	assert_int_equal(uri_parse(&uri, text, NULL), ERROR_BAD_URI);
	memset(text, 'h', sizeof text - 1);
	memcpy(text, "crmdb://", 8);
	assert_int_equal(uri_parse(&uri, text, NULL), ERROR_BAD_URI);
	memcpy(text, "crmdb://h?app=", 14);
	assert_int_equal(uri_parse(&uri, text, NULL), ERROR_BAD_URI);
}

static void reads_times(void **state)
{
	static const char *const none[] = {"", "abc", "1h", "-1", "0", "5 s", "1441m"};
	int64_t us;
	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_false(uri_parse_time(none[i], &us));
	assert_true(uri_parse_time("1440m", &us));
	assert_int_equal(us, URI_TIMEOUT_MAX_US);
	assert_true(uri_parse_time("1500", &us));
	assert_int_equal(us, 1500000);
}

static void takes_the_environment(void **state)
{
	struct uri uri;
	(void)state;
	setenv("CRMDB_URI", "crmdb://other:5", 1);
	assert_int_equal(uri_parse(&uri, NULL, NULL), CRM_OK);
	assert_string_equal(uri.host, "other");
	unsetenv("CRMDB_URI");
	assert_int_equal(uri_parse(&uri, NULL, NULL), CRM_OK);
	assert_string_equal(uri.host, "127.0.0.1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_addresses),       cmocka_unit_test(names_the_bad_part),
	    cmocka_unit_test(refuses_long_parts),    cmocka_unit_test(reads_times),
	    cmocka_unit_test(takes_the_environment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
