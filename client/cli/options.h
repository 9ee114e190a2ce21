/* options.h -- the command line of crmdb-cli. */
#ifndef CRMDB_CLI_OPTIONS_H
#define CRMDB_CLI_OPTIONS_H
#include <stdbool.h>

#include "client/cli/show.h"
#include "client/crmdb/crmdb.h"

#define EXIT_FINE 0
#define EXIT_REFUSED 1
#define EXIT_USAGE 2
#define EXIT_UNKNOWN 3 /* unreachable, late, or outcome unknown */

struct options {
	const char *uri;     /* NULL: CRMDB_URI or the default */
	const char *timeout; /* NULL: the address's or the default */
	enum show_format format;
	bool key_given;
	crm_key key;
	bool yes;            /* do not ask before an erasure */
	const char *command; /* -c; NULL: words */
	char **words;        /* arguments that are no options, in order */
	unsigned word_count;
};

/* Ends the program with EXIT_USAGE, or after --help or --version.  `options->words` is owned by the
 * caller, freed by free(). */
void options_parse(struct options *options, int argc, char **argv);

#endif
