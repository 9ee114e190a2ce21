/* commas.h -- a sheet as CSV (RFC 4180, with LF at the end of a line). */
#ifndef CRMDB_CLI_COMMAS_H
#define CRMDB_CLI_COMMAS_H
#include <stdio.h>

#include "client/cli/sheet.h"

/* The line of names, and then the rows. */
void commas_print_head(FILE *out, const struct sheet *sheet);
void commas_print_rows(FILE *out, const struct sheet *sheet);
/* Both. */
void commas_print(FILE *out, const struct sheet *sheet);

#endif
