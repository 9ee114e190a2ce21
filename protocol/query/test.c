/* test.c -- the test of a field: how it is compared, and with what. */
#include "protocol/query/parser.h"

#define TESTS "in,between,within,has,is,not"
#define A_TEST "a test such as =, !=, <, >=, in (...) or between"

static const struct sign {
	enum token_kind token;
	enum predicate_comparison comparison;
} signs[] = {
    {TOKEN_EQUAL, COMPARE_EQUAL},     {TOKEN_NOT_EQUAL, COMPARE_NOT_EQUAL},
    {TOKEN_LESS, COMPARE_LESS},       {TOKEN_AT_MOST, COMPARE_AT_MOST},
    {TOKEN_GREATER, COMPARE_GREATER}, {TOKEN_AT_LEAST, COMPARE_AT_LEAST},
};

static bool parse_null(struct parser *parser, enum predicate_comparison *comparison)
{
	bool negated = parser_takes(parser, "not");
	*comparison = negated ? COMPARE_IS_NOT_NULL : COMPARE_IS_NULL;
	return parser_takes(parser, "null") ||
	       parser_lacks(parser, negated ? "\"null\"" : "\"null\" or \"not null\"", "null,not");
}

static bool parse_word(struct parser *parser, enum predicate_comparison *comparison)
{
	bool negated = parser_takes(parser, "not");
	if (parser_takes(parser, "in"))
		*comparison = negated ? COMPARE_NOT_IN : COMPARE_IN;
	else if (parser_takes(parser, "between"))
		*comparison = negated ? COMPARE_NOT_BETWEEN : COMPARE_BETWEEN;
	else if (negated)
		return parser_lacks(parser, "\"in\" or \"between\"", "in,between");
	else if (parser_takes(parser, "within"))
		*comparison = COMPARE_WITHIN;
	else if (parser_takes(parser, "has"))
		*comparison = COMPARE_HAS;
	else if (parser_takes(parser, "is"))
		return parse_null(parser, comparison);
	else
		return parser_lacks(parser, A_TEST, TESTS);
	return true;
}

static bool parse_comparison(struct parser *parser, enum predicate_comparison *comparison)
{
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
		if (!parser_takes_kind(parser, signs[i].token))
			continue;
		*comparison = signs[i].comparison;
		return true;
	}
	return parse_word(parser, comparison);
}

static bool parse_value(struct parser *parser, struct predicate_step *step)
{
	struct token from = parser->now;
	struct predicate_value value;
	bool fine = step->comparison == COMPARE_WITHIN ? value_parse_duration(parser, &value)
						       : value_parse(parser, &value);
	step->count++;
	return fine && emit_value(parser, &value, &from);
}

static bool parse_list(struct parser *parser, struct predicate_step *step)
{
	if (!parser_takes_kind(parser, TOKEN_OPEN))
		return parser_lacks(parser, "a list such as (gold, vip)", NULL);
	if (parser->now.kind == TOKEN_CLOSE)
		return complain(parser->complaint, parser->now.at, "the list is empty");
	do {
		if (!parse_value(parser, step))
			return false;
	} while (parser_takes_kind(parser, TOKEN_COMMA));
	return parser_takes_kind(parser, TOKEN_CLOSE) ||
	       parser_lacks(parser, "\",\" or the list's \")\"", NULL);
}

static bool parse_between(struct parser *parser, struct predicate_step *step)
{
	if (!parse_value(parser, step))
		return false;
	if (!parser_takes(parser, "and"))
		return parser_lacks(parser, "the \"and\" of \"between\"", "and");
	return parse_value(parser, step);
}

static bool parse_values(struct parser *parser, struct predicate_step *step)
{
	switch (step->comparison) {
	case COMPARE_IN:
	case COMPARE_NOT_IN:
		return parse_list(parser, step);
	case COMPARE_BETWEEN:
	case COMPARE_NOT_BETWEEN:
		return parse_between(parser, step);
	case COMPARE_IS_NULL:
	case COMPARE_IS_NOT_NULL:
		return true;
	default:
		return parse_value(parser, step);
	}
}

bool test_parse(struct parser *parser)
{
	struct predicate_step step = {.op = PREDICATE_TEST};
	struct token field;
	if (!parser_takes_field(parser, &field, "a condition such as tier = gold") ||
	    !parse_comparison(parser, &step.comparison))
		return false;
	struct wire_writer head = parser->to; /* written again, when its values are counted */
	step.at = emit_at(&field);
	step.name = parser_text(&field);
	if (!emit_step(parser, &step, &field) || !parse_values(parser, &step))
		return false;
	predicate_write(&head, &step);
	return true;
}
