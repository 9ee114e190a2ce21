/* sets.c -- tests on tier and stage: each leaves a set of names.
 *
 *   none bronze silver gold vip
 *    0     0      0     1    1     tier >= gold
 */
#include <stdio.h>

#include "protocol/query/names.h"
#include "protocol/query/operator.h"

#define PLACES 16u /* bits of a set */

/* What is tested: the field's name, the names of its values, and whether they have an order. */
struct kind {
	const struct token *field;
	const char *names; /* NULL: not known yet */
	bool ordered;
};

static bool no_name(const struct parser *parser, const struct kind *kind, const struct token *value)
{
	char name[NAME_BYTES], all[160];
	int near = names_near(kind->names, value->text, value->size);
	if (near >= 0)
		return complain(parser->complaint, value->at,
				"no %.*s \"%.*s\"; did you mean \"%s\"?", token_shown(kind->field),
				kind->field->text, token_shown(value), value->text,
				names_get(kind->names, (unsigned)near, name));
	names_tell(kind->names, all, sizeof all);
	return complain(parser->complaint, value->at, "no %.*s \"%.*s\"; there are %s",
			token_shown(kind->field), kind->field->text, token_shown(value),
			value->text, all);
}

static bool parse_value(struct parser *parser, const struct kind *kind, unsigned *number)
{
	struct token value = parser->now;
	char what[NAME_BYTES + 8];
	*number = 0;
	if (value.kind != TOKEN_WORD && value.kind != TOKEN_TEXT && value.kind != TOKEN_NUMBER) {
		snprintf(what, sizeof what, "a %.*s", (int)kind->field->size, kind->field->text);
		return parser_lacks(parser, what);
	}
	parser_advance(parser);
	if (kind->names == NULL)
		return true;
	int found = names_find(kind->names, value.text, value.size);
	if (found < 0 || (unsigned)found >= PLACES)
		return no_name(parser, kind, &value);
	*number = (unsigned)found;
	return true;
}

static bool parse_list(struct parser *parser, const struct kind *kind, uint16_t *set)
{
	unsigned number;
	*set = 0;
	if (!parser_takes_kind(parser, TOKEN_OPEN))
		return parser_lacks(parser, "a list such as (gold, vip)");
	if (parser->now.kind == TOKEN_CLOSE)
		return complain(parser->complaint, parser->now.at, "the list is empty");
	do {
		if (!parse_value(parser, kind, &number))
			return false;
		*set = (uint16_t)(*set | 1u << number);
	} while (parser_takes_kind(parser, TOKEN_COMMA));
	return parser_takes_kind(parser, TOKEN_CLOSE) ||
	       parser_lacks(parser, "\",\" or the list's \")\"");
}

/* Numbers from `low` to `high`. */
static uint16_t span(unsigned low, unsigned high)
{
	uint32_t set = 0;
	for (unsigned i = low; i <= high && i < PLACES; i++)
		set |= 1u << i;
	return (uint16_t)set;
}

static bool parse_between(struct parser *parser, const struct kind *kind, uint16_t *set)
{
	struct token first = parser->now, second;
	unsigned low, high;
	if (!parse_value(parser, kind, &low))
		return false;
	if (!parser_takes(parser, "and"))
		return parser_lacks(parser, "the \"and\" of \"between\"");
	second = parser->now;
	if (!parse_value(parser, kind, &high))
		return false;
	*set = span(low, high);
	return low <= high ||
	       complain(parser->complaint, first.at,
			"the lower one comes first: between %.*s and %.*s", token_shown(&second),
			second.text, token_shown(&first), first.text);
}

/* One value: the numbers that compare so with it. */
static bool parse_compared(struct parser *parser, const struct kind *kind,
			   enum comparison comparison, uint16_t *set)
{
	unsigned number;
	if (!parse_value(parser, kind, &number))
		return false;
	switch (comparison) {
	case OPERATOR_LESS:
		*set = number == 0 ? 0 : span(0, number - 1);
		break;
	case OPERATOR_AT_MOST:
		*set = span(0, number);
		break;
	case OPERATOR_GREATER:
		*set = span(number + 1, PLACES);
		break;
	case OPERATOR_AT_LEAST:
		*set = span(number, PLACES);
		break;
	default:
		*set = (uint16_t)(1u << number);
		break;
	}
	return true;
}

static bool has_order(enum comparison comparison)
{
	return comparison != OPERATOR_EQUAL && comparison != OPERATOR_NOT_EQUAL &&
	       comparison != OPERATOR_IN && comparison != OPERATOR_NOT_IN;
}

static bool parse_test(struct parser *parser, const struct kind *kind, uint16_t *set)
{
	struct token sign = parser->now;
	enum comparison comparison;
	if (!operator_parse(parser, &comparison))
		return false;
	if (has_order(comparison) && !kind->ordered)
		return complain(parser->complaint, sign.at,
				"a %.*s is not more or less than another; use =, != or in (...)",
				token_shown(kind->field), kind->field->text);
	bool fine;
	if (comparison == OPERATOR_IN || comparison == OPERATOR_NOT_IN)
		fine = parse_list(parser, kind, set);
	else if (comparison == OPERATOR_BETWEEN || comparison == OPERATOR_NOT_BETWEEN)
		fine = parse_between(parser, kind, set);
	else
		fine = parse_compared(parser, kind, comparison, set);
	if (comparison == OPERATOR_NOT_EQUAL || comparison == OPERATOR_NOT_IN ||
	    comparison == OPERATOR_NOT_BETWEEN)
		*set = (uint16_t) ~*set;
	return fine;
}

static bool narrow(struct parser *parser, const struct kind *kind, uint16_t *set)
{
	uint16_t passed = 0;
	if (!parse_test(parser, kind, &passed))
		return false;
	if (kind->names == NULL)
		return true;
	passed = (uint16_t)(passed & span(0, names_count(kind->names) - 1));
	*set = (uint16_t)(*set & passed);
	return *set != 0 || complain(parser->complaint, kind->field->at,
				     "no %.*s passes this test%s", token_shown(kind->field),
				     kind->field->text, passed == 0 ? "" : " and those before it");
}

bool sets_parse_tier(struct parser *parser, const struct token *field)
{
	const struct query_names *names = parser->names;
	struct kind kind = {field, names == NULL ? NULL : names->tiers, true};
	return narrow(parser, &kind, &parser->query->tiers);
}

bool sets_parse_stage(struct parser *parser, const struct token *field)
{
	const struct query_names *names = parser->names;
	struct kind kind = {field, names == NULL ? NULL : names->stages, false};
	return narrow(parser, &kind, &parser->query->stages);
}
