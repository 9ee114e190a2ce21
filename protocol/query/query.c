/* query.c -- statements; see query.h.  Recursive descent, one function a rule of the grammar.
 *
 * To add a statement: its row in `statements`; a clause: clause.c; a field: cond.c.
 */
#include "protocol/query/query.h"

#include "protocol/query/parser.h"

bool query_is_walk(const struct query *query)
{
	return query->kind == QUERY_SEGMENT && query->all && query->order == QUERY_UNORDERED;
}

static bool parse_customers(struct parser *parser)
{
	parser->query->all = parser_takes(parser, "all");
	if (!parser->query->all && parser->now.kind == TOKEN_END)
		return parser_lacks(parser, "a condition, or all,");
	return parser->query->all || cond_parse(parser);
}

static bool parse_end(const struct parser *parser)
{
	return parser->now.kind == TOKEN_END || parser_odd(parser, "and");
}

static bool parse_segment(struct parser *parser)
{
	parser->query->kind = QUERY_SEGMENT;
	return parse_customers(parser) && clause_parse_all(parser);
}

static bool parse_group(struct parser *parser)
{
	struct query *query = parser->query;
	struct token field = parser->now;
	bool *by = token_is(&field, "tier") ? &query->by_tier : &query->by_stage;
	if (field.kind != TOKEN_WORD)
		return parser_lacks(parser, "tier or stage");
	if (token_is(&field, "spend"))
		return parser_later(parser, &field, "groups are by tier and stage");
	if (!token_is(&field, "tier") && !token_is(&field, "stage"))
		return cond_no_field(parser);
	if (*by)
		return complain(parser->complaint, field.at, "\"%.*s\" comes twice",
				token_shown(&field), field.text);
	*by = true;
	parser_advance(parser);
	return true;
}

static bool parse_groups(struct parser *parser)
{
	parser->query->kind = QUERY_COUNT_BY;
	parser->query->all = true;
	do {
		if (!parse_group(parser))
			return false;
	} while (parser_takes_kind(parser, TOKEN_COMMA));
	if (parser_sees(parser, "where"))
		return parser_later(parser, &parser->now, "groups are of all customers");
	return parse_end(parser);
}

static bool parse_count(struct parser *parser)
{
	if (parser_takes(parser, "by"))
		return parse_groups(parser);
	parser->query->kind = QUERY_COUNT;
	return parse_customers(parser) && parse_end(parser);
}

static const struct statement {
	const char *word;
	bool (*parse)(struct parser *parser);
} statements[] = {{"segment", parse_segment}, {"count", parse_count}};

bool query_parse(struct query *query, const char *line, size_t size,
		 const struct query_names *names, struct complaint *complaint)
{
	struct parser parser = {.line = line,
				.size = size,
				.now = token_next(line, size, 0),
				.names = names,
				.query = query,
				.complaint = complaint};
	*query = (struct query){
	    .tiers = UINT16_MAX, .stages = UINT16_MAX, .from = INT64_MIN, .to = INT64_MAX};
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
		if (parser_takes(&parser, statements[i].word))
			return statements[i].parse(&parser);
	return parser_lacks(&parser, "segment or count");
}
