/* query_token_test.c -- the text of a question as tokens: kinds, places, and what is shown. */
#include <string.h>

#include "protocol/query/token.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/guard.h"

static const char letters[] = {
    [TOKEN_END] = '.',     [TOKEN_WORD] = 'w',      [TOKEN_NUMBER] = 'n',  [TOKEN_TEXT] = 't',
    [TOKEN_EQUAL] = '=',   [TOKEN_NOT_EQUAL] = '!', [TOKEN_LESS] = '<',    [TOKEN_AT_MOST] = 'm',
    [TOKEN_GREATER] = '>', [TOKEN_AT_LEAST] = 'l',  [TOKEN_OPEN] = '(',    [TOKEN_CLOSE] = ')',
    [TOKEN_COMMA] = ',',   [TOKEN_UNCLOSED] = 'u',  [TOKEN_STRANGE] = '?',
};

/* A letter a token, up to the end. */
static void kinds_of(const char *line, size_t size, char *kinds, size_t most)
{
	struct token token = {0};
	size_t count = 0;
	do {
		size_t from = token.end;
		token = token_next(line, size, from);
		assert_true(token.at >= from && token.end >= token.at && token.end <= size);
		assert_true(token.kind == TOKEN_END || token.end > token.at);
		assert_in_range(count, 0, most - 2);
		kinds[count++] = letters[token.kind];
	} while (token.kind != TOKEN_END);
	kinds[count] = '\0';
}

static void kinds(void **state)
{
	static const struct {
		const char *line, *kinds;
	} rows[] = {
	    {"", "."},
	    {" \t\r\n ", "."},
	    {"segment tier in (gold, 'vip') and spend >= 10k", "www(w,t)wwln."},
	    {"tier=gold", "w=w."},
	    {"a<b<=c>d>=e!=f=g", "w<wmw>wlw!w=w."},
	    {"1_000.50 10k 2026-11-22 -90d +5 -x 5x", "nnnnnwn."},
	    {"71999.00:42:9f3a01cc", "n."},
	    {"@saved %a .5 -", "wwww."},
	    {"'a b' \"c'd\" ''", "ttt."},
	    {"'open", "u."},
	    {"\"open'", "u."},
	    {"'", "u."},
	    {"== <> => =< && || ! *", "????????."},
	    {";", "?."},
	    {"()(),,", "()(),,."},
	    {"\xe7\x8e\x8b\xe5\xb0\x8f=\xff", "w=w."},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char kinds_found[64];
		kinds_of(rows[i].line, strlen(rows[i].line), kinds_found, sizeof kinds_found);
		assert_string_equal(kinds_found, rows[i].kinds);
	}
}

static void places(void **state)
{
	const char line[] = "  tier = 'a b'";
	struct token token = token_next(line, sizeof line - 1, 0);
	(void)state;
	assert_int_equal(token.at, 2);
	assert_int_equal(token.end, 6);
	token = token_next(line, sizeof line - 1, token.end);
	assert_int_equal(token.at, 7);
	token = token_next(line, sizeof line - 1, token.end);
	assert_int_equal(token.kind, TOKEN_TEXT);
	assert_int_equal(token.at, 9);
	assert_int_equal(token.end, 14);
	assert_int_equal(token.size, 3);
	assert_memory_equal(token.text, "a b", 3);
}

static void words(void **state)
{
	struct token word = token_next("SegMent", 7, 0), text = token_next("'segment'", 9, 0);
	(void)state;
	assert_true(token_is(&word, "segment"));
	assert_false(token_is(&word, "segmen"));
	assert_false(token_is(&word, "segments"));
	assert_false(token_is(&text, "segment"));
}

/* A message shows at most 40 bytes, and never half a character. */
static void shown(void **state)
{
	char line[64];
	(void)state;
	memset(line, 'x', sizeof line);
	struct token token = token_next(line, 40, 0);
	assert_int_equal(token_shown(&token), 40);
	token = token_next(line, 41, 0);
	assert_int_equal(token_shown(&token), 40);
	memcpy(line + 39, "\xe7\x8e\x8b", 3);
	token = token_next(line, sizeof line, 0);
	assert_int_equal(token_shown(&token), 39);
	memset(line, 0x80, sizeof line);
	token = token_next(line, sizeof line, 0);
	assert_int_equal(token_shown(&token), 0);
}

/* No byte behind the line is read, wherever it ends, and NUL is a byte as others. */
static void every_byte(void **state)
{
	static const char line[] = "a <= 'x' (\"y\",-5)\0=\xe7\x8e";
	char found[64];
	(void)state;
	for (size_t size = 0; size < sizeof line; size++) {
		const char *copy = (const char *)guard_copy(line, size);
		kinds_of(copy, size, found, sizeof found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kinds), cmocka_unit_test(places),     cmocka_unit_test(words),
	    cmocka_unit_test(shown), cmocka_unit_test(every_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
