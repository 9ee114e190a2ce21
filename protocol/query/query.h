/* query.h -- a question in words, as a struct.
 *
 *   statement = "segment" (cond | "all") {clause}
 *             | "count" (cond | "all") | "count" "by" group {"," group} ;
 *   cond      = prim {"and" prim} ;
 *   prim      = "(" cond ")" | field test ;
 *   test      = ("="|"!="|"<"|"<="|">"|">=") value | ["not"] "in" "(" value {"," value} ")"
 *             | ["not"] "between" value "and" value ;
 *   clause    = "order" "by" "spend" ["asc"|"desc"] | "limit" INT | "after" cursor ;
 *   field     = "tier" | "stage" | "spend" ;          group = "tier" | "stage" ;
 *
 * Parsed on the client's side: a server never sees the text.  No memory is taken, and a line of n
 * bytes takes n steps.
 */
#ifndef CRMDB_PROTOCOL_QUERY_QUERY_H
#define CRMDB_PROTOCOL_QUERY_QUERY_H
#include <stdbool.h>
#include <stdint.h>

#include "protocol/common/complaint.h"
#include "protocol/query/cursor.h"

/* What the words of a question mean at one server, as its hello says.  Borrowed. */
struct query_names {
	const char *tiers, *stages; /* "none,bronze,silver" */
	const char *currency;       /* "USD" */
	unsigned digits;            /* minor units are 10^-digits */
};

enum query_kind {
	QUERY_SEGMENT,
	QUERY_COUNT,
	QUERY_COUNT_BY,
};

enum query_order {
	QUERY_UNORDERED,
	QUERY_ASCENDING, /* lowest spend first */
	QUERY_DESCENDING,
};

struct query {
	enum query_kind kind;
	bool all;               /* no condition */
	uint16_t tiers, stages; /* bit n: number n of the names; 0xffff: all */
	int64_t from, to;       /* spend, minor units, both inclusive */
	bool by_tier, by_stage; /* groups of COUNT_BY */
	enum query_order order; /* UNORDERED: none was given */
	uint32_t limit;         /* 0: none was given */
	struct cursor after;
};

/* Does it walk all customers in the order of their creation?  Else it is in the order of spend. */
bool query_is_walk(const struct query *query);

/* Parse a whole line.  `names` NULL: not known yet; then every name is taken for one, amounts only
 * have to be numbers, and the sets, range and cursor of *query mean nothing.  False: *complaint
 * says what is wrong, and where. */
bool query_parse(struct query *query, const char *line, size_t size,
		 const struct query_names *names, struct complaint *complaint);

#endif
