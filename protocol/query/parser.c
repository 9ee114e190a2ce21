/* parser.c -- see parser.h. */
#include "protocol/query/parser.h"

#include <string.h>

#include "protocol/query/names.h"

/* Signs of other languages, and what stands for them here. */
static const struct sign {
	const char *typed, *meant;
} foreign[] = {
    {"==", "="},  {"<>", "!="}, {"=>", ">="}, {"=<", "<="}, {"&&", "and"},
    {"&", "and"}, {"||", "or"}, {"|", "or"},  {"!", "not"}, {"*", "all"},
};

void parser_advance(struct parser *parser)
{
	parser->now = token_next(parser->line, parser->size, parser->now.end);
}

bool parser_sees(const struct parser *parser, const char *word)
{
	return token_is(&parser->now, word);
}

bool parser_takes(struct parser *parser, const char *word)
{
	if (!parser_sees(parser, word))
		return false;
	parser_advance(parser);
	return true;
}

bool parser_takes_kind(struct parser *parser, enum token_kind kind)
{
	if (parser->now.kind != kind)
		return false;
	parser_advance(parser);
	return true;
}

static bool strange(const struct parser *parser)
{
	const struct token *now = &parser->now;
	for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
		if (strlen(foreign[i].typed) == now->size &&
		    memcmp(foreign[i].typed, now->text, now->size) == 0)
			return complain(parser->complaint, now->at,
					"\"%s\" means nothing here; did you mean \"%s\"?",
					foreign[i].typed, foreign[i].meant);
	return complain(parser->complaint, now->at, "\"%.*s\" means nothing here", token_shown(now),
			now->text);
}

bool parser_lacks(const struct parser *parser, const char *what)
{
	const struct token *now = &parser->now;
	switch (now->kind) {
	case TOKEN_END:
		return complain(parser->complaint, now->at, "%s is missing here", what);
	case TOKEN_UNCLOSED:
		return complain(parser->complaint, now->at, "the text has no closing %c",
				now->text[0]);
	case TOKEN_STRANGE:
		return strange(parser);
	default:
		return complain(parser->complaint, now->at, "%s must stand here, not \"%.*s\"",
				what, token_shown(now), now->text);
	}
}

bool parser_odd(const struct parser *parser, const char *names)
{
	const struct token *now = &parser->now;
	char name[NAME_BYTES];
	int near = names_near(names, now->text, now->size);
	if (now->kind == TOKEN_UNCLOSED || now->kind == TOKEN_STRANGE)
		return parser_lacks(parser, "");
	if (now->kind != TOKEN_WORD || near < 0 || names_find(names, now->text, now->size) >= 0)
		return complain(parser->complaint, now->at, "\"%.*s\" has no place here",
				token_shown(now), now->text);
	return complain(parser->complaint, now->at,
			"\"%.*s\" has no place here; did you mean \"%s\"?", token_shown(now),
			now->text, names_get(names, (unsigned)near, name));
}

bool parser_later(const struct parser *parser, const struct token *token, const char *instead)
{
	return complain(parser->complaint, token->at, "\"%.*s\" cannot be asked for yet; %s",
			token_shown(token), token->text, instead);
}
