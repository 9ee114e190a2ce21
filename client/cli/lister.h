/* lister.h -- rows as they come, page by page: never all in memory.
 *
 *   table   tables of at most LISTER_ROWS rows, because a table must know its widths
 *   csv     a line each
 *   json    {"members": [ ... ], "total": 61204, "next": "7199900:42:9f3a01cc"}
 *
 * To add a kind of list: its name and how its cells are filled, in a file beside lister_due.c.
 */
#ifndef CRMDB_CLI_LISTER_H
#define CRMDB_CLI_LISTER_H
#include "client/cli/cells.h"
#include "client/cli/show.h"

#define LISTER_ROWS 10000u

struct lister;

/* What is listed. */
struct lister_kind {
	const char *name; /* in json */
	bool counted;     /* how many there are in all is known */
	bool paged;       /* it can go on later */
	/* Cells of an item; of NULL their names. */
	void (*fill)(struct lister *lister, const void *item, struct cell *cells);
};
#define LISTER_DUE_COLUMNS 6u
extern const struct lister_kind lister_due; /* lister_due.c; items: crm_due */

struct lister_text;

struct lister {
	const struct lister_kind *kind;
	size_t columns;
	const void *context; /* what `fill` needs to know */
	const struct facts *facts;
	const struct screen *screen;
	enum show_format format;
	FILE *out;
	struct cell *cells; /* TABLE: rows not printed yet; else one */
	size_t rows;
	uint64_t shown;            /* rows ever */
	struct lister_text *texts; /* of the cells */
	bool failed;               /* out of memory */
};

/* What is said at the end. */
struct lister_end {
	uint64_t total;    /* of what is counted */
	const char *next;  /* cursor; NULL: none */
	int64_t server_us; /* -1: not said */
	int64_t round_trip_us;
};

/* False: out of memory, as below. */
bool lister_begin(struct lister *lister);
bool lister_add(struct lister *lister, const void *item);
/* Print what is left. */
void lister_end(struct lister *lister, const struct lister_end *end);
void lister_free(struct lister *lister);

/* A cell of a text that is kept until its row is printed. */
struct cell lister_text_cell(struct lister *lister, const char *name, crm_text text);

#endif
