/* table.h -- a sheet as a table for people. */
#ifndef CRMDB_CLI_TABLE_H
#define CRMDB_CLI_TABLE_H
#include "client/cli/screen.h"
#include "client/cli/sheet.h"

/* A head of names, then a line a row. */
void table_print(const struct screen *screen, FILE *out, const struct sheet *sheet);
/* For one row of many columns: a line each, name and value. */
void table_print_turned(const struct screen *screen, FILE *out, const struct sheet *sheet);

#endif
