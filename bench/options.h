/* options.h -- what crmdb-bench was asked to do. */
#ifndef CRMDB_BENCH_OPTIONS_H
#define CRMDB_BENCH_OPTIONS_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum options_workload {
	WORKLOAD_EARN,
	WORKLOAD_GET,
	WORKLOAD_ORDER,
	WORKLOAD_COUNT,
	WORKLOAD_PAGE,
	WORKLOAD_MATRIX,
	WORKLOAD_SEGMENTS,
	WORKLOAD_PROFILE,
	WORKLOAD_FIND,
	WORKLOAD_SET
};

enum options_distribution {
	DISTRIBUTION_UNIFORM,
	DISTRIBUTION_ZIPF
};

enum options_keys {
	KEYS_TIMED, /* the client library's fresh keys */
	KEYS_REF    /* keys made from a text, which the server remembers for ever */
};

struct options {
	const char *uri;    /* server that runs already ($CRMDB_URI too), NULL with `server` */
	const char *server; /* program to start instead, or NULL */
	const char *data;   /* its data directory, or NULL for a scratch directory */
	const char *export; /* segments: file to write all customers to, or NULL */
	const char *json;   /* file to write, "-" for standard output, or NULL */
	pid_t server_pid;   /* process of `uri`'s server, or 0 */
	bool tcp;           /* own server on loopback TCP, not on a Unix socket */
	bool population;    /* customers have their orders of years */
	bool people;        /* customers have profiles */
	enum options_workload workload;
	enum options_distribution distribution;
	enum options_keys keys;
	uint64_t customers;
	uint64_t seed;
	uint32_t connections, threads, batch, depth;
	uint32_t limit;     /* page: customers of one */
	uint32_t rate;      /* segments: earns a second; 0: half of what goes */
	uint32_t touch_gib; /* of memory, before anything else */
	uint32_t days;      /* to turn while measuring */
	bool same_day;      /* the population: one order each, all of one day */
	double duration_s, warmup_s, timeout_s;
};

/* Read the command line.  On bad usage or --help says so and ends the process (status 2 or 0).
 * Strings are borrowed from argv and the environment.  One of `uri` and `server` is there. */
void options_parse(struct options *options, int argc, char **argv);

/* Names as the command line spells them.  Static. */
const char *options_workload_name(enum options_workload workload);
const char *options_distribution_name(enum options_distribution distribution);
const char *options_keys_name(enum options_keys keys);

#endif
