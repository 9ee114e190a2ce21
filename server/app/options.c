/* options.c -- argp over the table of options.def; the environment first, flags over it.
 *
 * To add a setting: a row in options.def.
 */
#include "server/app/options.h"

#include <argp.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *argp_program_version = "crmdb-server " CRMDB_VERSION;

enum key {
	KEY_FIRST = 0x100,
#define OPTION(field, flag, type, initial, argument, doc) KEY_##field,
#include "server/app/options.def"
};

enum type {
	TYPE_text,
	TYPE_size,
	TYPE_number,
	TYPE_flag
};

struct row {
	const char *flag;
	enum type type;
	size_t offset; /* in struct options */
};

static const struct row rows[] = {
#define OPTION(field, flag, type, initial, argument, doc)                                          \
	{flag, TYPE_##type, offsetof(struct options, field)},
#include "server/app/options.def"
};

static const struct argp_option flags[] = {
#define OPTION(field, flag, type, initial, argument, doc) {flag, KEY_##field, argument, 0, doc, 0},
#include "server/app/options.def"
    {0},
};

struct reading {
	struct options *options;
	struct failure *failure;
};

static bool read_integer(const char *text, bool suffixed, uint64_t *value)
{
	static const char units[] = "kmg";
	char *end;
	errno = 0;
	unsigned long long number = strtoull(text, &end, 10);
	if (errno != 0 || text[0] < '0' || text[0] > '9')
		return false;
	unsigned shift = 0;
	const char *unit = *end == '\0' ? NULL : strchr(units, *end | 0x20);
	if (suffixed && unit != NULL && end[1] == '\0') {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
	}
	*value = (uint64_t)number << shift;
	return *end == '\0' && *value >> shift == number;
}

static bool set(struct options *options, const struct row *row, const char *text)
{
	char *field = (char *)options + row->offset;
	uint64_t value = 1;
	if (row->type == TYPE_text) {
		memcpy(field, &text, sizeof text);
		return true;
	}
	if (row->type == TYPE_flag && (text == NULL || strcmp(text, "1") == 0))
		value = 1;
	else if (!read_integer(text, row->type == TYPE_size, &value))
		return false;
	memcpy(field, &value, sizeof value);
	return true;
}

static bool set_or_explain(struct reading *reading, const struct row *row, const char *from,
			   const char *text)
{
	if (set(reading->options, row, text))
		return true;
	return failure_set(reading->failure, EXIT_USAGE, "%s: \"%s\" is not a %s", from, text,
			   row->type == TYPE_size ? "size such as 512m or 2g" : "whole number");
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct reading *reading = state->input;
	if (key == ARGP_KEY_ARG) {
		failure_set(reading->failure, EXIT_USAGE, "unexpected argument \"%s\": see --help",
			    text);
		return EINVAL;
	}
	if (key <= KEY_FIRST || key > KEY_FIRST + (int)(sizeof rows / sizeof rows[0]))
		return ARGP_ERR_UNKNOWN;
	const struct row *row = &rows[key - KEY_FIRST - 1];
	char from[64];
	snprintf(from, sizeof from, "--%s", row->flag);
	return set_or_explain(reading, row, from, text) ? 0 : EINVAL;
}

/* CRMDB_JOURNAL_BYTES for journal-bytes. */
static void variable_name(const char *flag, char *name, size_t size)
{
	size_t at = (size_t)snprintf(name, size, "CRMDB_");
	for (; *flag != '\0' && at + 1 < size; flag++, at++)
		name[at] = *flag == '-' ? '_' : (char)(*flag >= 'a' ? *flag - 'a' + 'A' : *flag);
	name[at] = '\0';
}

static bool read_environment(struct reading *reading)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char name[64];
		variable_name(rows[i].flag, name, sizeof name);
		const char *text = getenv(name);
		if (text != NULL && !set_or_explain(reading, &rows[i], name, text))
			return false;
	}
	return true;
}

bool options_read(int argc, char **argv, struct options *options, struct failure *failure)
{
	static const char doc[] =
	    "In-memory CRM database server: customers, their points, every fact durable."
	    "\vBYTES takes k, m and g, as in 512m.  Each flag can be given in the environment: "
	    "--journal-bytes as CRMDB_JOURNAL_BYTES.\n\nExit status: 0 stopped, 2 settings, 3 "
	    "directory, 4 damage, 5 address, 6 storage failed, 7 memory.";
	static const struct argp argp = {.options = flags, .parser = parse, .doc = doc};
	*options = (struct options){
#define OPTION(field, flag, type, initial, argument, doc) .field = initial,
#include "server/app/options.def"
	};
	struct reading reading = {options, failure};
	failure->text[0] = '\0';
	if (!read_environment(&reading))
		return false;
	argp_err_exit_status = EXIT_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &reading) == 0)
		return true;
	return failure->text[0] != '\0' ? false : failure_set(failure, EXIT_USAGE, "bad arguments");
}
