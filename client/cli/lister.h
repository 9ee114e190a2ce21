/* lister.h -- customers as they come, page by page: never all in memory.
 *
 *   table   tables of at most LISTER_ROWS rows, because a table must know its widths
 *   csv     a line each
 *   json    {"members": [ ... ], "total": 61204, "next": "71999.00:42:9f3a01cc"}
 */
#ifndef CRMDB_CLI_LISTER_H
#define CRMDB_CLI_LISTER_H
#include "client/cli/cells.h"
#include "client/cli/show.h"

#define LISTER_COLUMNS 12u
#define LISTER_ROWS 10000u

struct lister {
	const struct facts *facts;
	const struct screen *screen;
	enum show_format format;
	FILE *out;
	struct cell *cells; /* TABLE: rows not printed yet; else one */
	size_t rows;
	uint64_t shown; /* rows ever */
};

/* What is said at the end. */
struct lister_end {
	uint64_t total;   /* customers of the segment */
	const char *next; /* cursor; NULL: none */
	int64_t round_trip_us;
};

/* False: out of memory, as below. */
bool lister_begin(struct lister *lister);
bool lister_add(struct lister *lister, const crm_member *member);
/* Print what is left. */
void lister_end(struct lister *lister, const struct lister_end *end);
void lister_free(struct lister *lister);

#endif
