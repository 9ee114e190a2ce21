/* import_options.h -- the command line of crmdb-cli import. */
#ifndef CRMDB_CLI_IMPORT_OPTIONS_H
#define CRMDB_CLI_IMPORT_OPTIONS_H
#include "client/cli/import_person.h"

enum import_header {
	HEADER_NO,
	HEADER_YES,
	HEADER_AUTO
};

struct import_options {
	const char *file;      /* "-": standard input */
	struct import_map map; /* its schema says of which kind the rows are */
	char separator;
	enum import_header header;
	const char *date, *space, *rejects, *uri, *columns; /* NULL: none given, but for date */
	uint32_t batch, in_flight;
	unsigned digits;
	enum import_mode mode;
	bool customers, put, set, clears, whole; /* of customers */
	bool date_given, digits_given, no_points, dry_run;
};

/* Read --map for rows with these fields.  False: *why says what is wrong with it.  Done already
 * when no server knows of more fields: of orders, and in a dry run. */
bool import_options_map(struct import_options *options, const struct import_schema *schema,
			struct import_reason *why);
/* Must the first line be a header? */
bool import_options_need_header(const struct import_options *options);

/* Ends the program with EXIT_USAGE, or after --help. */
void import_options_parse(struct import_options *options, int argc, char **argv);

#endif
