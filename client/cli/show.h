/* show.h -- show the answer to a statement. */
#ifndef CRMDB_CLI_SHOW_H
#define CRMDB_CLI_SHOW_H
#include "client/cli/screen.h"
#include "client/cli/statement.h"

enum show_format {
	SHOW_TABLE,
	SHOW_JSON,
};

/* A well answered statement, the only one of its batch. */
struct shown {
	const struct statement *statement;
	const crm_result *result;
	int64_t round_trip_us;
};

/* False: out of memory. */
bool show_answer(const struct shown *shown, enum show_format format, const struct screen *screen,
		 FILE *out);

#endif
