/* found.h -- the columns of an answer to a question, and its rows and groups as cells. */
#ifndef CRMDB_CLI_FOUND_H
#define CRMDB_CLI_FOUND_H
#include "client/cli/lister.h"
#include "protocol/limits.h"

/* What the columns of one answer are. */
struct found {
	size_t count;
	char names[LIMIT_QUERY_SHOWN][LIMIT_NAME_BYTES + 1];
	unsigned kinds[LIMIT_QUERY_SHOWN]; /* of the catalogue; 0: of a newer server */
	unsigned places[LIMIT_QUERY_SHOWN];
};

/* False: there are none, or more than a question can have. */
bool found_read(struct found *found, const crm_result *result, uint32_t index);

/* A value of column number `column`, under this name. */
struct cell found_cell(struct lister *lister, const struct found *found, uint32_t column,
		       const crm_datum *datum);

/* Row `row` of the answer `index`; kind and context (a struct found) of its lister.  It has a
 * column more than the answer: the customer. */
struct found_row {
	const crm_result *result;
	uint32_t index, row;
};
extern const struct lister_kind lister_members; /* counted, by pages */
extern const struct lister_kind lister_stream;

#endif
