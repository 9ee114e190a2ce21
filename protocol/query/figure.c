/* figure.c -- questions for groups: what is reckoned, of whom, and by which fields.
 *
 *   count by tier, stage where spend > 1k
 *   percentile 95 spend by tier
 */
#include "protocol/common/money.h"
#include "protocol/query/parser.h"

#define PERCENT_PLACES 2u /* hundredths of a percent */
#define PERCENT_MOST 10000

static bool parse_where(struct parser *parser)
{
	struct token word = parser->now;
	struct predicate_step everybody = {.op = PREDICATE_ALL};
	parser->query->all = !parser_takes(parser, "where");
	if (!parser->query->all)
		return cond_parse(parser) && parser_ends(parser, "and,or");
	return parser_ends(parser, "where,by") && emit_step(parser, &everybody, &word);
}

bool figure_parse_by(struct parser *parser)
{
	parser->query->kind = QUERY_GROUPS;
	return parser_takes_fields(parser, parser->query->by, QUERY_KEYS_MAX) &&
	       parse_where(parser);
}

bool figure_parse(struct parser *parser, enum query_figure figure, uint32_t percentile)
{
	struct query *query = parser->query;
	struct token measure;
	query->kind = QUERY_GROUPS;
	query->figure = figure;
	query->percentile = percentile;
	if (!parser_takes_field(parser, &measure, "a field"))
		return false;
	query->measure = parser_text(&measure);
	return parser_takes(parser, "by") ? figure_parse_by(parser) : parse_where(parser);
}

bool figure_parse_percentile(struct parser *parser)
{
	struct token now = parser->now;
	size_t size = now.size > 1 && now.text[now.size - 1] == '%' ? now.size - 1 : now.size;
	int64_t percentile;
	if (now.kind != TOKEN_NUMBER)
		return parser_lacks(parser, "a percentage", NULL);
	if (money_parse(now.text, size, PERCENT_PLACES, &percentile) != MONEY_FINE ||
	    percentile < 1 || percentile > PERCENT_MOST)
		return complain(parser->complaint, now.at,
				"percentiles are from 0.01 to 100, not \"%.*s\"", token_shown(&now),
				now.text);
	parser_advance(parser);
	return figure_parse(parser, FIGURE_PERCENTILE, (uint32_t)percentile);
}
