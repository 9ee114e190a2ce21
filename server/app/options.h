/* options.h -- settings of crmdb-server: flags over environment over defaults; see options.def. */
#ifndef CRMDB_APP_OPTIONS_H
#define CRMDB_APP_OPTIONS_H
#include <stdint.h>

#include "server/base/failure.h"

typedef const char *option_text; /* borrowed from argv or the environment; NULL: not given */
typedef uint64_t option_size;    /* bytes; suffixes k, m, g are powers of 1,024 */
typedef uint64_t option_number;
typedef uint64_t option_flag; /* 0 or 1 */

struct options {
#define OPTION(field, flag, type, initial, argument, doc) option_##type field;
#include "server/app/options.def"
};

/* Read environment and arguments.  False: *failure (EXIT_USAGE).  --help and --version print and
 * end the process, as argp does. */
bool options_read(int argc, char **argv, struct options *options, struct failure *failure);

#endif
