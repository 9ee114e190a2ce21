/* import_report.h -- what an import says: rejected rows, progress, the summary. */
#ifndef CRMDB_CLI_IMPORT_REPORT_H
#define CRMDB_CLI_IMPORT_REPORT_H
#include "client/cli/rows.h"
#include "client/cli/screen.h"

#define IMPORT_TOLD 10u /* rejected rows told on stderr; the others are counted */

struct import_report {
	struct screen screen;
	FILE *rejects;     /* owned; NULL: none wanted */
	bool dry;          /* nothing is sent */
	bool people;       /* rows are customers */
	bool shows;        /* progress */
	uint64_t of_bytes; /* size of the file; 0: not known */
	int64_t began_us, shown_us;

	uint64_t rows, parsed, recorded, repeated, rejected, created;
};

/* Open the file of rejected rows, unless it is the one read.  NULL, or why not; static or of
 * strerror. */
const char *import_report_open(struct import_report *report, const char *path, FILE *in);
/* False: the rejected rows could not be written. */
bool import_report_close(struct import_report *report);

/* A row is rejected: `line`, why, and the row as it was. */
void import_report_reject(struct import_report *report, const struct row *row, const char *reason);
/* At most once a second. */
void import_report_progress(struct import_report *report, uint64_t bytes);
void import_report_summary(struct import_report *report);

/* "crmdb-cli: ..." on stderr, with nothing that a terminal would obey. */
__attribute__((format(printf, 2, 3))) void import_report_say(struct import_report *report,
							     const char *format, ...);

#endif
