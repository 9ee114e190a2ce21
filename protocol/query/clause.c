/* clause.c -- what may follow the condition of a list, in any order, each at most once.  A stream
 * has no order and no pages.
 *
 * To add a clause: its row in `clauses`, and a function for what follows its word.
 */
#include <inttypes.h>
#include <stdio.h>

#include "protocol/common/number.h"
#include "protocol/query/parser.h"

static bool parse_show(struct parser *parser)
{
	return parser_takes_fields(parser, parser->query->show, LIMIT_QUERY_SHOWN);
}

static bool parse_order(struct parser *parser)
{
	struct token field;
	if (!parser_takes(parser, "by"))
		return parser_lacks(parser, "the \"by\" of \"order by\"", "by");
	if (!parser_takes_field(parser, &field, "a field"))
		return false;
	parser->query->order = parser_text(&field);
	parser->query->descending = parser_takes(parser, "desc");
	if (!parser->query->descending)
		parser_takes(parser, "asc");
	return true;
}

static bool parse_limit(struct parser *parser)
{
	const struct token *now = &parser->now;
	uint64_t limit;
	if (now->kind != TOKEN_NUMBER && now->kind != TOKEN_WORD)
		return parser_lacks(parser, "the limit", NULL);
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
	if (now.kind != TOKEN_NUMBER && now.kind != TOKEN_WORD && now.kind != TOKEN_TEXT)
		return parser_lacks(parser, "a cursor", NULL);
	parser_advance(parser);
	return cursor_parse(now.text, now.size, &parser->query->after) ||
	       complain(parser->complaint, now.at,
			"\"%.*s\" is no cursor; copy what stands behind \"next: after\"",
			token_shown(&now), now.text);
}

static bool parse_choice(struct parser *parser, const char *what, struct token *choice)
{
	*choice = parser->now;
	if (choice->kind != TOKEN_WORD && choice->kind != TOKEN_TEXT)
		return parser_lacks(parser, what, NULL);
	parser_advance(parser);
	return true;
}

/* `for marketing by sms` is `and consents has 'marketing:sms'`. */
static bool parse_for(struct parser *parser)
{
	struct token purpose, channel;
	char consent[UINT8_MAX + 1];
	if (!parse_choice(parser, "a purpose", &purpose))
		return false;
	if (!parser_takes(parser, "by"))
		return parser_lacks(parser, "\"by\" and a channel", "by");
	if (!parse_choice(parser, "a channel", &channel))
		return false;
	int size = purpose.size + channel.size >= sizeof consent - 1
		       ? -1
		       : snprintf(consent, sizeof consent, "%.*s:%.*s", (int)purpose.size,
				  purpose.text, (int)channel.size, channel.text);
	if (size < 0)
		return complain(parser->complaint, purpose.at, "no purpose or channel is so long");
	struct predicate_step test = {.op = PREDICATE_TEST,
				      .at = emit_at(&purpose),
				      .comparison = COMPARE_HAS,
				      .count = 1,
				      .name = {"consents", 8}};
	struct predicate_value value = {
	    .at = emit_at(&purpose), .kind = VALUE_TEXT, .text = {consent, (uint32_t)size}};
	struct predicate_step joint = {.op = PREDICATE_AND, .count = 2};
	return emit_step(parser, &test, &purpose) && emit_value(parser, &value, &purpose) &&
	       emit_joint(parser, &joint, parser->deep + 1, &purpose);
}

static const struct clause {
	const char *word;
	bool of_stream;
	bool (*parse)(struct parser *parser);
} clauses[] = {
    {"show", true, parse_show},    {"for", true, parse_for},      {"order", false, parse_order},
    {"limit", false, parse_limit}, {"after", false, parse_after},
};
#define CLAUSES (sizeof clauses / sizeof clauses[0])

/* `seen` has a bit for each clause. */
static bool parse_one(struct parser *parser, unsigned *seen)
{
	bool stream = parser->query->kind == QUERY_STREAM;
	struct token word = parser->now;
	for (size_t i = 0; i < CLAUSES; i++) {
		if ((stream && !clauses[i].of_stream) || !parser_takes(parser, clauses[i].word))
			continue;
		if ((*seen & 1u << i) != 0)
			return complain(parser->complaint, word.at, "\"%s\" comes twice",
					clauses[i].word);
		*seen |= 1u << i;
		return clauses[i].parse(parser);
	}
	return parser_odd(parser, stream ? "and,or,show,for" : "and,or,show,order,limit,after,for");
}

bool clause_parse_all(struct parser *parser)
{
	struct query *query = parser->query;
	unsigned seen = 0;
	while (parser->now.kind != TOKEN_END)
		if (!parse_one(parser, &seen))
			return false;
	if (query->kind == QUERY_SEGMENT && !query->all && query->order.size == 0) {
		query->order = (struct wire_text){"spend", 5};
		query->descending = true;
	}
	return true;
}
