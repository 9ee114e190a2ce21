/* range.c -- tests on spend: each leaves an interval, both ends inclusive.
 *
 *   spend > 10 and spend <= 1k    1001 .. 100000 cents
 */
#include "protocol/common/ascii.h"
#include "protocol/common/money.h"
#include "protocol/query/operator.h"

#define THOUSAND 3u /* digits */
#define MILLION 6u

static bool no_amount(const struct parser *parser, const struct token *value,
		      enum money_verdict verdict)
{
	const struct query_names *names = parser->names;
	if (verdict == MONEY_TOO_LARGE)
		return complain(parser->complaint, value->at, "the amount %.*s is too large",
				token_shown(value), value->text);
	if (verdict == MONEY_TOO_FINE)
		return complain(parser->complaint, value->at,
				"the amount %.*s has more decimal places than the %u of %s",
				token_shown(value), value->text, names->digits, names->currency);
	return complain(parser->complaint, value->at,
			"an amount is a number such as 1_000.50 or 10k, not \"%.*s\"",
			token_shown(value), value->text);
}

/* In minor units; 10k is 10 with three more digits. */
static bool parse_amount(struct parser *parser, int64_t *minor)
{
	struct token value = parser->now;
	size_t size = value.size;
	unsigned digits = parser->names == NULL ? MONEY_DIGITS_MAX : parser->names->digits;
	if (value.kind != TOKEN_NUMBER && value.kind != TOKEN_WORD)
		return parser_lacks(parser, "an amount");
	switch (ascii_lower(value.text[size - 1])) {
	case 'k':
		digits += THOUSAND;
		size--;
		break;
	case 'm':
		digits += MILLION;
		size--;
		break;
	default:
		break;
	}
	enum money_verdict verdict = money_parse(value.text, size, digits, minor);
	bool number = verdict == MONEY_TOO_LARGE || verdict == MONEY_TOO_FINE;
	if (verdict != MONEY_FINE && !(number && parser->names == NULL))
		return no_amount(parser, &value, verdict);
	parser_advance(parser);
	return true;
}

static bool parse_between(struct parser *parser, int64_t *from, int64_t *to)
{
	struct token first = parser->now, second;
	if (!parse_amount(parser, from))
		return false;
	if (!parser_takes(parser, "and"))
		return parser_lacks(parser, "the \"and\" of \"between\"");
	second = parser->now;
	if (!parse_amount(parser, to))
		return false;
	return parser->names == NULL || *from <= *to ||
	       complain(parser->complaint, first.at,
			"the lower end comes first: between %.*s and %.*s", token_shown(&second),
			second.text, token_shown(&first), first.text);
}

static bool parse_compared(struct parser *parser, enum comparison comparison, int64_t *from,
			   int64_t *to)
{
	struct token value = parser->now;
	int64_t amount = 0; /* stays so when only the form is judged */
	if (!parse_amount(parser, &amount))
		return false;
	if (parser->names != NULL && ((comparison == OPERATOR_LESS && amount == INT64_MIN) ||
				      (comparison == OPERATOR_GREATER && amount == INT64_MAX)))
		return no_amount(parser, &value, MONEY_TOO_LARGE);
	if (comparison == OPERATOR_EQUAL || comparison == OPERATOR_AT_LEAST)
		*from = amount;
	else if (comparison == OPERATOR_GREATER)
		*from = (int64_t)((uint64_t)amount + 1);
	if (comparison == OPERATOR_EQUAL || comparison == OPERATOR_AT_MOST)
		*to = amount;
	else if (comparison == OPERATOR_LESS)
		*to = (int64_t)((uint64_t)amount - 1);
	return true;
}

bool range_parse(struct parser *parser, const struct token *field)
{
	struct token sign = parser->now;
	struct query *query = parser->query;
	int64_t from = INT64_MIN, to = INT64_MAX;
	enum comparison comparison;
	if (!operator_parse(parser, &comparison))
		return false;
	bool fine;
	if (comparison == OPERATOR_BETWEEN)
		fine = parse_between(parser, &from, &to);
	else if (comparison <= OPERATOR_AT_LEAST && comparison != OPERATOR_NOT_EQUAL)
		fine = parse_compared(parser, comparison, &from, &to);
	else
		return parser_later(parser, &sign, "spend takes =, <, <=, >, >= and between");
	if (!fine || parser->names == NULL)
		return fine;
	query->from = from > query->from ? from : query->from;
	query->to = to < query->to ? to : query->to;
	return query->from <= query->to ||
	       complain(parser->complaint, field->at,
			"no spend passes this test and those before it");
}
