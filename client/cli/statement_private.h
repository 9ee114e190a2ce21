/* statement_private.h -- what the files statement*.c share: the next word, and ways to complain. */
#ifndef CRMDB_CLI_STATEMENT_PRIVATE_H
#define CRMDB_CLI_STATEMENT_PRIVATE_H
#include "client/cli/statement.h"

struct statement_parser {
	const struct words *words;
	size_t next; /* word */
	struct statement *statement;
	struct complaint *complaint;
};

/* Where the next word is, or would be; NULL: there is none. */
size_t statement_place(const struct statement_parser *parser);
const char *statement_peek(const struct statement_parser *parser);
/* Complain that it must be there.  False. */
bool statement_missing(const struct statement_parser *parser, const char *what);
/* A word with what it should be. */
bool statement_parse_unsigned(struct statement_parser *parser, const char *what, uint64_t max,
			      uint64_t *value);

/* statement_care.c: operands and clauses of verbs.def, as below. */
bool care_parse_policy(struct statement_parser *parser);
bool care_parse_source(struct statement_parser *parser);
bool care_parse_channel(struct statement_parser *parser);
bool care_parse_consent(struct statement_parser *parser);
bool care_parse_care(struct statement_parser *parser);
bool care_parse_for(struct statement_parser *parser);
bool care_parse_year(struct statement_parser *parser);

/* statement_trend.c */
bool trend_parse_tier(struct statement_parser *parser);
bool trend_parse_stage(struct statement_parser *parser);
/* As statement_bind. */
bool trend_bind(struct statement *statement, const struct facts *facts,
		struct complaint *complaint);

/* statement_define.c */
bool define_parse_name(struct statement_parser *parser);
bool define_parse_condition(struct statement_parser *parser);
bool define_parse_in_segment(struct statement_parser *parser);
bool define_parse_new_name(struct statement_parser *parser);
bool define_parse_kind(struct statement_parser *parser);
bool define_parse_places(struct statement_parser *parser);
bool define_parse_values(struct statement_parser *parser);
bool define_parse_kinds(struct statement_parser *parser);
bool define_parse_segment(struct statement_parser *parser);

#endif
