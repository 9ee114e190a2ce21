/* cond.c -- conditions: or binds weakest, then and, then not; see query.h.
 *
 *   tier = gold or not (region = north and points > 5)
 *   | TEST | TEST | TEST | AND 2 | NOT | OR 2 |
 *
 * Recursive descent: each function leaves one step in the program and says how deep it is nested.
 */
#include "protocol/query/parser.h"

#define NESTED_MAX 64u /* parentheses and nots: the parser recurses */

static bool parse_or(struct parser *parser, unsigned *depth);

static bool nest(struct parser *parser)
{
	return ++parser->nested <= NESTED_MAX ||
	       complain(parser->complaint, parser->now.at,
			"parentheses and nots are nested at most %u deep", NESTED_MAX);
}

static bool parse_parenthesis(struct parser *parser, unsigned *depth)
{
	if (!nest(parser))
		return false;
	parser_advance(parser);
	if (!parse_or(parser, depth))
		return false;
	parser->nested--;
	return parser_takes_kind(parser, TOKEN_CLOSE) || parser_lacks(parser, "\")\"", "and,or");
}

static bool parse_saved(struct parser *parser)
{
	struct token name = parser->now;
	if (name.size < 2 || name.size - 1 > LIMIT_NAME_BYTES)
		return complain(parser->complaint, name.at,
				"a saved segment is named as in @lapsed, by up to %u bytes",
				LIMIT_NAME_BYTES);
	struct predicate_step step = {.op = PREDICATE_SAVED,
				      .at = emit_at(&name),
				      .name = {name.text + 1, (uint32_t)name.size - 1}};
	parser_advance(parser);
	return emit_step(parser, &step, &name);
}

static bool parse_prim(struct parser *parser, unsigned *depth)
{
	*depth = 1;
	if (parser->now.kind == TOKEN_OPEN)
		return parse_parenthesis(parser, depth);
	if (parser->now.kind == TOKEN_WORD && parser->now.text[0] == '@')
		return parse_saved(parser);
	return test_parse(parser);
}

static bool parse_not(struct parser *parser, unsigned *depth)
{
	struct token word = parser->now;
	if (!parser_takes(parser, "not"))
		return parse_prim(parser, depth);
	if (!nest(parser) || !parse_not(parser, depth))
		return false;
	parser->nested--;
	return emit_joint(parser, &(struct predicate_step){.op = PREDICATE_NOT}, ++*depth, &word);
}

struct joint {
	const char *word;
	enum predicate_op op;
	bool (*parse)(struct parser *parser, unsigned *depth);
};

static bool parse_joined(struct parser *parser, const struct joint *joint, unsigned *depth)
{
	struct predicate_step step = {.op = joint->op};
	struct token word = parser->now;
	unsigned deepest = 0;
	do {
		if (!joint->parse(parser, depth))
			return false;
		deepest = *depth > deepest ? *depth : deepest;
		if (++step.count > UINT8_MAX)
			return complain(parser->complaint, word.at,
					"at most %u conditions are joined by one \"%s\"", UINT8_MAX,
					joint->word);
		word = parser->now;
	} while (parser_takes(parser, joint->word));
	*depth = deepest + (step.count > 1);
	return step.count == 1 || emit_joint(parser, &step, *depth, &word);
}

static bool parse_and(struct parser *parser, unsigned *depth)
{
	return parse_joined(parser, &(struct joint){"and", PREDICATE_AND, parse_not}, depth);
}

static bool parse_or(struct parser *parser, unsigned *depth)
{
	return parse_joined(parser, &(struct joint){"or", PREDICATE_OR, parse_and}, depth);
}

bool cond_parse(struct parser *parser)
{
	return parse_or(parser, &parser->deep);
}

bool cond_parse_or_all(struct parser *parser)
{
	struct token word = parser->now;
	parser->deep = 1;
	parser->query->all = parser_takes(parser, "all");
	if (parser->query->all)
		return emit_step(parser, &(struct predicate_step){.op = PREDICATE_ALL}, &word);
	if (parser->now.kind == TOKEN_END)
		return parser_lacks(parser, "a condition, or all,", NULL);
	return cond_parse(parser);
}
