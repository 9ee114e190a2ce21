/* token.h -- the text of a question as tokens, each with its place.
 *
 *   segment tier in (gold, 'vip') and spend >= 10k
 *   WORD    WORD  | OPEN WORD  |  CLOSE |   |  NUMBER
 *               WORD         COMMA TEXT |   |  AT_LEAST
 *                                       WORD WORD
 *
 * A WORD or NUMBER is a run of letters, digits, bytes from 0x80 and any of _ . : - + @ %, so that
 * 1_000.50, 2026-11-22, -90d and 71999.00:42:9f3a01cc are one token each.
 */
#ifndef CRMDB_PROTOCOL_QUERY_TOKEN_H
#define CRMDB_PROTOCOL_QUERY_TOKEN_H
#include <stdbool.h>
#include <stddef.h>

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_NUMBER, /* a run that begins with a digit, or a sign and a digit */
	TOKEN_TEXT,   /* in quotes */
	TOKEN_EQUAL,
	TOKEN_NOT_EQUAL,
	TOKEN_LESS,
	TOKEN_AT_MOST,
	TOKEN_GREATER,
	TOKEN_AT_LEAST,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_UNCLOSED, /* a quote without its end */
	TOKEN_STRANGE,  /* anything else */
};

struct token {
	enum token_kind kind;
	const char *text; /* borrowed from the line, without quotes; not NUL-terminated */
	size_t size;
	size_t at, end; /* bytes in the line, quotes included */
};

/* The token at or behind `from` in a line of `size` bytes.  The last one is END, again and again.
 */
struct token token_next(const char *line, size_t size, size_t from);

/* Is it this word, in large letters or small?  Quoted text is none. */
bool token_is(const struct token *token, const char *word);
/* Is it a word of the language, which without quotes names no field and no value? */
bool token_is_reserved(const struct token *token);

/* Bytes of its text to show in a message: not too many, and no character cut in two. */
int token_shown(const struct token *token);

#endif
