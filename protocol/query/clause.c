/* clause.c -- what may follow the condition of a segment, in any order, each at most once. */
#include <inttypes.h>

#include "protocol/common/number.h"
#include "protocol/query/names.h"
#include "protocol/query/parser.h"

static bool parse_order(struct parser *parser)
{
	if (!parser_takes(parser, "by"))
		return parser_lacks(parser, "the \"by\" of \"order by\"");
	if (parser->now.kind == TOKEN_WORD && !parser_sees(parser, "spend"))
		return parser_later(parser, &parser->now, "there is order by spend");
	if (!parser_takes(parser, "spend"))
		return parser_lacks(parser, "\"spend\"");
	bool descending = parser_takes(parser, "desc");
	if (!descending)
		parser_takes(parser, "asc");
	parser->query->order = descending ? QUERY_DESCENDING : QUERY_ASCENDING;
	return true;
}

static bool parse_limit(struct parser *parser)
{
	const struct token *now = &parser->now;
	uint64_t limit;
	if (now->kind != TOKEN_NUMBER && now->kind != TOKEN_WORD)
		return parser_lacks(parser, "the limit");
	enum number_verdict verdict = number_unsigned_in(now->text, now->size, UINT32_MAX, &limit);
	if (verdict == NUMBER_TOO_LARGE)
		return complain(parser->complaint, now->at, "the limit is at most %" PRIu32,
				UINT32_MAX);
	if (verdict == NUMBER_NOT || limit == 0)
		return complain(parser->complaint, now->at,
				"the limit is a whole number from 1, not \"%.*s\"",
				token_shown(now), now->text);
	parser->query->limit = (uint32_t)limit;
	parser_advance(parser);
	return true;
}

static bool parse_after(struct parser *parser)
{
	struct token now = parser->now;
	unsigned digits = parser->names == NULL ? 0 : parser->names->digits;
	if (now.kind != TOKEN_NUMBER && now.kind != TOKEN_WORD && now.kind != TOKEN_TEXT)
		return parser_lacks(parser, "a cursor");
	parser->cursor_at = now.at;
	parser_advance(parser);
	return parser->names == NULL ||
	       cursor_parse(now.text, now.size, digits, &parser->query->after) ||
	       complain(parser->complaint, now.at,
			"\"%.*s\" is no cursor; copy what stands behind \"next: after\"",
			token_shown(&now), now.text);
}

static const struct clause {
	const char *word;
	bool (*parse)(struct parser *parser);
} clauses[] = {{"order", parse_order}, {"limit", parse_limit}, {"after", parse_after}};
#define CLAUSES (sizeof clauses / sizeof clauses[0])

static bool no_clause(const struct parser *parser)
{
	if (parser_sees(parser, "show") || parser_sees(parser, "for"))
		return parser_later(parser, &parser->now, "there are order by, limit and after");
	return parser_odd(parser, "and,order,limit,after");
}

/* `seen` has a bit for each clause. */
static bool parse_one(struct parser *parser, unsigned *seen)
{
	struct token word = parser->now;
	for (size_t i = 0; i < CLAUSES; i++) {
		if (!parser_takes(parser, clauses[i].word))
			continue;
		if ((*seen & 1u << i) != 0)
			return complain(parser->complaint, word.at, "\"%s\" comes twice",
					clauses[i].word);
		*seen |= 1u << i;
		return clauses[i].parse(parser);
	}
	return no_clause(parser);
}

/* A list has one order, and so one kind of cursor. */
static bool check_cursor(const struct parser *parser)
{
	const struct query *query = parser->query;
	if (query->after.kind == CURSOR_NONE ||
	    (query->after.kind == CURSOR_WALK) == query_is_walk(query))
		return true;
	return complain(parser->complaint, parser->cursor_at,
			"the cursor is of another question: repeat the one it came from");
}

bool clause_parse_all(struct parser *parser)
{
	unsigned seen = 0;
	while (parser->now.kind != TOKEN_END)
		if (!parse_one(parser, &seen))
			return false;
	return check_cursor(parser);
}
