/* statement_trend.c -- the clauses of a trend: tiers and stages by a test, which a server's names
 * make a set of numbers. */
#include <string.h>

#include "client/cli/statement_private.h"
#include "protocol/common/suggest.h"

static const char *const tests[] = {"=", "!=", "<", "<=", ">", ">="};
#define TEST_COUNT (sizeof tests / sizeof tests[0])
#define TESTS_OF_STAGE 2u /* stages have no order */

static bool parse_grade(struct statement_parser *parser, const char *what, size_t count,
			struct grade_test *test)
{
	const char *word = statement_peek(parser);
	if (word == NULL)
		return statement_missing(parser, "= or another test");
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, tests[i]) == 0)
			test->test = tests[i];
	if (test->test == NULL)
		return complain(parser->complaint, statement_place(parser),
				count == TEST_COUNT
				    ? "a %s is tested with =, !=, <, <=, > or >=, not \"%s\""
				    : "a %s is tested with = or !=, not \"%s\"",
				what, word);
	parser->next++;
	test->name = statement_peek(parser);
	test->at = statement_place(parser);
	if (test->name == NULL)
		return statement_missing(parser, "a name");
	parser->next++;
	return true;
}

bool trend_parse_tier(struct statement_parser *parser)
{
	return parse_grade(parser, "tier", TEST_COUNT, &parser->statement->tier);
}

bool trend_parse_stage(struct statement_parser *parser)
{
	return parse_grade(parser, "stage", TESTS_OF_STAGE, &parser->statement->stage);
}

static bool passes(const char *test, unsigned number, unsigned named)
{
	if (test[0] == '!')
		return number != named;
	if (number == named)
		return test[0] == '=' || test[1] == '=';
	return (test[0] == '<' && number < named) || (test[0] == '>' && number > named);
}

/* False: no such name. */
static bool bind_grade(struct grade_test *test, const char names[FACTS_NAMES][NAME_BYTES],
		       unsigned count, struct complaint *complaint)
{
	unsigned named = 0;
	test->set = CRM_ALL;
	if (test->test == NULL)
		return true;
	while (named < count && !word_is(test->name, names[named]))
		named++;
	for (unsigned i = 0; named == count && i < count; i++)
		if (suggest_is_near(test->name, names[i]))
			return complain(complaint, test->at,
					"\"%s\" is not known here; did you mean \"%s\"?",
					test->name, names[i]);
	if (named == count)
		return complain(complaint, test->at, "\"%s\" is not known here; see info",
				test->name);
	test->set = 0;
	for (unsigned i = 0; i < count; i++)
		if (passes(test->test, i, named))
			test->set |= (uint16_t)(1u << i);
	return true;
}

bool trend_bind(struct statement *statement, const struct facts *facts, struct complaint *complaint)
{
	return bind_grade(&statement->tier, facts->tiers, facts->tier_count, complaint) &&
	       bind_grade(&statement->stage, facts->stages, facts->stage_count, complaint);
}
