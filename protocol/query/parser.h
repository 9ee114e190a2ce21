/* parser.h -- what the parts of the query parser share: one token ahead, and the ways to complain.
 * Included only inside protocol/query.
 *
 *   query.c    statement          cond.c    cond, prim           operator.c  =, in, between ...
 *   clause.c   order, limit ...   sets.c    tests on tier, stage  range.c     tests on spend
 */
#ifndef CRMDB_PROTOCOL_QUERY_PARSER_H
#define CRMDB_PROTOCOL_QUERY_PARSER_H
#include "protocol/query/query.h"
#include "protocol/query/token.h"

struct parser {
	const char *line;
	size_t size;
	struct token now;                /* not taken yet */
	unsigned depth;                  /* of parentheses */
	const struct query_names *names; /* NULL: not known yet */
	size_t cursor_at;                /* where it stands */
	struct query *query;
	struct complaint *complaint;
};

void parser_advance(struct parser *parser);
/* Is the next token this word?  And if so, take it. */
bool parser_sees(const struct parser *parser, const char *word);
bool parser_takes(struct parser *parser, const char *word);
bool parser_takes_kind(struct parser *parser, enum token_kind kind);

/* Complain that something else must stand here.  False. */
bool parser_lacks(const struct parser *parser, const char *what);
/* Complain that the next token is one too many; did one of these names mean it?  False. */
bool parser_odd(const struct parser *parser, const char *names);
/* Complain that what `token` asks for cannot be asked yet.  False. */
bool parser_later(const struct parser *parser, const struct token *token, const char *instead);

/* cond.c: narrow *query by a condition. */
bool cond_parse(struct parser *parser);
/* Complain that the next token is no field, or none that can be asked by.  False. */
bool cond_no_field(const struct parser *parser);
/* clause.c: the clauses of a segment, to the end of the line. */
bool clause_parse_all(struct parser *parser);

/* sets.c, range.c: the test behind this field. */
bool sets_parse_tier(struct parser *parser, const struct token *field);
bool sets_parse_stage(struct parser *parser, const struct token *field);
bool range_parse(struct parser *parser, const struct token *field);

#endif
