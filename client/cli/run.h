/* run.h -- execute a statement and show its answer. */
#ifndef CRMDB_CLI_RUN_H
#define CRMDB_CLI_RUN_H
#include "client/cli/options.h"
#include "client/cli/report.h"

struct run {
	crm_client *client;
	const char *uri; /* it was opened with */
	const struct facts *facts;
	const struct options *options;
	const struct statement *statement; /* bound */
	const struct words *words;         /* it was parsed from */
	const struct screen *screen;
};

/* Any statement.  Returns the exit status, as below. */
int run_statement(const struct run *run);

/* listing.c: a segment, page by page. */
int listing_run(const struct run *run);
/* streaming.c: a stream, to its end. */
int streaming_run(const struct run *run);
/* grouping.c: groups, and what is reckoned of them. */
int grouping_run(const struct run *run);
/* saved_list.c: the saved segments, or the fields. */
int saved_list_run(const struct run *run);
/* duelist.c: whom to greet, page by page. */
int duelist_run(const struct run *run);
/* trend_list.c: a line a day. */
int trend_list_run(const struct run *run);

/* tail.c: events as they happen. */
int tail_run(const struct run *run);

/* Execute a batch, adding the time it took to *spent_us.  As crm_exec. */
crm_status run_batch(const struct run *run, crm_batch *batch, crm_result **result, crm_error *error,
		     int64_t *spent_us);
/* Report a command that was refused, with its place in the line where it is known.  Returns the
 * exit status. */
int run_refused(const struct run *run, const crm_error *error);
/* Say that the answer could not be shown, or not be written.  EXIT_FINE: it was. */
int run_shown(const struct run *run, bool fine);

#endif
