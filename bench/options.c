/* options.c -- see options.h.
 *
 * To add an option: a row in `rows` (glibc's argp makes --help of it), a case in option_take or a
 * row in `numbers`, a member of struct options, and a line in bench/README.md.
 */
#include "bench/options.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"

#define USAGE_STATUS 2
#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define CUSTOMERS_MOST UINT64_C(1000000000) /* zipf ranks are scattered below 2^32 */
#define LANES_MOST 4096u
#define DEPTH_MOST 1024u
#define TOUCH_MOST 4096u
#define RATE_MOST 100000000u
#define DAYS_MOST 10000u
#define COMMAND_BYTES 128u  /* more than any command of the load */
#define SOCKET_BYTES 65536u /* less than any socket's buffer */

enum option_key {
	KEY_URI = 'u',
	KEY_SERVER = 's',
	KEY_DATA = 'd',
	KEY_WORKLOAD = 'w',
	KEY_CUSTOMERS = 'n',
	KEY_CONNECTIONS = 'c',
	KEY_THREADS = 't',
	KEY_BATCH = 'b',
	KEY_DEPTH = 'D',
	KEY_DURATION = 'S',
	KEY_JSON = 'j',
	KEY_WARMUP = 0x100,
	KEY_SEED,
	KEY_DISTRIBUTION,
	KEY_KEYS,
	KEY_TCP,
	KEY_SERVER_PID,
	KEY_TOUCH,
	KEY_TIMEOUT,
	KEY_POPULATION,
	KEY_SAME_DAY,
	KEY_PEOPLE,
	KEY_DAYS,
	KEY_LIMIT,
	KEY_RATE,
	KEY_EXPORT
};

static const char *const workload_names[] = {"earn",   "get",      "order",   "count", "page",
					     "matrix", "segments", "profile", "find",  "set"};
static const char *const distribution_names[] = {"uniform", "zipf"};
static const char *const keys_names[] = {"timed", "ref"};

static const struct argp_option rows[] = {
    {NULL, 0, NULL, 0, "Server", 1},
    {"uri", KEY_URI, "URI", 0,
     "Measure the server at crmdb://host:port or unix:///path (default $CRMDB_URI): "
     "the run creates customers and earns points there, for good",
     0},
    {"server-pid", KEY_SERVER_PID, "PID", 0, "Its process, to report its CPU (same machine)", 0},
    {"server", KEY_SERVER, "PROGRAM", 0,
     "Start this crmdb-server on a scratch directory, measure its CPU and disk, stop it at the end",
     0},
    {"data", KEY_DATA, "DIR", 0,
     "Data directory for --server, kept afterwards (default a scratch directory in $TMPDIR or "
     "/var/tmp, removed); with --uri: directory on the server's disk, for the flush probe",
     0},
    {"tcp", KEY_TCP, NULL, 0, "Let --server listen on loopback TCP, not on a Unix socket", 0},
    {NULL, 0, NULL, 0, "Load", 2},
    {"workload", KEY_WORKLOAD, "NAME", 0,
     "earn (durable credits), get, order (purchases), count, page, matrix, segments (the "
     "questions of many fields beside earns), profile, find (by phone) or set (a name, durable) "
     "(default earn)",
     0},
    {"population", KEY_POPULATION, NULL, 0,
     "Create the customers with three years of orders, a quarter of them prospects; always so for "
     "order, count, page and matrix",
     0},
    {"people", KEY_PEOPLE, NULL, 0,
     "Create them with a name and a phone, if without orders; always so for profile, find and set",
     0},
    {"same-day", KEY_SAME_DAY, NULL, 0,
     "Create them with one order each instead, all of the first day: with --days 31 and more, "
     "days on which every customer changes",
     0},
    {"days", KEY_DAYS, "N", 0,
     "Turn the programme's day N times while measuring, which needs a day that is set by hand, as "
     "that of --server; asks about sets beside it (default 0)",
     0},
    {"rate", KEY_RATE, "N", 0,
     "segments: earns a second beside the questions (default 0: half of what a closed loop "
     "reaches first)",
     0},
    {"limit", KEY_LIMIT, "N", 0, "Customers of a page (default 100)", 0},
    {"customers", KEY_CUSTOMERS, "N", 0,
     "Customers 1 to N, created first where missing (default 1000000)", 0},
    {"distribution", KEY_DISTRIBUTION, "NAME", 0,
     "Which customers: uniform or zipf, theta 0.99 (default uniform)", 0},
    {"connections", KEY_CONNECTIONS, "N", 0, "Connections (default 1)", 0},
    {"threads", KEY_THREADS, "N", 0,
     "Load threads, which share the connections (default 2, or as many as connections when "
     "batch x depth is over 512)",
     0},
    {"batch", KEY_BATCH, "N", 0, "Commands in a frame (default 1)", 0},
    {"depth", KEY_DEPTH, "N", 0, "Frames in flight on a connection (default 1)", 0},
    {"keys", KEY_KEYS, "KIND", 0,
     "Keys of writes: timed (fresh ones) or ref (made from a text) (default timed)", 0},
    {"duration", KEY_DURATION, "SECONDS", 0, "Time measured (default 10)", 0},
    {"warmup", KEY_WARMUP, "SECONDS", 0, "Time before it, not measured (default 1)", 0},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "Longest wait for a reply (default 10)", 0},
    {"touch", KEY_TOUCH, "GIB", 0,
     "Use this much memory first and give it back: in a virtual machine the first use of memory "
     "can be 30 times slower than the next (default 0)",
     0},
    {"seed", KEY_SEED, "N", 0, "Seed of customers and points (default 1)", 0},
    {NULL, 0, NULL, 0, "Report", 3},
    {"json", KEY_JSON, "FILE", 0, "Also write the report as JSON (- for standard output)", 0},
    {"export", KEY_EXPORT, "FILE", 0,
     "segments: also write what the scan read of each customer, as CSV", 0},
    {NULL, 0, NULL, 0, NULL, 0}};

/* Options that are whole numbers within bounds. */
static const struct number {
	int key;
	size_t offset; /* of a u32 in struct options */
	uint64_t least, most;
} numbers[] = {
    {KEY_CONNECTIONS, offsetof(struct options, connections), 1, LANES_MOST},
    {KEY_THREADS, offsetof(struct options, threads), 1, LANES_MOST},
    {KEY_BATCH, offsetof(struct options, batch), 1, LIMIT_FRAME_COMMANDS},
    {KEY_DEPTH, offsetof(struct options, depth), 1, DEPTH_MOST},
    {KEY_TOUCH, offsetof(struct options, touch_gib), 0, TOUCH_MOST},
    {KEY_DAYS, offsetof(struct options, days), 0, DAYS_MOST},
    {KEY_RATE, offsetof(struct options, rate), 0, RATE_MOST},
    {KEY_LIMIT, offsetof(struct options, limit), 1, LIMIT_MEMBERS_PAGE},
};

/* Name of the option `key`, one of `rows`. */
static const char *row_name(int key)
{
	const struct argp_option *row = rows;
	while (row->key != key)
		row++;
	return row->name;
}

static uint64_t number_take(struct argp_state *state, int key, const char *text, uint64_t least,
			    uint64_t most)
{
	char *end = NULL;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value < least ||
	    value > most)
		argp_error(state, "--%s: \"%s\" is not a whole number from %llu to %llu",
			   row_name(key), text, (unsigned long long)least,
			   (unsigned long long)most);
	return value;
}

static double seconds_take(struct argp_state *state, int key, const char *text, double least)
{
	char *end = NULL;
	double value = strtod(text, &end);
	if (end == text || *end != '\0' || !isfinite(value) || value < least || value > 86400.0)
		argp_error(state, "--%s: \"%s\" is not a number of seconds from %g to 86400",
			   row_name(key), text, least);
	return value;
}

/* The place of `text` in the names. */
static int choice_take(struct argp_state *state, int key, const char *text,
		       const char *const *names, size_t count)
{
	char known[128];
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(text, names[i]) == 0)
			return (int)i;
		used += (size_t)snprintf(known + used, sizeof known - used, "%s%s",
					 i == 0 ? "" : ", ", names[i]);
	}
	argp_error(state, "--%s: \"%s\" is not one of %s", row_name(key), text, known);
	return 0;
}

static error_t number_option_take(int key, const char *text, struct argp_state *state)
{
	struct options *options = state->input;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		const struct number *number = &numbers[i];
		if (number->key != key)
			continue;
		uint32_t value =
		    (uint32_t)number_take(state, key, text, number->least, number->most);
		memcpy((char *)options + number->offset, &value, sizeof value);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t load_option_take(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case KEY_WORKLOAD:
		options->workload = (enum options_workload)choice_take(
		    state, key, text, workload_names, COUNT(workload_names));
		return 0;
	case KEY_DISTRIBUTION:
		options->distribution = (enum options_distribution)choice_take(
		    state, key, text, distribution_names, COUNT(distribution_names));
		return 0;
	case KEY_KEYS:
		options->keys =
		    (enum options_keys)choice_take(state, key, text, keys_names, COUNT(keys_names));
		return 0;
	case KEY_CUSTOMERS:
		options->customers = number_take(state, key, text, 2, CUSTOMERS_MOST);
		return 0;
	case KEY_SEED:
		options->seed = number_take(state, key, text, 0, UINT64_MAX);
		return 0;
	case KEY_DURATION:
		options->duration_s = seconds_take(state, key, text, 0.1);
		return 0;
	case KEY_WARMUP:
		options->warmup_s = seconds_take(state, key, text, 0);
		return 0;
	case KEY_TIMEOUT:
		options->timeout_s = seconds_take(state, key, text, 0.001);
		return 0;
	default:
		return number_option_take(key, text, state);
	}
}

/* May the frames in flight be more than a socket takes at once?  A thread then waits for one
 * connection alone. */
static bool options_bulky(const struct options *options)
{
	return (uint64_t)options->batch * options->depth * COMMAND_BYTES > SOCKET_BYTES;
}

static void options_settle(struct options *options, struct argp_state *state)
{
	if (options->workload >= WORKLOAD_PROFILE)
		options->people = true;
	else if (options->workload != WORKLOAD_EARN && options->workload != WORKLOAD_GET)
		options->population = true;
	if (state->arg_num == 0)
		argp_usage(state);
	if (options->server != NULL && options->uri != NULL)
		argp_error(state, "give --server or --uri, not both");
	if (options->server != NULL && options->server_pid != 0)
		argp_error(state, "--server-pid is for a server given by --uri");
	if (options->server == NULL && options->tcp)
		argp_error(state, "--tcp is for --server");
	if (options->server == NULL && options->uri == NULL)
		options->uri = getenv("CRMDB_URI");
	if (options->server == NULL && (options->uri == NULL || options->uri[0] == '\0'))
		argp_error(state, "give --server PROGRAM (a server of its own) or --uri URI: the "
				  "run creates customers and earns points there, for good");
	if (options->threads == 0)
		options->threads = options_bulky(options) ? options->connections : 2;
	if (options->threads > options->connections)
		options->threads = options->connections;
	if (options_bulky(options) && options->threads < options->connections)
		argp_error(state, "with so much in flight each connection needs a thread: leave "
				  "out --threads, or lower --batch or --depth");
}

static error_t option_take(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case KEY_URI:
		options->uri = text;
		return 0;
	case KEY_SERVER:
		options->server = text;
		return 0;
	case KEY_DATA:
		options->data = text;
		return 0;
	case KEY_JSON:
		options->json = text;
		return 0;
	case KEY_EXPORT:
		options->export = text;
		return 0;
	case KEY_TCP:
		options->tcp = true;
		return 0;
	case KEY_PEOPLE:
		options->people = true;
		return 0;
	case KEY_SAME_DAY:
		options->same_day = true;
		options->population = true;
		return 0;
	case KEY_POPULATION:
		options->population = true;
		return 0;
	case KEY_SERVER_PID:
		options->server_pid = (pid_t)number_take(state, key, text, 1, INT_MAX);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0 || strcmp(text, "run") != 0)
			argp_error(state, "%s is not a command; the command is run", text);
		return 0;
	case ARGP_KEY_END:
		options_settle(options, state);
		return 0;
	default:
		return load_option_take(key, text, state);
	}
}

const char *argp_program_version = "crmdb-bench " CRMDB_VERSION;

void options_parse(struct options *options, int argc, char **argv)
{
	const struct argp argp = {
	    rows,
	    option_take,
	    "run",
	    "Measure a crmdb server in closed loop: every connection keeps --depth frames of "
	    "--batch commands in flight and sends the next when a reply arrives."
	    "\vThe exit status is 0 for a valid measurement, 1 for an INVALID one, 2 for wrong "
	    "usage, 3 when there is no server to measure.  See bench/README.md.",
	    NULL,
	    NULL,
	    NULL};
	*options = (struct options){.customers = 1000000,
				    .seed = 1,
				    .connections = 1,
				    .batch = 1,
				    .depth = 1,
				    .limit = LIMIT_MEMBERS_PAGE_DEFAULT,
				    .duration_s = 10,
				    .warmup_s = 1,
				    .timeout_s = 10};
	argp_err_exit_status = USAGE_STATUS;
	argp_parse(&argp, argc, argv, 0, NULL, options);
}

const char *options_workload_name(enum options_workload workload)
{
	return workload_names[workload];
}

const char *options_distribution_name(enum options_distribution distribution)
{
	return distribution_names[distribution];
}

const char *options_keys_name(enum options_keys keys)
{
	return keys_names[keys];
}
