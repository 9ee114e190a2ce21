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

struct wire_text parser_text(const struct token *token)
{
	return (struct wire_text){token->text, (uint32_t)token->size};
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

/* The name that was meant by the next token, into `name` (NAME_BYTES).  False: none. */
static bool meant(const struct parser *parser, const char *names, char *name)
{
	const struct token *now = &parser->now;
	if (names == NULL || now->kind != TOKEN_WORD || token_is_reserved(now) ||
	    names_find(names, now->text, now->size) >= 0)
		return false;
	int near = names_near(names, now->text, now->size);
	if (near >= 0)
		names_get(names, (unsigned)near, name);
	return near >= 0;
}

bool parser_lacks(const struct parser *parser, const char *what, const char *names)
{
	const struct token *now = &parser->now;
	char name[NAME_BYTES];
	switch (now->kind) {
	case TOKEN_END:
		return complain(parser->complaint, now->at, "%s is missing here", what);
	case TOKEN_UNCLOSED:
		return complain(parser->complaint, now->at, "the text has no closing %c",
				now->text[0]);
	case TOKEN_STRANGE:
		return strange(parser);
	default:
		break;
	}
	if (meant(parser, names, name))
		return complain(parser->complaint, now->at,
				"%s must stand here, not \"%.*s\"; did you mean \"%s\"?", what,
				token_shown(now), now->text, name);
	return complain(parser->complaint, now->at, "%s must stand here, not \"%.*s\"", what,
			token_shown(now), now->text);
}

bool parser_odd(const struct parser *parser, const char *names)
{
	const struct token *now = &parser->now;
	char name[NAME_BYTES];
	if (now->kind == TOKEN_UNCLOSED || now->kind == TOKEN_STRANGE)
		return parser_lacks(parser, "", NULL);
	if (!meant(parser, names, name))
		return complain(parser->complaint, now->at, "\"%.*s\" has no place here",
				token_shown(now), now->text);
	return complain(parser->complaint, now->at,
			"\"%.*s\" has no place here; did you mean \"%s\"?", token_shown(now),
			now->text, name);
}

bool parser_ends(const struct parser *parser, const char *names)
{
	return parser->now.kind == TOKEN_END || parser_odd(parser, names);
}

bool parser_takes_field(struct parser *parser, struct token *field, const char *what)
{
	*field = parser->now;
	if (field->kind != TOKEN_WORD || field->text[0] == '@' || token_is_reserved(field))
		return parser_lacks(parser, what, NULL);
	if (field->size > LIMIT_NAME_BYTES)
		return complain(parser->complaint, field->at,
				"no field has a name of %zu bytes; %u are the most", field->size,
				LIMIT_NAME_BYTES);
	parser_advance(parser);
	return true;
}

bool parser_takes_fields(struct parser *parser, char *list, unsigned most)
{
	struct token field;
	size_t length = 0;
	list[0] = '\0';
	for (unsigned count = 0; count == 0 || parser_takes_kind(parser, TOKEN_COMMA); count++) {
		if (count == most)
			return complain(parser->complaint, parser->now.at,
					"at most %u fields can stand here", most);
		if (!parser_takes_field(parser, &field, "a field"))
			return false;
		if (names_find(list, field.text, field.size) >= 0)
			return complain(parser->complaint, field.at, "\"%.*s\" comes twice",
					token_shown(&field), field.text);
		if (length > 0)
			list[length++] = ',';
		memcpy(list + length, field.text, field.size);
		length += field.size;
		list[length] = '\0';
	}
	return true;
}
