/* operator.c -- see operator.h. */
#include "protocol/query/operator.h"

static bool parse_word(struct parser *parser, enum comparison *comparison)
{
	bool negated = parser_takes(parser, "not");
	if (parser_takes(parser, "in"))
		*comparison = negated ? OPERATOR_NOT_IN : OPERATOR_IN;
	else if (parser_takes(parser, "between"))
		*comparison = negated ? OPERATOR_NOT_BETWEEN : OPERATOR_BETWEEN;
	else if (negated)
		return parser_lacks(parser, "\"in\" or \"between\"");
	else if (parser_sees(parser, "is") || parser_sees(parser, "has") ||
		 parser_sees(parser, "within"))
		return parser_later(parser, &parser->now, "there are =, !=, <, in and between");
	else
		return parser_lacks(parser, "a test such as =, !=, <, >=, in (...) or between");
	return true;
}

bool operator_parse(struct parser *parser, enum comparison *comparison)
{
	switch (parser->now.kind) {
	case TOKEN_EQUAL:
		*comparison = OPERATOR_EQUAL;
		break;
	case TOKEN_NOT_EQUAL:
		*comparison = OPERATOR_NOT_EQUAL;
		break;
	case TOKEN_LESS:
		*comparison = OPERATOR_LESS;
		break;
	case TOKEN_AT_MOST:
		*comparison = OPERATOR_AT_MOST;
		break;
	case TOKEN_GREATER:
		*comparison = OPERATOR_GREATER;
		break;
	case TOKEN_AT_LEAST:
		*comparison = OPERATOR_AT_LEAST;
		break;
	default:
		return parse_word(parser, comparison);
	}
	parser_advance(parser);
	return true;
}
