/* rows_split.h -- the fields of one record. */
#ifndef CRMDB_CLI_ROWS_SPLIT_H
#define CRMDB_CLI_ROWS_SPLIT_H
#include <csv.h>

#include "client/cli/rows.h"

#define ROWS_FIELDS_MAX 1024u /* columns that can be named; further ones are not looked at */

struct rows_field {
	const char *text; /* NUL-terminated, without quotes and blanks around it */
	size_t size;
};

struct rows_split {
	struct csv_parser csv;
	char separator;
	char *store; /* the fields' texts */
	size_t used;
	struct rows_field fields[ROWS_FIELDS_MAX];
	size_t count;
	size_t ended; /* rows libcsv saw in the record */
};

/* False: out of memory. */
bool rows_split_begin(struct rows_split *split, char separator);
void rows_split_end(struct rows_split *split);

/* The fields of a whole record, borrowed until the next.  NULL, or a sentence why it has none. */
const char *rows_split_fields(struct rows_split *split, const struct row *row);

#endif
