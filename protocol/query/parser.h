/* parser.h -- what the parts of the query parser share: one token ahead, the ways to complain, and
 * the program written so far.  Included only inside protocol/query.
 *
 *   query.c   statements       cond.c   or, and, not, ( )    value.c   numbers, dates, texts
 *   figure.c  sum, by, where   test.c   field test           emit.c    the program and its limits
 *   clause.c  show, order ...
 */
#ifndef CRMDB_PROTOCOL_QUERY_PARSER_H
#define CRMDB_PROTOCOL_QUERY_PARSER_H
#include "protocol/query/query.h"
#include "protocol/query/token.h"

struct parser {
	const char *line;
	size_t size;
	struct token now;      /* not taken yet */
	unsigned nested;       /* parentheses and nots around it */
	struct wire_writer to; /* the program */
	uint32_t steps, values;
	unsigned deep; /* nesting of the whole condition, once it is there */
	struct query *query;
	struct complaint *complaint;
};

void parser_advance(struct parser *parser);
/* Is the next token this word?  And if so, take it. */
bool parser_sees(const struct parser *parser, const char *word);
bool parser_takes(struct parser *parser, const char *word);
bool parser_takes_kind(struct parser *parser, enum token_kind kind);
/* The text of a token. */
struct wire_text parser_text(const struct token *token);

/* Complain that something else must stand here; was one of these names meant (NULL: none)?
 * False. */
bool parser_lacks(const struct parser *parser, const char *what, const char *names);
/* Complain that the next token is one too many; likewise. */
bool parser_odd(const struct parser *parser, const char *names);
/* The end of the line, or a complaint: some of these names could go on. */
bool parser_ends(const struct parser *parser, const char *names);

/* Take the name of a field into *field.  False: there is none, or a word that cannot be one. */
bool parser_takes_field(struct parser *parser, struct token *field, const char *what);
/* Take one field or more, separated by commas, into `list` (QUERY_LIST_BYTES). */
bool parser_takes_fields(struct parser *parser, char *list, unsigned most);

/* cond.c: a condition, or all. */
bool cond_parse(struct parser *parser);
bool cond_parse_or_all(struct parser *parser);
/* test.c: the test of one field, which comes next. */
bool test_parse(struct parser *parser);
/* clause.c: clauses, to the end of the line. */
bool clause_parse_all(struct parser *parser);
/* figure.c: behind the word of a figure. */
bool figure_parse(struct parser *parser, enum query_figure figure, uint32_t percentile);
bool figure_parse_percentile(struct parser *parser);
bool figure_parse_by(struct parser *parser);

/* value.c: the next token as a value; of within, as a duration. */
bool value_parse(struct parser *parser, struct predicate_value *value);
bool value_parse_duration(struct parser *parser, struct predicate_value *value);

/* emit.c: write a step that came from this place.  False: it is over a limit (P1). */
bool emit_step(struct parser *parser, const struct predicate_step *step, const struct token *from);
bool emit_value(struct parser *parser, const struct predicate_value *value,
		const struct token *from);
/* NOT, AND or OR of `count` steps, which makes a step nested this deep. */
bool emit_joint(struct parser *parser, const struct predicate_step *step, unsigned depth,
		const struct token *from);
/* A token's column, as on the wire. */
uint16_t emit_at(const struct token *token);

#endif
