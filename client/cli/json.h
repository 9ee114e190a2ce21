/* json.h -- a sheet as JSON for programs. */
#ifndef CRMDB_CLI_JSON_H
#define CRMDB_CLI_JSON_H
#include <stdio.h>

#include "client/cli/sheet.h"

/* One object.  False: out of memory, as below. */
bool json_print(FILE *out, const struct sheet *sheet);
/* One object on a part of a line. */
bool json_print_row(FILE *out, const struct cell *cells, size_t columns);
/* {"<name>": [ one object a row ]}. */
bool json_print_list(FILE *out, const char *name, const struct sheet *sheet);
/* {"<name>": [ one object a row ], "next": ... }; next is null when it is 0. */
bool json_print_page(FILE *out, const char *name, const struct sheet *sheet, uint64_t next);

#endif
