/* show.h -- show the answer to a statement. */
#ifndef CRMDB_CLI_SHOW_H
#define CRMDB_CLI_SHOW_H
#include "client/cli/facts.h"
#include "client/cli/screen.h"
#include "client/cli/statement.h"
#include "client/crmdb/feed.h"

enum show_format {
	SHOW_TABLE,
	SHOW_JSON,
	SHOW_CSV,
};

/* A well answered statement, the only one of its batch, and how to show it. */
struct shown {
	const struct statement *statement;
	const crm_result *result;
	const struct facts *facts;
	int64_t round_trip_us;
	enum show_format format;
	const struct screen *screen;
	FILE *out;
};

/* False: out of memory. */
bool show_answer(const struct shown *shown);

/* An event of a feed, as a line; the result is none. */
bool show_event(const struct shown *shown, const crm_event *event, bool first);

/* Between the parts of a sentence; and between what was and what is. */
const char *show_dot(const struct screen *screen);
const char *show_arrow(const struct screen *screen);
/* "round trip 0.52 ms" */
void show_round_trip(FILE *out, int64_t us);

#endif
