/* import.c -- crmdb-cli import.
 *
 *   file --rows--> record --rows_split--> fields --kind--> order or person --import_send--> server
 *                     \________________________\________________________\____ rejected, reported
 *
 * One pass, in bounded memory but for the counts of equal rows (orders) or a turn a customer.  Only
 * what is about the whole file ends it early: the file, the header, the connection, memory.
 */
#include "client/cli/import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/cli/import_added.h"
#include "client/cli/import_options.h"
#include "client/cli/import_order.h"
#include "client/cli/import_send.h"
#include "client/cli/options.h"
#include "client/clock.h"
#include "protocol/errors.h"

#define INPUT_BYTES (1u << 18) /* read at once */

struct import {
	struct import_options options;
	struct import_order order;   /* when the rows are orders */
	struct import_person person; /* when they are customers */
	struct import_added added;   /* fields they can have */
	const struct import_kind *kind;
	void *reader; /* one of the two */
	struct import_report report;
	struct import_sender sender;
	struct rows rows;
	struct rows_split split;
	FILE *in;
	bool begun;  /* the first record is behind */
	bool unsent; /* the sender's error is still to be told */
	int status;  /* why it ended early, when not EXIT_FINE */
};

/* Ends the import.  Returns false, for `return`. */
static bool stop(struct import *import, int status)
{
	import->status = status;
	return false;
}

static bool out_of_memory(struct import *import)
{
	import_report_say(&import->report, "out of memory at line %" PRIu64, import->rows.line);
	return stop(import, EXIT_REFUSED);
}

/* --- before the first row --- */

static bool open_file(struct import *import)
{
	struct stat stat;
	const char *file = import->options.file;
	import->in = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	if (import->in == NULL || fstat(fileno(import->in), &stat) != 0 || S_ISDIR(stat.st_mode)) {
		import_report_say(&import->report, "%s cannot be read: %s", file,
				  import->in == NULL ? strerror(errno) : "it is a directory");
		return stop(import, EXIT_USAGE);
	}
	setvbuf(import->in, NULL, _IOFBF, INPUT_BYTES);
	import->report.of_bytes = S_ISREG(stat.st_mode) ? (uint64_t)stat.st_size : 0;
	return true;
}

static bool open_rejects(struct import *import)
{
	const char *path = import->options.rejects;
	const char *why =
	    path == NULL ? NULL : import_report_open(&import->report, path, import->in);
	if (why == NULL)
		return true;
	import_report_say(&import->report, "--rejects %s cannot be written: %s", path, why);
	return stop(import, EXIT_USAGE);
}

static bool unreachable(struct import *import, const crm_error *error)
{
	import_report_say(&import->report, "%s (%s)", error->message, error->name);
	if (error->hint[0] != '\0')
		import_report_say(&import->report, "hint: %s", error->hint);
	return stop(import, error->code == ERROR_BAD_URI ? EXIT_USAGE : EXIT_UNKNOWN);
}

/* What the server alone knows. */
static bool ask_server(struct import *import)
{
	const struct import_options *options = &import->options;
	crm_error error;
	crm_server facts;
	if (options->dry_run)
		return true;
	crm_client *client = crm_open(options->uri, &error);
	if (client == NULL)
		return unreachable(import, &error);
	crm_server_facts(client, &facts);
	crm_status status =
	    options->customers ? import_added_ask(&import->added, client, &error) : CRM_OK;
	crm_close(client);
	if (status != CRM_OK)
		return unreachable(import, &error);
	import->order.rules.digits = facts.currency_digits;
	memcpy(import->person.rules.salt, facts.salt, sizeof import->person.rules.salt);
	return true;
}

static bool say_map(struct import *import, const struct import_reason *why)
{
	import_report_say(&import->report, "--map: %s", why->text);
	return stop(import, EXIT_USAGE);
}

static bool read_map(struct import *import)
{
	struct import_reason why;
	return import->options.dry_run || !import->options.customers ||
	       import_options_map(&import->options, &import->added.schema, &why) ||
	       say_map(import, &why);
}

static bool connect_server(struct import *import)
{
	const struct import_options *options = &import->options;
	if (options->dry_run)
		return true;
	import->sender.kind = import->kind;
	import->sender.reader = import->reader;
	import->sender.report = &import->report;
	import->sender.batch_size = options->batch;
	import->sender.in_flight = options->in_flight;
	return import_send_begin(&import->sender, options->uri) ||
	       unreachable(import, &import->sender.error);
}

static void choose_kind(struct import *import)
{
	const struct import_options *options = &import->options;
	import->order.rules = (struct import_order_rules){.map = &options->map,
							  .date = options->date,
							  .digits = options->digits,
							  .space = options->space,
							  .no_points = options->no_points};
	import->person.rules =
	    (struct import_person_rules){.fields = {&options->map, options->clears, options->whole},
					 .space = options->space,
					 .mode = options->mode,
					 .alone = options->dry_run};
	import->kind = options->customers ? &import_person_kind : &import_order_kind;
	import->reader = options->customers ? (void *)&import->person : &import->order;
}

static bool begin(struct import *import)
{
	const struct import_options *options = &import->options;
	const char *terminal = getenv("TERM");
	import->report.screen = screen_detect();
	import->report.dry = options->dry_run;
	import->report.people = options->customers;
	import->report.shows =
	    isatty(STDERR_FILENO) && terminal != NULL && strcmp(terminal, "dumb");
	choose_kind(import);
	if (!open_file(import) || !ask_server(import) || !read_map(import) ||
	    !open_rejects(import) || !connect_server(import))
		return false;
	import->report.began_us = clock_now_us();
	return (rows_begin(&import->rows, import->in, options->separator) &&
		rows_split_begin(&import->split, options->separator)) ||
	       out_of_memory(import);
}

/* --- rows --- */

/* The first record is a header: find the columns in it. */
static bool take_header(struct import *import)
{
	struct import_map *map = &import->options.map;
	struct import_reason why;
	import->person.rules.cells = import->split.count;
	if (!import_map_resolve(map, &import->split, &why))
		return say_map(import, &why);
	if (!import->options.customers)
		return true;
	import_map_adopt(map, &import->split, &why);
	if (why.text[0] != '\0')
		import_report_say(&import->report, "columns not imported: %s", why.text);
	return import_map_is_complete(map, &why) || say_map(import, &why);
}

/* The first record: *skip when it is the header. */
static bool take_first(struct import *import, bool *skip)
{
	struct import_options *options = &import->options;
	import->begun = true;
	*skip =
	    options->header == HEADER_YES || import_options_need_header(options) ||
	    (options->header == HEADER_AUTO && import_map_is_header(&options->map, &import->split));
	return !*skip || take_header(import);
}

static bool send(struct import *import, const struct row *row)
{
	import->report.parsed++;
	if (import->options.dry_run || import_send_row(&import->sender, row))
		return true;
	import->unsent = true;
	return stop(import, EXIT_UNKNOWN);
}

/* A record's fields are there. */
static bool take_fields(struct import *import, const struct row *row)
{
	struct import_reason why;
	bool skip = false;
	if (!import->begun && !take_first(import, &skip))
		return false;
	if (skip)
		return true;
	import->report.rows++;
	switch (import->kind->read(import->reader, &import->split, &why)) {
	case IMPORT_FINE:
		return send(import, row);
	case IMPORT_REJECTED:
		import_report_reject(&import->report, row, why.text);
		return true;
	default:
		return out_of_memory(import);
	}
}

static bool take_row(struct import *import, enum rows_yield yield, const struct row *row)
{
	const char *why = NULL;
	if (yield == ROWS_TOO_LONG)
		why = "the row is over 64 KiB and skipped; here is its beginning";
	else if (yield == ROWS_UNCLOSED)
		why = "a quote opens and never closes: everything after it is skipped";
	else
		why = rows_split_fields(&import->split, row);
	if (why == NULL)
		return take_fields(import, row);
	if (!import->begun && import_options_need_header(&import->options)) {
		import_report_say(&import->report, "the header cannot be read: %s", why);
		return stop(import, EXIT_USAGE);
	}
	import->begun = true;
	import->report.rows++;
	import_report_reject(&import->report, row, why);
	return true;
}

static bool read_all(struct import *import)
{
	struct row row;
	enum rows_yield yield;
	while ((yield = rows_next(&import->rows, &row)) != ROWS_END) {
		if (yield == ROWS_FAILED) {
			import_report_say(&import->report, "%s cannot be read on: %s",
					  import->options.file, strerror(errno));
			return stop(import, EXIT_REFUSED);
		}
		if (!take_row(import, yield, &row))
			return false;
		import_report_progress(&import->report, import->rows.bytes);
	}
	if (import->begun || !import_options_need_header(&import->options))
		return true;
	import_report_say(&import->report,
			  "%s is empty: it has no header with the names of columns",
			  import->options.file);
	return stop(import, EXIT_USAGE);
}

/* --- the end --- */

/* Also after an error of the file, what was sent is settled. */
static void settle(struct import *import)
{
	const struct import_sender *sender = &import->sender;
	if (import->sender.pipeline == NULL)
		return;
	if (!import->unsent && !import_send_finish(&import->sender))
		import->unsent = true;
	if (!import->unsent)
		return;
	stop(import, EXIT_UNKNOWN);
	import_report_say(&import->report, "%s (%s)", sender->error.message, sender->error.name);
	if (sender->acknowledged == 0)
		import_report_say(&import->report, "no row was acknowledged; running the same "
						   "command again is safe");
	else
		import_report_say(&import->report,
				  "every row up to line %" PRIu64 " was acknowledged; running the "
				  "same command again is safe: nothing is recorded twice",
				  sender->acknowledged);
}

static void close_all(struct import *import)
{
	rows_end(&import->rows);
	rows_split_end(&import->split);
	import_order_free(&import->order);
	import_person_free(&import->person);
	import_send_end(&import->sender);
	if (!import_report_close(&import->report)) {
		import_report_say(&import->report, "--rejects %s could not be written",
				  import->options.rejects);
		stop(import, EXIT_REFUSED);
	}
	if (import->in != NULL && import->in != stdin)
		fclose(import->in);
}

/* Where the word import is; 0: nowhere. */
static int place_of_word(int argc, char *const *argv)
{
	int place = 1;
	if (argc > 1 && (strcmp(argv[1], "--uri") == 0 || strcmp(argv[1], "-u") == 0))
		place = 3;
	else if (argc > 1 && strncmp(argv[1], "--uri=", 6) == 0)
		place = 2;
	return place < argc && strcmp(argv[place], "import") == 0 ? place : 0;
}

bool import_is_asked(int argc, char *const *argv)
{
	return place_of_word(argc, argv) > 0;
}

int import_run(int argc, char **argv)
{
	struct import *import = calloc(1, sizeof *import);
	if (import == NULL)
		return EXIT_REFUSED;
	int place = place_of_word(argc, argv);
	memmove(&argv[place], &argv[place + 1], (size_t)(argc - place) * sizeof *argv);
	import_options_parse(&import->options, argc - 1, argv);
	if (begin(import)) {
		read_all(import);
		settle(import);
		if (import->status != EXIT_USAGE)
			import_report_summary(&import->report);
	}
	close_all(import);
	int status = import->status;
	if (status == EXIT_FINE && import->report.rejected > 0)
		status = EXIT_REJECTED;
	free(import);
	return status;
}
