/* import_options.c -- see import_options.h.  A parser of its own: import has many options that mean
 * nothing to other commands. */
#include "client/cli/import_options.h"

#include <argp.h>
#include <string.h>

#include "client/cli/import_order.h"
#include "client/cli/import_send.h"
#include "client/cli/options.h"
#include "protocol/common/ascii.h"
#include "protocol/common/money.h"
#include "protocol/common/number.h"
#include "protocol/common/utf8.h"

enum {
	HEADER = 256,
	DATE,
	IN_FLIGHT,
	NO_POINTS,
	REJECTS,
	DRY_RUN,
	DIGITS,
	PUT,
	SET,
	CLEAR_EMPTY,
	NO_SPLIT
};

static const struct argp_option table[] = {
    {"map", 'm', "MAP", 0,
     "Which column is which field, as customer=1,day=2,amount=4: numbers from 1, or names of the "
     "header line. Fields of orders: customer, day, amount, and optionally items and order (its "
     "id). Of customers: see below; a column whose name is a field's needs no map",
     0},
    {"separator", 's', "CHAR", 0,
     "Between columns: one character, tab, or spaces (runs of blanks, also ' +'); default: a comma",
     0},
    {"header", HEADER, "WHAT", 0, "Is the first line a header? 1, 0 or auto (default)", 0},
    {"namespace", 'n', "TEXT", 0,
     "First part of the ids made for rows: a name of this file, 1 to 24 bytes; importing it again "
     "needs the same name and the same map. Needed for orders without ids; of customers: customers",
     0},
    {"batch", 'b', "N", 0, "Rows in a frame (1000)", 0},
    {"in-flight", IN_FLIGHT, "N", 0, "Frames sent before the first is answered (4)", 0},
    {"rejects", REJECTS, "FILE", 0, "Write rejected rows there: line, reason, row", 0},
    {"dry-run", DRY_RUN, NULL, 0, "Read everything and send nothing; needs no server", 0},
    {"uri", 'u', "URI", 0, "Server: crmdb://host:port or unix:///path", 0},
    {NULL, 0, NULL, 0, "Orders:", 1},
    {"date", DATE, "FORMAT", 0, "How days are written, for strptime (%Y-%m-%d)", 0},
    {"no-points", NO_POINTS, NULL, 0, "Record the orders without points", 0},
    {"currency-digits", DIGITS, "N", 0, "Decimal places of amounts, with --dry-run (2)", 0},
    {NULL, 0, NULL, 0, "Customers:", 2},
    {"customers", 'c', NULL, 0,
     "The rows are customers, not orders: an unknown id is created, of a known one the fields with "
     "a value are changed and the others stay. Fields that were added are known by name, but in a "
     "dry run",
     0},
    {"put", PUT, NULL, 0, "A row is the whole profile: what it does not say is gone", 0},
    {"set", SET, NULL, 0, "Only change customers who exist; others are rejected", 0},
    {"clear-empty", CLEAR_EMPTY, NULL, 0,
     "An empty cell clears its field (default: it says nothing)", 0},
    {"no-split", NO_SPLIT, NULL, 0,
     "A ; belongs to the value; else it divides the values of fields "
     "that have several",
     0},
    {0},
};

static const char about[] =
    "Import orders or customers from a delimited file.\v"
    "Importing a file again changes nothing: each row happens once. An order without an id gets "
    "one "
    "from the namespace, its values and its place among equal rows; a row of a customer is known "
    "by the namespace, the id and the values, so that a changed row is a new one, and a row that "
    "was imported and changed since is imported again only under another --namespace. A row that "
    "cannot be read or is refused is rejected with its line and the reason; the others go on.\n\n"
    "  crmdb-cli import orders.csv --map 'order=id,customer=who,day=when,amount=total'\n"
    "  crmdb-cli import CDNOW_master.txt --separator ' +' --date %Y%m%d \\\n"
    "      --map 'customer=1,day=2,items=3,amount=4' --namespace cdnow\n"
    "  crmdb-cli import people.csv --customers --map 'id=member_no,phone=mobile'\n\n"
    "Without --uri the server is the one of CRMDB_URI, or crmdb://127.0.0.1:7878.\n\n"
    "Exit status: 0 fine, 1 failed here, 2 usage, 3 unreachable or the connection ended (run it "
    "again), 4 rows were rejected.";

static void set_separator(struct import_options *options, const char *text,
			  struct argp_state *state)
{
	if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
		options->separator = '\t';
	else if (strcmp(text, "spaces") == 0 || strcmp(text, " +") == 0)
		options->separator = ROWS_BLANKS;
	else if (strlen(text) == 1 && (*text == '\t' || (*text > ' ' && *text < 0x7f)) &&
		 !ascii_is_digit(*text) && !ascii_is_letter(*text) && *text != '"' && *text != '.')
		options->separator = *text;
	else
		argp_error(
		    state,
		    "--separator: \"%s\" is not one character such as , or ;, tab, or spaces",
		    text);
}

static void set_header(struct import_options *options, const char *text, struct argp_state *state)
{
	if (strcmp(text, "1") == 0)
		options->header = HEADER_YES;
	else if (strcmp(text, "0") == 0)
		options->header = HEADER_NO;
	else if (strcmp(text, "auto") == 0)
		options->header = HEADER_AUTO;
	else
		argp_error(state, "--header: \"%s\" is not 1, 0 or auto", text);
}

static void set_space(struct import_options *options, const char *text, struct argp_state *state)
{
	size_t size = strlen(text);
	if (size == 0 || size > IMPORT_NAMESPACE_BYTES || !utf8_is_valid(text, size))
		argp_error(state, "--namespace: \"%s\" is not 1 to %u bytes of UTF-8", text,
			   IMPORT_NAMESPACE_BYTES);
	options->space = text;
}

/* A number from `least` up. */
static uint32_t number(const char *text, uint32_t least, uint32_t most, struct argp_state *state)
{
	uint64_t value = 0;
	if (number_unsigned(text, most, &value) != NUMBER_FINE || value < least)
		argp_error(state, "\"%s\" is not a number from %u to %u", text, least, most);
	return (uint32_t)value;
}

static void check_orders(const struct import_options *options, struct argp_state *state)
{
	bool has_ids = import_map_has(&options->map, IMPORT_ORDER);
	if (options->columns == NULL)
		argp_error(state, "--map is missing, such as --map customer=1,day=2,amount=3");
	if (!has_ids && options->space == NULL)
		argp_error(state, "no column holds order ids: map one (order=COLUMN), or give "
				  "--namespace, a name of this file to make them from");
	if (has_ids && options->space != NULL)
		argp_error(state, "--namespace is for files without order ids; this one has them");
	if (options->digits_given && !options->dry_run)
		argp_error(state, "--currency-digits is for --dry-run; else the server says it");
	if (!import_date_is_whole(options->date))
		argp_error(state, "--date: \"%s\" does not give a year, a month and a day",
			   options->date);
	if (options->put || options->set || options->clears || options->whole)
		argp_error(state, "--put, --set, --clear-empty and --no-split are for --customers");
}

static void check_customers(struct import_options *options, struct argp_state *state)
{
	if (options->no_points || options->date_given || options->digits_given)
		argp_error(state, "--date, --no-points and --currency-digits are for orders");
	if (options->put && options->set)
		argp_error(state, "--put or --set, not both");
	if (options->put && options->clears)
		argp_error(state, "--put clears every field that has no value: --clear-empty is "
				  "for the other ways");
	if (options->put || options->set)
		options->mode = options->put ? IMPORT_PUT : IMPORT_SET;
	if (options->space == NULL)
		options->space = "customers";
}

bool import_options_need_header(const struct import_options *options)
{
	return import_map_has_names(&options->map) || !import_map_has(&options->map, 0);
}

bool import_options_map(struct import_options *options, const struct import_schema *schema,
			struct import_reason *why)
{
	struct import_map *map = &options->map;
	map->schema = schema;
	if (options->columns != NULL &&
	    (!import_map_parse(map, options->columns, why) ||
	     (!options->customers && !import_map_is_complete(map, why))))
		return false;
	return options->header != HEADER_NO || !import_options_need_header(options) ||
	       import_because(why,
			      "it needs the header that --header 0 denies: give numbers, such as "
			      "%s=1",
			      schema->name(schema, 0));
}

static void check(struct import_options *options, struct argp_state *state)
{
	struct import_reason why;
	if (options->file == NULL)
		argp_error(state, "which FILE? - is standard input");
	if (options->customers)
		check_customers(options, state);
	if ((!options->customers || options->dry_run) &&
	    !import_options_map(
		options, options->customers ? &import_person_schema : &import_order_schema, &why))
		argp_error(state, "--map: %s", why.text);
	if (!options->customers)
		check_orders(options, state);
}

static error_t parse_switch(int key, struct import_options *options)
{
	switch (key) {
	case NO_POINTS:
		return options->no_points = true, 0;
	case DRY_RUN:
		return options->dry_run = true, 0;
	case 'c':
		return options->customers = true, 0;
	case PUT:
		return options->put = true, 0;
	case SET:
		return options->set = true, 0;
	case CLEAR_EMPTY:
		return options->clears = true, 0;
	case NO_SPLIT:
		return options->whole = true, 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct import_options *options = state->input;
	switch (key) {
	case 'm':
		return options->columns = text, 0;
	case 's':
		return set_separator(options, text, state), 0;
	case HEADER:
		return set_header(options, text, state), 0;
	case DATE:
		options->date_given = true;
		return options->date = text, 0;
	case 'n':
		return set_space(options, text, state), 0;
	case 'b':
		return options->batch = number(text, 1, IMPORT_BATCH_MAX, state), 0;
	case IN_FLIGHT:
		return options->in_flight = number(text, 1, IMPORT_IN_FLIGHT_MAX, state), 0;
	case REJECTS:
		return options->rejects = text, 0;
	case DIGITS:
		options->digits_given = true;
		return options->digits = number(text, 0, MONEY_DIGITS_MAX, state), 0;
	case 'u':
		return options->uri = text, 0;
	case ARGP_KEY_ARG:
		if (options->file != NULL)
			argp_error(state, "one FILE at a time: %s and %s", options->file, text);
		return options->file = text, 0;
	case ARGP_KEY_END:
		return check(options, state), 0;
	default:
		return parse_switch(key, options);
	}
}

/* The fields of a customer, behind the rest of the help. */
static char *add_fields(int key, const char *text, void *input)
{
	const struct import_schema *schema = &import_person_schema;
	static char list[2048];
	size_t used = 0;
	(void)input;
	if (key != ARGP_KEY_HELP_EXTRA)
		return (char *)(uintptr_t)text;
	for (size_t field = 0; field < schema->count(schema) && used < sizeof list; field++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
					 field == 0 ? "Fields of customers: " : ", ",
					 schema->name(schema, field));
	return strdup(list);
}

void import_options_parse(struct import_options *options, int argc, char **argv)
{
	static char name[] = "crmdb-cli import";
	static const struct argp argp = {.options = table,
					 .parser = parse_option,
					 .args_doc = "FILE",
					 .doc = about,
					 .help_filter = add_fields};
	*options = (struct import_options){.separator = ',',
					   .header = HEADER_AUTO,
					   .date = "%Y-%m-%d",
					   .batch = 1000,
					   .in_flight = 4,
					   .digits = 2};
	argp_err_exit_status = EXIT_USAGE;
	argv[0] = name;
	argp_parse(&argp, argc, argv, 0, NULL, options);
}
