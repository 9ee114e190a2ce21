/* cond.c -- conditions: tests joined by "and".  "or" and "not" come with a predicate to hold them;
 * until then each test narrows the sets and the range of the query.
 *
 * To add a field: its row in `fields`, and a function for its tests.
 */
#include "protocol/query/names.h"
#include "protocol/query/parser.h"

#define DEPTH_MAX 32u /* of parentheses: the parser recurses */

static const struct field {
	const char *name;
	bool (*parse)(struct parser *parser, const struct token *field);
} fields[] = {
    {"tier", sets_parse_tier},
    {"stage", sets_parse_stage},
    {"spend", range_parse},
};
#define FIELDS "tier,stage,spend"
/* Shown, but not indexed. */
#define LATER                                                                                      \
	"customer,band,spend12,points,orders,orders12,first_day,last_day,previous_day,name,"       \
	"events,created"

bool cond_no_field(const struct parser *parser)
{
	const struct token *now = &parser->now;
	char name[NAME_BYTES];
	int near = names_near(FIELDS, now->text, now->size);
	if (now->kind != TOKEN_WORD)
		return parser_lacks(parser, "a condition such as tier = gold");
	if (names_find(LATER, now->text, now->size) >= 0)
		return parser_later(parser, now, "there are tier, stage and spend");
	if (now->text[0] == '@')
		return parser_later(parser, now, "there are no saved segments");
	if (near >= 0)
		return complain(parser->complaint, now->at,
				"no field \"%.*s\"; did you mean \"%s\"?", token_shown(now),
				now->text, names_get(FIELDS, (unsigned)near, name));
	return complain(parser->complaint, now->at,
			"no field \"%.*s\"; there are tier, stage and spend", token_shown(now),
			now->text);
}

static bool parse_parenthesis(struct parser *parser)
{
	if (++parser->depth > DEPTH_MAX)
		return complain(parser->complaint, parser->now.at,
				"parentheses are nested at most %u deep", DEPTH_MAX);
	parser_advance(parser);
	if (!cond_parse(parser))
		return false;
	parser->depth--;
	return parser_takes_kind(parser, TOKEN_CLOSE) || parser_lacks(parser, "\")\"");
}

static bool parse_prim(struct parser *parser)
{
	struct token field = parser->now;
	if (parser_sees(parser, "not"))
		return parser_later(parser, &field, "use !=, not in or not between");
	if (field.kind == TOKEN_OPEN)
		return parse_parenthesis(parser);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (!parser_takes(parser, fields[i].name))
			continue;
		return fields[i].parse(parser, &field);
	}
	return cond_no_field(parser);
}

bool cond_parse(struct parser *parser)
{
	do {
		if (!parse_prim(parser))
			return false;
	} while (parser_takes(parser, "and"));
	if (parser_sees(parser, "or"))
		return parser_later(parser, &parser->now, "use in (...), or two questions");
	return true;
}
