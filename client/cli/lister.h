/* lister.h -- customers as they come, page by page: never all in memory.
 *
 *   table   tables of at most LISTER_ROWS rows, because a table must know its widths
 *   csv     a line each
 *   json    {"members": [ ... ], "total": 61204, "next": "71999.00:42:9f3a01cc"}
 *
 * To add a kind of list: its name and how its cells are filled, in lister.c.
 */
#ifndef CRMDB_CLI_LISTER_H
#define CRMDB_CLI_LISTER_H
#include "client/cli/cells.h"
#include "client/cli/show.h"

#define LISTER_COLUMNS 12u
#define LISTER_ROWS 10000u

/* What is listed. */
struct lister_kind {
	const char *name; /* in json */
	size_t columns;   /* up to LISTER_COLUMNS */
	bool counted;     /* how many there are in all is known */
	const void *nobody;
	void (*fill)(const struct facts *facts, const void *item, struct cell *cells);
};
extern const struct lister_kind lister_members; /* items: crm_member */
extern const struct lister_kind lister_due;     /* items: crm_due */

struct lister {
	const struct lister_kind *kind;
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
	uint64_t total;   /* of what is counted */
	const char *next; /* cursor; NULL: none */
	int64_t round_trip_us;
};

/* False: out of memory, as below. */
bool lister_begin(struct lister *lister);
bool lister_add(struct lister *lister, const void *item);
/* Print what is left. */
void lister_end(struct lister *lister, const struct lister_end *end);
void lister_free(struct lister *lister);

#endif
