/* emit.c -- the program of a condition as it is parsed: steps in postfix form, within the limits.
 *
 *   E1  What was written is a program of predicate.h at every moment but inside a test.
 */
#include "protocol/query/parser.h"

static bool over(const struct parser *parser, const struct token *from, const char *what,
		 uint32_t most)
{
	return complain(parser->complaint, from->at,
			"the condition has more than %u %s; ask in parts, or save a segment and "
			"name it",
			most, what);
}

uint16_t emit_at(const struct token *token)
{
	return token->at < UINT16_MAX ? (uint16_t)(token->at + 1) : 0;
}

bool emit_step(struct parser *parser, const struct predicate_step *step, const struct token *from)
{
	predicate_write(&parser->to, step);
	if (parser->to.failed)
		return over(parser, from, "bytes of program", LIMIT_PREDICATE_BYTES);
	if (++parser->steps > LIMIT_PREDICATE_STEPS)
		return over(parser, from, "tests and joints", LIMIT_PREDICATE_STEPS);
	return true;
}

bool emit_value(struct parser *parser, const struct predicate_value *value,
		const struct token *from)
{
	predicate_write_value(&parser->to, value);
	if (parser->to.failed)
		return over(parser, from, "bytes of program", LIMIT_PREDICATE_BYTES);
	if (++parser->values > LIMIT_PREDICATE_VALUES)
		return over(parser, from, "values", LIMIT_PREDICATE_VALUES);
	return true;
}

bool emit_joint(struct parser *parser, const struct predicate_step *step, unsigned depth,
		const struct token *from)
{
	if (depth > LIMIT_PREDICATE_DEPTH)
		return complain(parser->complaint, from->at,
				"conditions are nested at most %u deep; save a segment and name it",
				LIMIT_PREDICATE_DEPTH);
	return emit_step(parser, step, from);
}
