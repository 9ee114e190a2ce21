/* query.h -- a question in words, as a struct and a condition's program (protocol/predicate.h).
 *
 *   statement = ["explain"] question ;
 *   question  = "segment" (cond | "all") {clause} | "stream" (cond | "all") {"show".. | "for"..}
 *             | "count" (cond | "all") | "count" "by" fields ["where" cond]
 *             | figure field ["by" fields] ["where" cond] ;
 *   figure    = "sum" | "avg" | "min" | "max" | "median" | "percentile" NUMBER ;
 *   cond      = and {"or" and} ;   and = not {"and" not} ;   not = {"not"} prim ;
 *   prim      = "(" cond ")" | "@" name | field test ;
 *   test      = ("="|"!="|"<"|"<="|">"|">=") value | ["not"] "in" "(" value {"," value} ")"
 *             | ["not"] "between" value "and" value | "within" duration | "has" value
 *             | "is" ["not"] "null" ;
 *   clause    = "show" fields | "order" "by" field ["asc"|"desc"] | "limit" INT | "after" cursor
 *             | "for" purpose "by" channel ;
 *
 * Parsed on the client's side: a server never sees the text.  What fields and values there are is
 * the server's to judge: names are written as they stand, with their column.  No memory is taken,
 * and a line of n bytes takes n steps.
 */
#ifndef CRMDB_PROTOCOL_QUERY_QUERY_H
#define CRMDB_PROTOCOL_QUERY_QUERY_H
#include "protocol/common/complaint.h"
#include "protocol/predicate.h"
#include "protocol/query/cursor.h"

#define QUERY_LIST_BYTES (LIMIT_QUERY_SHOWN * (LIMIT_NAME_BYTES + 1u) + 1u)
#define QUERY_KEYS_MAX 2u /* fields to group by */

enum query_kind {
	QUERY_SEGMENT,
	QUERY_STREAM,
	QUERY_COUNT,
	QUERY_GROUPS,
};

/* What is asked of each group. */
enum query_figure {
	FIGURE_CUSTOMERS,
	FIGURE_SUM,
	FIGURE_AVERAGE,
	FIGURE_LEAST,
	FIGURE_GREATEST,
	FIGURE_PERCENTILE,
};

struct query {
	enum query_kind kind;
	bool explain;
	bool all;                    /* no condition */
	struct wire_text program;    /* in the caller's room */
	char show[QUERY_LIST_BYTES]; /* "tier,spend"; "": none was given */
	struct wire_text order;      /* field, borrowed from the line; empty: of creation */
	bool descending;
	uint32_t limit;      /* 0: none was given */
	struct cursor after; /* its query 0: none was given */
	char by[QUERY_LIST_BYTES];
	enum query_figure figure;
	struct wire_text measure; /* borrowed from the line */
	uint32_t percentile;      /* hundredths of a percent; 0: none */
};

struct query_source {
	const char *line;
	size_t size;
	size_t from;   /* byte the text begins at; columns count from the line's first */
	uint8_t *room; /* for the program: LIMIT_PREDICATE_BYTES */
};

/* Parse a whole statement.  False: *complaint says what is wrong, and where.  A condition without
 * an order lists the highest spend first; `all` without one, the order of creation. */
bool query_parse(struct query *query, const struct query_source *source,
		 struct complaint *complaint);
/* Parse a condition alone, or `all`, to the end of the line. */
bool query_parse_condition(struct wire_text *program, const struct query_source *source,
			   struct complaint *complaint);

#endif
