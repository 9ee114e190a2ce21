/* import_cell.h -- one cell of a row, and why it cannot be taken. */
#ifndef CRMDB_CLI_IMPORT_CELL_H
#define CRMDB_CLI_IMPORT_CELL_H
#include "client/cli/import_map.h"

struct import_cell {
	const char *name; /* of the field */
	unsigned column;  /* from 1 */
	const struct rows_field *text;
	struct import_reason *why;
};

/* amount (column 3): it is empty.  Returns false, for `return`. */
bool import_cell_say(const struct import_cell *cell, const char *sentence);
/* day (column 2): "19970231" is ... */
bool import_cell_refuse(const struct import_cell *cell, const char *is);

/* Its text, which may be empty.  False: it is not there, or not UTF-8. */
bool import_cell_find(struct import_cell *cell, const struct rows_split *row);
/* A whole number up to `max`. */
bool import_cell_number(const struct import_cell *cell, uint64_t max, uint64_t *out);
/* The id of a customer. */
bool import_cell_customer(const struct import_cell *cell, uint64_t *out);

#endif
