/* stop.c -- a stop, however hasty, leaves a directory that the next start takes.
 *
 *   connection A     earn ..... its group is being flushed (the flush hangs)
 *   connection B     earn ..... in the open group behind it
 *   TERM, TERM       the second ends the connections, and the server still waits for both groups
 *   flush released   exit 0, and the digest it noted is that of what is stored
 *
 * A server that noted the digest of what was applied, without storing it, would refuse its own
 * directory as damaged at the next start.
 *
 * And: TERM twice under load, a clean stop whose note outlives starts that are refused, and TERM
 * with idle clients.
 *
 * usage: stop BUILD_DIRECTORY
 */
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/failure.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/raw.h"
#include "tests/integration/common/tree.h"

#define WAIT_MS 10000
#define LOADERS 3
#define LOAD_BATCH 200u
#define IDLE_CLIENTS 50

struct loader {
	pthread_t thread;
	uint64_t key; /* of its next earn */
	uint8_t instance;
};

static char scratch[SCRATCH_PATH], block_file[SCRATCH_PATH], text[8192];
static const char *build;
static struct server server;

/* --- the server --- */

/* A server on the directory NAME, with the journal's flush under our thumb. */
static void begin(const char *name)
{
	static char preload[SCRATCH_PATH], file[2 * SCRATCH_PATH];
	server_init_build(&server, build, scratch);
	scratch_path(server.directory, "%s/%s", scratch, name);
	scratch_path(block_file, "%s/block", scratch);
	scratch_path(preload, "LD_PRELOAD=%s/tests/preload/block_flush.so", build);
	snprintf(file, sizeof file, "CRMDB_BLOCK_FILE=%s", block_file);
	server_add_environment(&server, preload);
	server_add_environment(&server, file);
	server_add_environment(&server, "ASAN_OPTIONS=verify_asan_link_order=0");
	server_add_argument(&server, "--journal-bytes");
	server_add_argument(&server, "16777216");
	server_start(&server);
}

static bool await_line(const char *words)
{
	char line[SCRATCH_PATH];
	for (int i = 0; i < WAIT_MS; i++) {
		if (server_line(&server, words, line))
			return true;
		scratch_sleep_us(1000);
	}
	return false;
}

/* Wait for its end without a signal of our own; as server_stop. */
static int await_end(int timeout_ms)
{
	int status;
	for (int i = 0; i < timeout_ms; i++) {
		if (waitpid(server.pid, &status, WNOHANG) == server.pid) {
			server.pid = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
		scratch_sleep_us(1000);
	}
	server_kill(&server);
	return -1;
}

/* Start on what was left; false, with its lines shown, when it refuses. */
static bool start_again(struct server_mark *mark)
{
	server_launch(&server);
	if (server_await_ready(&server, SERVER_READY_MS) &&
	    server_mark(&server, " recovered: ", mark))
		return true;
	server_show_lines(&server);
	server_kill(&server);
	return false;
}

static struct raw greet(uint8_t instance)
{
	struct raw raw = raw_connect_unix(&server);
	if (!raw_hello(&raw, instance, 0))
		check_fail("a client is welcomed", "instance %u", instance);
	return raw;
}

static bool execute(struct raw *raw, const struct command *command, struct answer *answer)
{
	static uint64_t number = 1000;
	number++;
	return raw_request(raw, command, number) &&
	       raw_answer(raw, command->opcode, number, answer, WAIT_MS) &&
	       answer->status == ERROR_OK;
}

/* Customers 1 to `count`: events 2 to count + 1. */
static void create_customers(uint64_t count)
{
	struct answer answer;
	struct raw raw = greet(1);
	for (uint64_t customer = 1; customer <= count; customer++) {
		struct command create = raw_create(customer, customer);
		if (!execute(&raw, &create, &answer))
			check_fail("the server prepares", "customer %" PRIu64, customer);
	}
	raw_close(&raw);
}

/* --- TERM twice, the flush blocked --- */

static void block(void)
{
	int fd = open(block_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		scratch_die(block_file);
	close(fd);
}

static void check_blocked(void)
{
	struct frame frame;
	struct server_mark stopped = {0, 0}, again = {0, 0};
	struct command first = raw_points(OP_points_earn, 10, 1, 100);
	struct command second = raw_points(OP_points_earn, 11, 2, 200);
	begin("blocked");
	create_customers(2);
	struct raw a = greet(2), b = greet(3);
	block();
	raw_request(&a, &first, 2);
	bool silent = raw_next(&a, &frame, 100) == RAW_SILENT;
	raw_request(&b, &second, 2);
	silent = raw_next(&b, &frame, 100) == RAW_SILENT && silent;
	check(silent, "flush blocked: one group is under way, another command waits behind it");
	kill(server.pid, SIGTERM);
	bool stopping = await_line(" stopping: ");
	kill(server.pid, SIGTERM);
	scratch_sleep_us(300000);
	check(stopping && waitpid(server.pid, NULL, WNOHANG) == 0,
	      "TERM twice, flush blocked: the server waits for the disk");
	unlink(block_file);
	int status = await_end(WAIT_MS);
	bool told = server_mark(&server, " stopped: ", &stopped);
	check(status == 0 && told, "TERM twice, flush released: it exits 0 and says where (%d)",
	      status);
	check(stopped.last == 5, "... after both events (last event %" PRIu64 ")", stopped.last);
	check(start_again(&again), "... and the next start takes the directory");
	check(again.last == stopped.last && again.digest == stopped.digest,
	      "... with the same last event %" PRIu64 " and digest %016" PRIx64, again.last,
	      again.digest);
	server_stop(&server, WAIT_MS);
	raw_close(&a);
	raw_close(&b);
}

/* --- TERM twice under load --- */

static const uint8_t *make_batch(struct raw *raw, struct loader *loader, uint32_t *size)
{
	raw_begin(raw);
	for (uint64_t i = 0; i < LOAD_BATCH; i++) {
		struct command earn = raw_points(OP_points_earn, loader->key++, 1 + i % 20, 1);
		raw_add(raw, &earn);
	}
	return raw_end(raw, FRAME_REQUEST, loader->key, size);
}

/* Frames of earns, two always on their way, until the server is gone. */
static void *load(void *context)
{
	struct loader *loader = context;
	uint32_t size;
	struct frame frame = {.kind = FRAME_REPLY};
	struct raw raw = greet(loader->instance);
	const uint8_t *bytes = make_batch(&raw, loader, &size);
	bool fine = raw_send(&raw, bytes, size);
	while (fine) {
		bytes = make_batch(&raw, loader, &size);
		fine = raw_send(&raw, bytes, size);
		do
			fine = fine && raw_next(&raw, &frame, WAIT_MS) == RAW_FRAME &&
			       frame.kind == FRAME_REPLY;
		while (fine && frame.flags & FRAME_MORE);
	}
	raw_close(&raw);
	return NULL;
}

/* The second TERM comes `between_us` after the first.  It may find the server where a signal ends
 * it, as any kill may: then there is no note, and nothing to compare. */
static void check_load(unsigned round, struct loader *loaders, int64_t between_us)
{
	struct server_mark stopped = {0, 0}, again = {0, 0};
	for (int i = 0; i < LOADERS; i++)
		if (pthread_create(&loaders[i].thread, NULL, load, &loaders[i]) != 0)
			scratch_die("pthread_create");
	scratch_sleep_us(200000);
	kill(server.pid, SIGTERM);
	scratch_sleep_us(between_us);
	kill(server.pid, SIGTERM);
	int status = await_end(WAIT_MS);
	for (int i = 0; i < LOADERS; i++)
		pthread_join(loaders[i].thread, NULL);
	bool told = server_mark(&server, " stopped: ", &stopped);
	check((status == 0 && told) || status == 128 + SIGTERM,
	      "TERM twice under load, round %u: the server ends (%d)", round, status);
	if (!check(start_again(&again), "... and the next start takes the directory"))
		return;
	check(!told || (again.last == stopped.last && again.digest == stopped.digest),
	      "... as it was left, with %" PRIu64 " events", again.last);
}

static void check_loads(void)
{
	struct loader loaders[LOADERS];
	begin("loaded");
	create_customers(20);
	for (unsigned i = 0; i < LOADERS; i++)
		loaders[i] = (struct loader){.key = (i + 1) * UINT64_C(100000000),
					     .instance = (uint8_t)(10 + i)};
	for (unsigned round = 0; round < 3 && (round == 0 || server.pid != 0); round++)
		check_load(round + 1, loaders, 200 + round * 200);
	server_stop(&server, WAIT_MS);
}

/* --- a quiet server, a clean stop, then starts that are refused --- */

/* The number the command line's `info` shows in a field; 0: none. */
static uint64_t shown(const char *field)
{
	char name[32];
	uint64_t value = 0;
	snprintf(name, sizeof name, "\"%s\": ", field);
	const char *at = strstr(text, name);
	if (at == NULL || sscanf(at + strlen(name), "%" SCNu64, &value) != 1)
		return 0;
	return value;
}

/* Nothing is on its way to the disk: what is applied is durable, and `info` says so at once. */
static void check_info(uint64_t last)
{
	char cli[SCRATCH_PATH];
	scratch_path(cli, "%s/crmdb-cli", build);
	const char *arguments[] = {cli, "--uri", server.uri, "--format", "json", "info", NULL};
	struct tree_run run = {arguments, 0, WAIT_MS, text, sizeof text};
	int status = tree_run(&run);
	check(status == 0 && shown("applied") == last && shown("durable") == last,
	      "idle: the command line's info shows applied %" PRIu64 ", durable %" PRIu64,
	      shown("applied"), shown("durable"));
}

static int run_refused(const char *socket, const char *flag, const char *value)
{
	const char *arguments[] = {server.program, "--data", server.directory,
				   "--unix",       socket,   "--no-tcp",
				   flag,           value,    NULL};
	struct tree_run run = {arguments, 0, WAIT_MS, text, sizeof text};
	return tree_run(&run);
}

static bool is_same_note(const char *path, const uint8_t *note, size_t size)
{
	size_t now_size;
	if (tree_file_size(path) < 0)
		return false;
	uint8_t *now = tree_read(path, &now_size);
	bool same = now_size == size && memcmp(now, note, size) == 0;
	free(now);
	return same;
}

static void check_note(void)
{
	char path[SCRATCH_PATH], nowhere[SCRATCH_PATH];
	struct server_mark stopped = {0, 0}, again = {0, 0};
	size_t size;
	begin("noted");
	create_customers(5);
	check_info(6);
	check(server_stop(&server, WAIT_MS) == 0 && server_mark(&server, " stopped: ", &stopped) &&
		  stopped.last == 6,
	      "a clean stop");
	scratch_path(path, "%s/stopped", server.directory);
	scratch_path(nowhere, "%s/no/such/socket", scratch);
	if (!check(tree_file_size(path) > 0, "... leaves a note"))
		return;
	uint8_t *note = tree_read(path, &size);
	int status = run_refused(server.socket, "--currency", "EUR");
	check(status == EXIT_USAGE && is_same_note(path, note, size),
	      "a start that contradicts the currency is refused (%d) and leaves the note", status);
	status = run_refused(nowhere, NULL, NULL);
	check(status == EXIT_LISTEN && is_same_note(path, note, size),
	      "a start that cannot listen is refused (%d) and leaves the note", status);
	free(note);
	check(start_again(&again) && again.last == stopped.last && again.digest == stopped.digest,
	      "... and the next start without them works");
	server_stop(&server, WAIT_MS);
}

/* --- idle clients --- */

static void check_idle(void)
{
	static struct raw clients[IDLE_CLIENTS];
	int fine = 0;
	begin("idle");
	for (int i = 0; i < IDLE_CLIENTS; i++)
		clients[i] = greet((uint8_t)(i + 1));
	int status = server_stop(&server, 2 * WAIT_MS);
	check(status == 0, "TERM with %d idle clients: exit %d", IDLE_CLIENTS, status);
	for (int i = 0; i < IDLE_CLIENTS; i++) {
		int goodbye = raw_goodbye(&clients[i], WAIT_MS);
		fine += goodbye == ERROR_SHUTTING_DOWN || goodbye == -1;
		raw_close(&clients[i]);
	}
	check(fine == IDLE_CLIENTS, "... and each sees SHUTTING_DOWN or the end (%d)", fine);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: stop BUILD_DIRECTORY\n");
		return 2;
	}
	build = argv[1];
	scratch_new(scratch);
	check_blocked();
	check_loads();
	check_note();
	check_idle();
	return check_finish();
}
