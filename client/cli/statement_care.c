/* statement_care.c -- the operands and clauses of consents, greetings and due lists. */
#include <string.h>

#include "client/cli/choose.h"
#include "client/cli/statement_private.h"
#include "protocol/common/suggest.h"
#include "protocol/common/utf8.h"
#include "protocol/limits.h"

static bool parse_choice(struct statement_parser *parser, enum choice_list list, const char *what,
			 const char **name)
{
	if (statement_peek(parser) == NULL)
		return statement_missing(parser, what);
	*name = choose_name(list, &parser->words->word[parser->next], parser->complaint);
	if (*name != NULL)
		parser->next++;
	return *name != NULL;
}

static bool parse_note(struct statement_parser *parser, const char *what, const char **text)
{
	const char *word = statement_peek(parser);
	if (word == NULL)
		return statement_missing(parser, what);
	if (!utf8_is_valid(word, strlen(word)))
		return complain(parser->complaint, statement_place(parser), "%s is not UTF-8 text",
				what);
	if (strlen(word) == 0 || strlen(word) > LIMIT_NOTE_BYTES)
		return complain(parser->complaint, statement_place(parser),
				"%s has 1 to %u bytes, this one %zu", what, LIMIT_NOTE_BYTES,
				strlen(word));
	*text = word;
	parser->next++;
	return true;
}

bool care_parse_policy(struct statement_parser *parser)
{
	return parse_note(parser, "the policy", &parser->statement->policy);
}

bool care_parse_source(struct statement_parser *parser)
{
	return parse_note(parser, "the source", &parser->statement->source);
}

bool care_parse_channel(struct statement_parser *parser)
{
	return parse_choice(parser, CHOICE_channel, "a channel", &parser->statement->channel);
}

static bool parse_purpose(struct statement_parser *parser)
{
	return parse_choice(parser, CHOICE_purpose, "a purpose", &parser->statement->purpose);
}

/* One of two words, or which was meant. */
static bool parse_given(struct statement_parser *parser)
{
	static const char *const words[] = {"given", "withdrawn"};
	const char *word = statement_peek(parser);
	if (word == NULL)
		return statement_missing(parser, "given or withdrawn");
	for (size_t i = 0; i < 2; i++) {
		if (word_is(word, words[i])) {
			parser->statement->granted = i == 0;
			parser->next++;
			return true;
		}
		if (suggest_is_near(word, words[i]))
			return complain(parser->complaint, statement_place(parser),
					"a consent is not \"%s\"; did you mean \"%s\"?", word,
					words[i]);
	}
	return complain(parser->complaint, statement_place(parser),
			"a consent is given or withdrawn, not \"%s\"", word);
}

bool care_parse_consent(struct statement_parser *parser)
{
	return parse_purpose(parser) && care_parse_channel(parser) && parse_given(parser);
}

bool care_parse_care(struct statement_parser *parser)
{
	struct statement *statement = parser->statement;
	if (!parse_choice(parser, CHOICE_care, "what to greet for", &statement->care))
		return false;
	return !word_is(statement->care, "holiday") ||
	       parse_note(parser, "the name of the holiday", &statement->holiday);
}

bool care_parse_for(struct statement_parser *parser)
{
	if (!parse_purpose(parser))
		return false;
	if (statement_peek(parser) == NULL || !word_is(statement_peek(parser), "by"))
		return complain(parser->complaint, statement_place(parser),
				"\"by\" and a channel are missing here");
	parser->next++;
	return care_parse_channel(parser);
}

bool care_parse_year(struct statement_parser *parser)
{
	uint64_t year;
	if (!statement_parse_unsigned(parser, "the year", UINT16_MAX, &year))
		return false;
	if (year == 0)
		return complain(parser->complaint, parser->words->word[parser->next - 1].at,
				"there is no year 0");
	parser->statement->year = (uint16_t)year;
	return true;
}
