/* statement.h -- one command of the query language, parsed.
 *
 *   words --statement_parse--> what it is, without a server
 *         --statement_bind---> amounts and days, by what that server says
 */
#ifndef CRMDB_CLI_STATEMENT_H
#define CRMDB_CLI_STATEMENT_H
#include <stdint.h>

#include "client/cli/facts.h"
#include "client/cli/verbs.h"
#include "client/cli/words.h"
#include "client/crmdb/crmdb.h"
#include "protocol/query/query.h"

#define DAY_NOT_SAID INT32_MIN

/* Tiers or stages by a test. */
struct grade_test {
	const char *test; /* static; NULL: all */
	const char *name; /* borrowed from the words */
	size_t at;        /* byte in the line */
	uint16_t set;     /* bits, bound */
};

struct statement {
	const struct verb *verb;
	uint64_t customer;
	int64_t points;
	const char *ref; /* borrowed from the words, as amount_text; NULL: none */
	uint32_t limit;
	uint64_t from;
	uint64_t kinds;      /* of events, as options of a feed; 0: all */
	const char *segment; /* borrowed from the words; NULL: not said */
	const char *amount_text;
	size_t amount_at; /* byte in the line */
	int64_t amount;   /* minor units, bound */
	int32_t day;      /* or CRM_TODAY */
	uint32_t items;
	bool no_points;
	crm_assignment fields[WORDS_MAX]; /* borrowed from the words */
	uint32_t field_count;
	const char *purpose, *channel, *care;  /* static; NULL: not said */
	const char *holiday, *policy, *source; /* borrowed from the words; NULL: not said */
	bool granted;
	uint16_t year;       /* 0: not said */
	int32_t first, last; /* of a due list; DAY_NOT_SAID, until bound */
	bool is_query;
	struct query query;                  /* its program is in `room` */
	uint8_t room[LIMIT_PREDICATE_BYTES]; /* so that a statement stays where it is */
	const char *name;                    /* of a segment or field, borrowed from the words */
	const char *to;                      /* its new name */
	const char *condition;               /* borrowed from the line: to its end */
	const char *kind;                    /* of a field; static */
	uint32_t places;
	struct grade_test tier, stage; /* of a trend */
	const char *values;            /* borrowed from the words; NULL: none */
};

/* False: *complaint says what is wrong, and where; as statement_bind. */
bool statement_parse(struct statement *statement, const struct words *words,
		     struct complaint *complaint);
bool statement_bind(struct statement *statement, const struct facts *facts,
		    struct complaint *complaint);

/* Does it write? */
bool statement_writes(const struct statement *statement);

/* Add it to a batch.  As the crm_batch_* functions. */
int statement_add(const struct statement *statement, crm_batch *batch);

#endif
