/* token.c -- see token.h.  No state: a token is where it begins. */
#include "protocol/query/token.h"

#include <string.h>

#include "protocol/common/ascii.h"
#include "protocol/query/names.h"

#define SHOWN_BYTES 40u

static const char reserved[] =
    "all,and,or,not,in,between,within,has,is,null,by,where,order,limit,show,after,for";

static const struct sign {
	const char *text;
	enum token_kind kind;
} signs[] = {
    {"=", TOKEN_EQUAL},    {"!=", TOKEN_NOT_EQUAL}, {"<", TOKEN_LESS},
    {"<=", TOKEN_AT_MOST}, {">", TOKEN_GREATER},    {">=", TOKEN_AT_LEAST},
};

static bool is_run(char c)
{
	return ascii_is_letter(c) || ascii_is_digit(c) || (unsigned char)c >= 0x80 ||
	       (c != '\0' && strchr("_.:-+@%", c) != NULL);
}

static bool is_sign(char c)
{
	return c != '\0' && strchr("=!<>&|", c) != NULL;
}

/* Where the run of such bytes that begins at `from` ends. */
static size_t end_of_run(const char *line, size_t size, size_t from, bool (*belongs)(char c))
{
	while (from < size && belongs(line[from]))
		from++;
	return from;
}

static enum token_kind kind_of_run(const char *text, size_t size)
{
	bool sign = size > 1 && (text[0] == '-' || text[0] == '+');
	return ascii_is_digit(text[sign]) ? TOKEN_NUMBER : TOKEN_WORD;
}

static enum token_kind kind_of_sign(const char *text, size_t size)
{
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (strlen(signs[i].text) == size && memcmp(signs[i].text, text, size) == 0)
			return signs[i].kind;
	return TOKEN_STRANGE;
}

static struct token quoted(const char *line, size_t size, size_t at)
{
	const char *text = line + at + 1;
	const char *close = memchr(text, line[at], size - at - 1);
	if (close == NULL)
		return (struct token){TOKEN_UNCLOSED, line + at, size - at, at, size};
	size_t length = (size_t)(close - text);
	return (struct token){TOKEN_TEXT, text, length, at, at + length + 2};
}

static enum token_kind kind_of_mark(char c)
{
	switch (c) {
	case '(':
		return TOKEN_OPEN;
	case ')':
		return TOKEN_CLOSE;
	case ',':
		return TOKEN_COMMA;
	default:
		return TOKEN_STRANGE;
	}
}

struct token token_next(const char *line, size_t size, size_t from)
{
	size_t at = end_of_run(line, size, from, ascii_is_blank), end;
	if (at == size)
		return (struct token){TOKEN_END, line + at, 0, at, at};
	if (line[at] == '\'' || line[at] == '"')
		return quoted(line, size, at);
	end = end_of_run(line, size, at, is_run);
	if (end > at)
		return (struct token){kind_of_run(line + at, end - at), line + at, end - at, at,
				      end};
	end = end_of_run(line, size, at, is_sign);
	if (end > at)
		return (struct token){kind_of_sign(line + at, end - at), line + at, end - at, at,
				      end};
	return (struct token){kind_of_mark(line[at]), line + at, 1, at, at + 1};
}

bool token_is(const struct token *token, const char *word)
{
	return token->kind == TOKEN_WORD && strlen(word) == token->size &&
	       ascii_same(token->text, word, token->size);
}

bool token_is_reserved(const struct token *token)
{
	return token->kind == TOKEN_WORD && names_find(reserved, token->text, token->size) >= 0;
}

int token_shown(const struct token *token)
{
	size_t size = token->size;
	if (size > SHOWN_BYTES) {
		size = SHOWN_BYTES;
		while (size > 0 && ((unsigned char)token->text[size] & 0xc0) == 0x80)
			size--;
	}
	return (int)size;
}
