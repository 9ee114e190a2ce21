/* query.c -- statements; see query.h.  Recursive descent, one function a rule of the grammar.
 *
 * To add a statement: its row in `statements`; a clause: clause.c; a test: test.c; a form of
 * values: value.c.
 */
#include "protocol/query/query.h"

#include "protocol/common/utf8.h"
#include "protocol/query/parser.h"

#define MEDIAN 5000u /* hundredths of a percent */
#define WORDS "segment,count,sum,avg,min,max,median,percentile,stream,explain"

static bool parse_segment(struct parser *parser)
{
	parser->query->kind = QUERY_SEGMENT;
	return cond_parse_or_all(parser) && clause_parse_all(parser);
}

static bool parse_stream(struct parser *parser)
{
	parser->query->kind = QUERY_STREAM;
	return cond_parse_or_all(parser) && clause_parse_all(parser);
}

static bool parse_count(struct parser *parser)
{
	if (parser_takes(parser, "by"))
		return figure_parse_by(parser);
	parser->query->kind = QUERY_COUNT;
	return cond_parse_or_all(parser) && parser_ends(parser, "and,or");
}

static bool parse_sum(struct parser *parser)
{
	return figure_parse(parser, FIGURE_SUM, 0);
}

static bool parse_average(struct parser *parser)
{
	return figure_parse(parser, FIGURE_AVERAGE, 0);
}

static bool parse_least(struct parser *parser)
{
	return figure_parse(parser, FIGURE_LEAST, 0);
}

static bool parse_greatest(struct parser *parser)
{
	return figure_parse(parser, FIGURE_GREATEST, 0);
}

static bool parse_median(struct parser *parser)
{
	return figure_parse(parser, FIGURE_PERCENTILE, MEDIAN);
}

static const struct statement {
	const char *word;
	bool (*parse)(struct parser *parser);
} statements[] = {
    {"segment", parse_segment}, {"stream", parse_stream}, {"count", parse_count},
    {"sum", parse_sum},         {"avg", parse_average},   {"min", parse_least},
    {"max", parse_greatest},    {"median", parse_median}, {"percentile", figure_parse_percentile},
};

static bool parse_statement(struct parser *parser)
{
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
		if (parser_takes(parser, statements[i].word))
			return statements[i].parse(parser);
	return parser_lacks(parser, "a question such as segment, count or sum", WORDS);
}

/* False: the text cannot be parsed at all. */
static bool begin(struct parser *parser, const struct query_source *source)
{
	parser->line = source->line;
	parser->size = source->size;
	parser->to =
	    (struct wire_writer){source->room, source->room + LIMIT_PREDICATE_BYTES, false};
	parser->now = token_next(source->line, source->size, source->from);
	return utf8_is_valid(source->line, source->size) ||
	       complain(parser->complaint, source->from, "the text is not UTF-8");
}

static struct wire_text program_of(const struct parser *parser, const struct query_source *source)
{
	return (struct wire_text){(const char *)source->room,
				  (uint32_t)(parser->to.at - source->room)};
}

bool query_parse(struct query *query, const struct query_source *source,
		 struct complaint *complaint)
{
	struct parser parser = {.query = query, .complaint = complaint};
	*query = (struct query){.kind = QUERY_SEGMENT};
	if (!begin(&parser, source))
		return false;
	query->explain = parser_takes(&parser, "explain");
	struct token question = parser.now;
	if (!parse_statement(&parser))
		return false;
	if (query->explain && query->kind == QUERY_STREAM)
		return complain(complaint, question.at,
				"a stream judges every customer: there is nothing to explain");
	query->program = program_of(&parser, source);
	return true;
}

bool query_parse_condition(struct wire_text *program, const struct query_source *source,
			   struct complaint *complaint)
{
	struct query query;
	struct parser parser = {.query = &query, .complaint = complaint};
	if (!begin(&parser, source) || !cond_parse_or_all(&parser) ||
	    !parser_ends(&parser, "and,or"))
		return false;
	*program = program_of(&parser, source);
	return true;
}
