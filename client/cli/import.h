/* import.h -- crmdb-cli import: orders or customers from a delimited file. */
#ifndef CRMDB_CLI_IMPORT_H
#define CRMDB_CLI_IMPORT_H

#include <stdbool.h>

#define EXIT_REJECTED 4 /* rows were; the others are recorded */

/* Is the first word import?  Only --uri may come before it. */
bool import_is_asked(int argc, char *const *argv);
/* Do it.  Returns the exit status. */
int import_run(int argc, char **argv);

#endif
