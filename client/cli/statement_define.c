/* statement_define.c -- the operands of commands that save segments, add fields or follow
 * events. */
#include <stdio.h>
#include <string.h>

#include "client/cli/statement_private.h"
#include "client/cli/tail.h"
#include "protocol/query/names.h"

bool define_parse_name(struct statement_parser *parser)
{
	parser->statement->name = statement_peek(parser);
	if (parser->statement->name == NULL)
		return statement_missing(parser, "a name");
	parser->next++;
	return true;
}

/* Take this word. */
static bool parse_word(struct statement_parser *parser, const char *word)
{
	char what[16];
	snprintf(what, sizeof what, "\"%s\"", word);
	if (statement_peek(parser) == NULL)
		return statement_missing(parser, what);
	if (!word_is(statement_peek(parser), word))
		return complain(parser->complaint, statement_place(parser),
				"%s must stand here, not \"%s\"", what, statement_peek(parser));
	parser->next++;
	return true;
}

/* The rest of the line. */
bool define_parse_condition(struct statement_parser *parser)
{
	const struct words *words = parser->words;
	struct wire_text program;
	if (!parse_word(parser, "as"))
		return false;
	if (statement_peek(parser) == NULL)
		return statement_missing(parser, "a condition");
	size_t at = statement_place(parser);
	struct query_source source = {words->line, words->size, at, parser->statement->room};
	parser->statement->condition = words->line + at;
	parser->next = words->count;
	return query_parse_condition(&program, &source, parser->complaint);
}

bool define_parse_in_segment(struct statement_parser *parser)
{
	return parse_word(parser, "in") && define_parse_name(parser);
}

bool define_parse_new_name(struct statement_parser *parser)
{
	if (!parse_word(parser, "to"))
		return false;
	parser->statement->to = statement_peek(parser);
	if (parser->statement->to == NULL)
		return statement_missing(parser, "the new name");
	parser->next++;
	return true;
}

bool define_parse_kind(struct statement_parser *parser)
{
	static const char kinds[] = "number,money,date,boolean,choice,tags";
	const char *word = statement_peek(parser);
	char name[NAME_BYTES];
	if (word == NULL)
		return statement_missing(parser, "a kind");
	int near = names_near(kinds, word, strlen(word));
	if (names_find(kinds, word, strlen(word)) < 0 && near >= 0)
		return complain(parser->complaint, statement_place(parser),
				"no kind \"%s\"; did you mean \"%s\"?", word,
				names_get(kinds, (unsigned)near, name));
	if (names_find(kinds, word, strlen(word)) < 0)
		return complain(parser->complaint, statement_place(parser),
				"no kind \"%s\"; there are %s", word, kinds);
	parser->statement->kind = word;
	parser->next++;
	return true;
}

bool define_parse_places(struct statement_parser *parser)
{
	uint64_t places;
	if (!statement_parse_unsigned(parser, "the number of decimal places", UINT8_MAX, &places))
		return false;
	parser->statement->places = (uint32_t)places;
	return true;
}

bool define_parse_values(struct statement_parser *parser)
{
	parser->statement->values = statement_peek(parser);
	if (parser->statement->values == NULL)
		return statement_missing(parser, "values such as red,green");
	parser->next++;
	return true;
}

bool define_parse_kinds(struct statement_parser *parser)
{
	if (statement_peek(parser) == NULL)
		return statement_missing(parser, "a type of event");
	return tail_parse_kinds(&parser->words->word[parser->next++], &parser->statement->kinds,
				parser->complaint);
}

bool define_parse_segment(struct statement_parser *parser)
{
	parser->statement->segment = statement_peek(parser);
	if (parser->statement->segment == NULL)
		return statement_missing(parser, "the segment");
	parser->next++;
	return true;
}
