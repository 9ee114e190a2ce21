/* server.c -- glues core to libuv, the system's clock and the real store.
 *
 *     start   lock, recover the journal, replay the log, compare the digest, listen
 *     stop    stop listening, finish frames, flush, fold into the log, note the digest
 *
 * Correctness never depends on the stop: a killed server recovers the same state.
 *
 *   I4  If a flush fails the process stops: memory is ahead of disk and must not answer.
 */
#include "server/app/server.h"

#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "protocol/limits.h"
#include "server/app/core.h"
#include "server/app/genesis.h"
#include "server/app/people_start.h"
#include "server/app/recovery.h"
#include "server/app/session.h"
#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/net/net.h"
#include "server/store/store_lmdb.h"

#define ERASE_WITHIN_MOST (31u * 24 * 60 * 60)
#define JOURNAL_LEAST (4 * LIMIT_GROUP_BYTES)
#define OWN_FILES 160u /* journal, log files open at once, directories, loop, surplus clients */

struct server {
	const struct options *options;
	struct memory_system *memory;
	struct engine *engine;
	struct store *store;
	struct core core;
	bool core_opened;
	struct registry *registry;
	_Atomic(struct net *) net; /* the store's threads wake it */
	int64_t drain_until_ms;    /* 0: not draining */
};

/* --- the world as core sees it --- */

static int64_t now_us(void *context)
{
	struct timespec now;
	(void)context;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void submit_job(void *context, enum lane lane, void (*work)(void *), void (*done)(void *),
		       void *job)
{
	struct server *server = context;
	static const enum net_lane lanes[] = {[LANE_LOOKUP] = NET_LANE_LOOKUP,
					      [LANE_HISTORY] = NET_LANE_HISTORY,
					      [LANE_PEOPLE] = NET_LANE_PEOPLE};
	net_submit_job(server->net, lanes[lane], work, done, job);
}

static uint32_t clients(void *context)
{
	struct server *server = context;
	return net_clients(server->net);
}

static size_t memory_used(void *context)
{
	return memory_system_used(context);
}

static void out_send(void *conn, const void *bytes, size_t size)
{
	conn_send(conn, bytes, size);
}

static size_t out_unsent(const void *conn)
{
	return conn_unsent(conn);
}

static void out_close_after_send(void *conn)
{
	conn_close_after_send(conn);
}

static void out_close_now(void *conn)
{
	conn_close(conn);
}

static void out_pause(void *conn)
{
	conn_pause(conn);
}

static void out_resume(void *conn)
{
	conn_resume(conn);
}

static void out_deadline(void *conn, uint32_t ms)
{
	conn_deadline(conn, ms);
}

static const struct wire_out wire_out = {out_send,  out_unsent, out_close_after_send, out_close_now,
					 out_pause, out_resume, out_deadline};

/* --- the core as the network sees it --- */

static void *on_opened(void *context, struct conn *conn)
{
	struct server *server = context;
	return session_open(&server->core, conn, conn_is_surplus(conn));
}

static size_t on_input(void *user, const uint8_t *bytes, size_t size)
{
	return session_input(user, bytes, size);
}

static void on_deadline(void *user)
{
	session_deadline(user);
}

static void on_closed(void *user)
{
	session_closed(user);
}

static void on_woken(void *context)
{
	struct server *server = context;
	core_advanced(&server->core);
}

/* Draining ends when everybody was told and all is durable, or when its time is over. */
static void stop_when_drained(struct server *server)
{
	if (server->drain_until_ms == 0)
		return;
	if (core_is_drained(&server->core) ||
	    net_monotonic_ms(server->net) >= server->drain_until_ms)
		net_stop(server->net);
	else
		net_again_in(server->net, 20);
}

static void on_turn_ended(void *context)
{
	struct server *server = context;
	if (core_turn_ended(&server->core))
		net_again(server->net);
	else
		net_again_in(server->net, core_next_look_ms(&server->core));
	if (registry_due_ms(server->registry) > 0)
		net_again_in(server->net, registry_due_ms(server->registry));
	stop_when_drained(server);
}

static void on_stop_asked(void *context, unsigned times)
{
	struct server *server = context;
	if (times > 1) {
		net_stop(server->net);
		return;
	}
	log_info("stopping", "finishing what is in flight; a second signal stops at once");
	net_stop_listening(server->net);
	core_drain(&server->core);
	server->drain_until_ms = net_monotonic_ms(server->net) + DRAIN_TIMEOUT_MS;
	net_again(server->net);
}

/* --- the store --- */

static void on_advanced(void *context)
{
	struct server *server = context;
	struct net *net = server->net;
	if (net != NULL)
		net_wake(net);
}

static void on_failed(void *context, const struct failure *failure)
{
	(void)context;
	log_error("storage_failed", "%s; stopped at once, so that nothing untrue is answered",
		  failure->text);
	_exit(EXIT_STORAGE); /* I4 */
}

static bool open_store(struct server *server, struct failure *failure)
{
	struct store_lmdb_options options = {
	    .directory = server->options->data,
	    .journal_bytes = server->options->journal_bytes,
	    .log_file_bytes = server->options->log_file_bytes,
	};
	struct store_listener listener = {on_advanced, on_failed, server};
	if (getrandom(&options.new_database, sizeof options.new_database, 0) !=
		sizeof options.new_database ||
	    getrandom(&options.new_seed, sizeof options.new_seed, 0) != sizeof options.new_seed)
		return failure_set(failure, EXIT_DIRECTORY, "the system gives no random numbers");
	server->store = store_lmdb_open(&options, &listener, failure);
	return server->store != NULL;
}

/* --- start --- */

static size_t memory_limit(const struct options *options)
{
	if (options->memory != 0)
		return options->memory;
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	return pages > 0 && page > 0 ? (size_t)pages / 4 * 3 * (size_t)page : 0;
}

static bool open_engine(struct server *server, struct failure *failure)
{
	struct memory memory;
	server->memory = memory_system_open(memory_limit(server->options), &memory);
	if (server->memory != NULL &&
	    !memory_system_prefault(server->memory, server->options->prefault))
		return failure_set(failure, EXIT_MEMORY,
				   "--prefault %" PRIu64 " is more than --memory allows or the "
				   "machine has",
				   server->options->prefault);
	if (server->memory != NULL)
		server->engine = engine_new(&memory);
	return server->engine != NULL ||
	       failure_set(
		   failure, EXIT_MEMORY,
		   "not enough memory to start: %zu bytes are allowed, give a higher --memory",
		   memory_limit(server->options));
}

static bool replay(struct server *server, struct failure *failure)
{
	struct store_identity identity;
	int64_t begin_us = now_us(NULL);
	store_identity(server->store, &identity);
	if (identity.last == 0)
		return true;
	if (!recovery_replay(server->store, server->engine, 0, failure) ||
	    !recovery_compare(&identity, server->engine, failure) ||
	    !genesis_compare(server->options, engine_genesis(server->engine), failure))
		return false;
	log_info("recovered",
		 "%s in %" PRId64 " ms, incarnation %" PRIu64 ", last event %" PRIu64
		 ", digest %016" PRIx64,
		 server->options->data, (now_us(NULL) - begin_us) / 1000, identity.incarnation,
		 engine_applied(server->engine), engine_digest(server->engine));
	return true;
}

/* Everything applied reaches the store: what a stop notes the digest of is what is stored. */
static void wait_until_durable(struct server *server)
{
	struct timespec moment = {0, 200000};
	core_advanced(&server->core);
	core_settle(&server->core);
	while (commit_durable(server->core.commit) < engine_applied(server->engine)) {
		commit_submit(server->core.commit); /* C1: when the one before is durable */
		nanosleep(&moment, NULL);
		core_advanced(&server->core);
	}
}

/* A new directory begins with event 1. */
static bool make_genesis(struct server *server, struct failure *failure)
{
	uint8_t *zone_table = malloc(GENESIS_ZONE_TABLE_BYTES);
	uint8_t tiers[PROGRAMME_TIERS_BYTES];
	struct event event;
	struct genesis_source source = {server->options, &server->core.identity, now_us(NULL),
					zone_table, tiers};
	bool made = zone_table != NULL && genesis_make(&source, &event, failure);
	if (made) {
		core_record(&server->core, &event);
		wait_until_durable(server);
		log_info("created",
			 "%s: a new database, currency %.*s, time zone %.*s, digest %016" PRIx64,
			 server->options->data, (int)event.genesis.currency.size,
			 event.genesis.currency.bytes, (int)event.genesis.zone.size,
			 event.genesis.zone.bytes, engine_digest(server->engine));
	}
	free(zone_table);
	return made;
}

static bool open_core(struct server *server, struct failure *failure)
{
	struct env env = {now_us, submit_job, on_failed, clients, server};
	if (!core_open(&server->core, &env, &wire_out, server->engine, server->store))
		return failure_set(failure, EXIT_MEMORY, "not enough memory to start");
	server->core_opened = true;
	if (!core_limit_questions(&server->core, server->options->query_memory))
		return failure_set(failure, EXIT_MEMORY, "not enough memory to start");
	server->core.memory_limit = memory_limit(server->options);
	server->core.memory_used = memory_used;
	server->core.memory_context = server->memory;
	return engine_applied(server->engine) > 0 || make_genesis(server, failure);
}

/* After genesis: its identity is for good then. */
static bool open_people(struct server *server, struct failure *failure)
{
	server->registry = people_start(server->options, server->store, server->engine, failure);
	server->core.registry = server->registry;
	if (server->registry == NULL)
		return false;
	seal_salt(registry_seal(server->registry), server->core.salt.bytes);
	return true;
}

/* Without passwords and TLS only this machine may connect. */
static bool is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       strncmp(host, "127.", 4) == 0;
}

/* Bound before genesis: an address in use leaves no database with defaults behind. */
static bool listen_on(struct server *server, struct failure *failure)
{
	const struct options *options = server->options;
	struct net_handlers handlers = {on_opened, on_input,      on_deadline,   on_closed,
					on_woken,  on_turn_ended, on_stop_asked, server};
	struct net_options net = {
	    .host = options->no_tcp ? NULL : options->host,
	    .port = (uint16_t)options->port,
	    .unix_path = options->unix_path,
	    .max_clients = (uint32_t)options->max_clients,
	    .input_bytes = LIMIT_FRAME_BYTES,
	};
	server->net = net_open(&net, &handlers, failure);
	return server->net != NULL;
}

/* Say how to connect, in words that can be pasted. */
static void announce(const struct server *server)
{
	const struct options *options = server->options;
	char uri[512], here[256] = "";
	if (!options->no_tcp) {
		bool six = strchr(options->host, ':') != NULL;
		snprintf(uri, sizeof uri, "crmdb://%s%s%s:%u", six ? "[" : "", options->host,
			 six ? "]" : "", net_port(server->net));
		log_info("listening", "on %s; try: crmdb-cli --uri %s ping", uri + 8, uri);
	}
	if (options->unix_path != NULL) {
		if (options->unix_path[0] != '/' && getcwd(here, sizeof here - 1) != NULL)
			here[strlen(here)] = '/';
		log_info("listening", "on %s; try: crmdb-cli --uri unix://%s%s ping",
			 options->unix_path, here, options->unix_path);
	}
}

/* Descriptors for every client and our own, before a client can take them. */
static bool reserve_files(const struct options *options, struct failure *failure)
{
	struct rlimit limit;
	rlim_t needed = options->max_clients + OWN_FILES;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
		return true;
	limit.rlim_cur = limit.rlim_max < needed ? limit.rlim_max : needed;
	if (limit.rlim_cur == needed && setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return true;
	return failure_set(failure, EXIT_USAGE,
			   "%" PRIu64 " clients need %" PRIu64 " file descriptors, and %" PRIu64
			   " are allowed: lower --max-clients or raise ulimit -n",
			   options->max_clients, (uint64_t)needed, (uint64_t)limit.rlim_max);
}

static bool check_options(const struct options *options, struct failure *failure)
{
	if (options->no_tcp && options->unix_path == NULL)
		return failure_set(failure, EXIT_USAGE,
				   "--no-tcp needs --unix PATH, else nobody could connect");
	if (!options->no_tcp && !is_loopback(options->host))
		return failure_set(failure, EXIT_USAGE,
				   "--host %s: only loopback addresses (127.0.0.1, ::1) are served "
				   "until there are passwords and TLS",
				   options->host);
	if (options->until != 0)
		return failure_set(failure, EXIT_USAGE, "--until goes with --verify");
	if (options->port > UINT16_MAX)
		return failure_set(failure, EXIT_USAGE, "--port %" PRIu64 " is over 65535",
				   options->port);
	if (options->journal_bytes < JOURNAL_LEAST)
		return failure_set(failure, EXIT_USAGE,
				   "--journal-bytes %" PRIu64
				   " is under %u, which the largest groups need",
				   options->journal_bytes, JOURNAL_LEAST);
	if (options->erase_within > ERASE_WITHIN_MOST)
		return failure_set(failure, EXIT_USAGE,
				   "--erase-within %" PRIu64 " is over a month (%u seconds)",
				   options->erase_within, ERASE_WITHIN_MOST);
	if (options->max_clients == 0 || options->max_clients > 100000)
		return failure_set(failure, EXIT_USAGE,
				   "--max-clients %" PRIu64 " is not from 1 to 100000",
				   options->max_clients);
	return true;
}

/* --- stop --- */

static bool stop_store(struct server *server, struct failure *failure)
{
	signal(SIGTERM, SIG_DFL); /* should the disk block now, a signal ends the process */
	signal(SIGINT, SIG_DFL);
	wait_until_durable(server);
	uint64_t digest = engine_digest(server->engine);
	if (!registry_finish(server->registry, failure) ||
	    !store_stop(server->store, digest, failure))
		return false;
	log_info("stopped", "%s, last event %" PRIu64 ", digest %016" PRIx64, server->options->data,
		 engine_applied(server->engine), digest);
	return true;
}

/* A start that is refused leaves the note of the clean stop as it found it: nothing was submitted,
 * so the same note is true. */
static void keep_note(struct server *server)
{
	struct store_identity identity;
	struct failure ignored;
	if (server->store == NULL)
		return;
	store_identity(server->store, &identity);
	if (identity.stopped)
		(void)store_stop(server->store, identity.stop_digest, &ignored);
}

/* In the order in which nobody is left who could call the next. */
static void release(struct server *server)
{
	if (server->store != NULL)
		store_free(server->store);
	if (server->core_opened)
		core_close(&server->core);
	registry_free(server->registry);
	if (server->net != NULL)
		net_free(server->net);
	if (server->engine != NULL)
		engine_free(server->engine);
	if (server->memory != NULL)
		memory_system_close(server->memory);
}

bool server_run(const struct options *options, struct failure *failure)
{
	struct server server = {.options = options};
	bool fine = check_options(options, failure) && reserve_files(options, failure) &&
		    open_engine(&server, failure) && open_store(&server, failure) &&
		    replay(&server, failure) && listen_on(&server, failure) &&
		    open_core(&server, failure) && open_people(&server, failure);
	if (fine) {
		announce(&server);
		net_wake(server.net); /* what the store said before there was a net */
		net_run(server.net);
		fine = stop_store(&server, failure);
	} else {
		keep_note(&server);
	}
	release(&server);
	return fine;
}
