/* bad_start.c -- starts that must not succeed, or must not lose a thing: each one clear line, the
 * right exit status, and a directory left as it was.
 *
 *   clean    a directory after a clean stop: everything is in the log
 *   killed   a directory whose server was killed in the middle of writing: the journal holds
 *            groups that are not in the log yet
 *
 * Each case works on a copy.  Where a start is refused because of damage or a right that is
 * missing, checksums of all files before and after must be equal.  Where damage may lie in bytes
 * nobody uses, the start must give the same digest as before, or be refused: never a crash, never
 * another state.
 *
 * usage: bad_start BUILD_DIRECTORY
 */
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/failure.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/raw.h"
#include "tests/integration/common/tree.h"

#define RUN_MS 20000
#define PREFIX "crmdb-server: "

static char scratch[SCRATCH_PATH], clean[SCRATCH_PATH], work[SCRATCH_PATH], text[8192];
static struct server server; /* on `work` */
static struct server_mark clean_mark;

/* Lines of `text` that begin with the program's name: what it has to say about its end. */
static int count_last_words(void)
{
	int count = 0;
	for (const char *at = text; at != NULL && *at != '\0'; at = strchr(at, '\n')) {
		at += *at == '\n';
		size_t path = strcspn(at, ": \n"); /* argp says it with its path */
		const char *name = at + path;
		while (name > at && name[-1] != '/')
			name--;
		count += strncmp(name, PREFIX, strlen(PREFIX)) == 0;
	}
	return count;
}

static const char *last_words(void)
{
	char *at = strstr(text, PREFIX);
	if (at == NULL)
		return "(no line)";
	at[strcspn(at, "\n")] = '\0';
	return at + strlen(PREFIX);
}

/* Run the server on a directory; more arguments may be NULL. */
static int run_server(const char *directory, const char *flag, const char *value, unsigned user)
{
	char socket[SCRATCH_PATH];
	scratch_path(socket, "%s/socket-2", scratch);
	const char *arguments[] = {server.program, "--data", directory, "--unix", socket,
				   "--no-tcp",     flag,     value,     NULL};
	struct tree_run run = {arguments, user, RUN_MS, text, sizeof text};
	return tree_run(&run);
}

static void check_refused(const char *name, int status, enum exit_code expected)
{
	int lines = count_last_words();
	const char *words = last_words();
	if (status == (int)expected && lines == 1)
		check(true, "%s: exit %d, \"%s\"", name, status, words);
	else
		check_fail(name, "exit %d instead of %d, %d lines, \"%s\"", status, (int)expected,
			   lines, words);
}

/* Refused on `directory`, with every file left as it was. */
static void check_untouched(const char *name, const char *directory, enum exit_code expected)
{
	uint64_t before = tree_sum(directory);
	check_refused(name, run_server(directory, NULL, NULL, 0), expected);
	if (tree_sum(directory) != before)
		check_fail(name, "the refused start changed a file");
}

static void fill(struct raw *raw, uint64_t from, uint64_t count, uint64_t customer)
{
	for (uint64_t i = 0; i < count; i++) {
		struct answer answer;
		struct command command = raw_points(OP_points_earn, from + i, customer, 1);
		if (!raw_request(raw, &command, from + i) ||
		    !raw_answer(raw, OP_points_earn, from + i, &answer, 5000))
			check_fail("the server fills", "an earn failed");
	}
}

/* A frame of 1,000 earns. */
static void fill_batch(struct raw *raw, uint64_t from)
{
	uint32_t size;
	struct frame frame = {.flags = FRAME_MORE};
	raw_begin(raw);
	for (uint64_t i = 0; i < 1000; i++) {
		struct command earn = raw_points(OP_points_earn, from + i, 1 + i % 50, 1);
		raw_add(raw, &earn);
	}
	const uint8_t *bytes = raw_end(raw, FRAME_REQUEST, from, &size);
	bool fine = raw_send(raw, bytes, size);
	while (fine && frame.flags & FRAME_MORE)
		fine = raw_next(raw, &frame, 5000) == RAW_FRAME;
	if (!fine)
		check_fail("the server fills", "a batch failed");
}

static void make_clean(void)
{
	struct answer answer;
	server_start(&server);
	struct raw raw = raw_connect_unix(&server);
	raw_hello(&raw, 1, 0);
	for (uint64_t customer = 1; customer <= 50; customer++) {
		struct command create = raw_create(customer, customer);
		raw_request(&raw, &create, customer);
		raw_answer(&raw, OP_customer_create, customer, &answer, 5000);
	}
	for (uint64_t customer = 1; customer <= 50; customer++)
		fill(&raw, 1000 * customer, 20, customer);
	raw_close(&raw);
	bool stopped =
	    server_stop(&server, 10000) == 0 && server_mark(&server, " stopped: ", &clean_mark);
	check(stopped && clean_mark.last == 1051, "a directory with %" PRIu64 " events is made",
	      clean_mark.last);
	tree_copy(work, clean);
}

/* --- the directory itself --- */

static void check_second_server(void)
{
	tree_copy(clean, work);
	server_start(&server);
	check_untouched("a second server on a directory", work, EXIT_DIRECTORY);
	struct answer answer;
	struct command ping = raw_ping(1);
	struct raw raw = raw_connect_unix(&server);
	check(raw_hello(&raw, 1, 0) && raw_request(&raw, &ping, 1) &&
		  raw_answer(&raw, OP_ping, 1, &answer, 5000),
	      "... and the first one goes on");
	raw_close(&raw);
	server_stop(&server, 10000);
}

/* root may write anywhere: then the server runs as nobody, from a place that nobody can reach. */
static void check_unwritable(void)
{
	const struct passwd *nobody = getpwnam("nobody");
	unsigned user = geteuid() == 0 && nobody != NULL ? nobody->pw_uid : 0;
	char parent[SCRATCH_PATH], inside[SCRATCH_PATH], program[SCRATCH_PATH];
	scratch_path(program, "%s/crmdb-server", scratch);
	const char *copy[] = {"cp", server.program, program, NULL};
	struct tree_run run = {copy, 0, RUN_MS, text, sizeof text};
	scratch_path(parent, "%s/locked", scratch);
	scratch_path(inside, "%s/data", parent);
	if (mkdir(parent, 0755) != 0 || chmod(scratch, 0755) != 0 || tree_run(&run) != 0)
		scratch_die(parent);
	scratch_path(server.program, "%s", program);
	chmod(parent, user == 0 ? 0555 : 0755);
	check_refused("a directory that cannot be made", run_server(inside, NULL, NULL, user),
		      EXIT_DIRECTORY);
	check(tree_file_size(inside) == -1, "... and none is made");
	tree_copy(clean, work);
	uint64_t before = tree_sum(work);
	chmod(work, 0555);
	check_refused("a directory without rights", run_server(work, NULL, NULL, user),
		      EXIT_DIRECTORY);
	chmod(work, 0755);
	check(tree_sum(work) == before, "... is left as it was");
}

static void check_places(void)
{
	char file[SCRATCH_PATH], missing[SCRATCH_PATH];
	scratch_path(file, "%s/file", scratch);
	tree_write(file, "not a directory\n", 16);
	check_refused("--data names a file", run_server(file, NULL, NULL, 0), EXIT_DIRECTORY);
	check(tree_file_size(file) == 16, "... and the file is left as it was");
	scratch_path(missing, "%s/no/such/parent", scratch);
	check_refused("--data in a missing directory", run_server(missing, NULL, NULL, 0),
		      EXIT_DIRECTORY);
}

/* --- what contradicts --- */

static void check_contradiction(const char *name, const char *flag, const char *value)
{
	struct server_mark mark;
	tree_copy(clean, work);
	check_refused(name, run_server(work, flag, value, 0), EXIT_USAGE);
	if (!server_verify(&server, 0, &mark) || mark.last != clean_mark.last ||
	    mark.digest != clean_mark.digest)
		check_fail(name, "the log is not what it was");
}

static void check_addresses(void)
{
	struct server_mark mark;
	char taken[SCRATCH_PATH], port[16];
	tree_copy(clean, work);
	server.tcp = true;
	server_start(&server);
	scratch_path(taken, "%s/other", scratch);
	snprintf(port, sizeof port, "%u", server.port);
	const char *arguments[] = {server.program, "--data", taken, "--port", port, NULL};
	struct tree_run run = {arguments, 0, RUN_MS, text, sizeof text};
	check_refused("a port in use", tree_run(&run), EXIT_LISTEN);
	const char *again[] = {server.program, "--data",      taken, "--no-tcp",
			       "--unix",       server.socket, NULL};
	run.arguments = again;
	check_refused("a socket in use", tree_run(&run), EXIT_LISTEN);
	server_stop(&server, 10000);
	server.tcp = false;
	check(server_mark(&server, " stopped: ", &mark) && mark.digest == clean_mark.digest,
	      "... and the server that has them goes on");
}

/* --- damage --- */

static void path_in(char *path, const char *name)
{
	scratch_path(path, "%s/%s", work, name);
}

static void check_files(void)
{
	char path[SCRATCH_PATH];
	tree_copy(clean, work);
	path_in(path, "journal");
	unlink(path);
	check_untouched("a missing journal", work, EXIT_DAMAGE);
	tree_copy(clean, work);
	tree_truncate(path, tree_file_size(path) / 2);
	check_untouched("half a journal", work, EXIT_DAMAGE);
	tree_copy(clean, work);
	tree_write(path, "", 0);
	check_untouched("an empty journal", work, EXIT_DAMAGE);
	path_in(path, "log/000001.mdb");
	int64_t whole = tree_file_size(path);
	const int64_t sizes[] = {0, 100, 4096, 8192, 12345, whole - 4096};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		char name[64];
		tree_copy(clean, work);
		snprintf(name, sizeof name, "a log file cut to %" PRId64 " bytes", sizes[i]);
		tree_truncate(path, sizes[i]);
		check_untouched(name, work, EXIT_DAMAGE);
	}
}

/* Three log files and more; without the first, a middle or the last one nothing is served, except
 * that the journal may still hold all of the last one: then the state is the same. */
static void check_log_files(void)
{
	char path[SCRATCH_PATH], rotated[SCRATCH_PATH];
	uint64_t number = 1000000;
	int files = 0;
	struct server_mark mark = {0, 0}, again = {0, 0};
	tree_copy(clean, work);
	server_add_argument(&server, "--log-file-bytes");
	server_add_argument(&server, "262144");
	scratch_path(rotated, "%s/rotated", scratch);
	server_start(&server);
	struct raw raw = raw_connect_unix(&server);
	raw_hello(&raw, 1, 0);
	for (int i = 0; i < 24; i++, number += 1000) {
		fill_batch(&raw, number);
		if (i % 8 ==
		    7) /* a file is rotated between transactions of the log: one a second */
			scratch_sleep_us(1200000);
	}
	raw_close(&raw);
	server_stop(&server, 10000);
	server_mark(&server, " stopped: ", &mark);
	tree_copy(work, rotated);
	for (;; files++) {
		scratch_path(path, "%s/log/%06d.mdb", work, files + 1);
		if (tree_file_size(path) < 0)
			break;
	}
	if (!check(files >= 3, "a log of %d files is made", files))
		return;
	scratch_path(path, "%s/log/000001.mdb", work);
	unlink(path);
	check_untouched("the first of several log files is missing", work, EXIT_DAMAGE);
	tree_copy(rotated, work);
	scratch_path(path, "%s/log/000002.mdb", work);
	unlink(path);
	check_untouched("a log file in the middle is missing", work, EXIT_DAMAGE);
	tree_copy(rotated, work);
	scratch_path(path, "%s/log/%06d.mdb", work, files);
	unlink(path);
	server_launch(&server);
	bool ready = server_await_ready(&server, SERVER_READY_MS);
	server_mark(&server, " recovered: ", &again);
	check(!ready || (again.last == mark.last && again.digest == mark.digest),
	      "the last log file is missing: %s", ready ? "taken from the journal" : "refused");
	server_kill(&server);
}

/* Flips all over the log: each start refused as damage, or the very same state. */
static void check_flips(void)
{
	char path[SCRATCH_PATH];
	unsigned refused = 0, same = 0, wrong = 0;
	uint64_t random = 7;
	path_in(path, "log/000001.mdb");
	tree_copy(clean, work);
	uint64_t size = (uint64_t)tree_file_size(path);
	for (int i = 0; i < 200 && wrong < 5; i++) {
		struct server_mark mark = {0, 0};
		uint64_t at = scratch_below(&random, size);
		uint8_t mask = (uint8_t)(1u << scratch_below(&random, 8));
		const char *arguments[] = {server.program, "--verify", work, NULL};
		struct tree_run run = {arguments, 0, RUN_MS, text, sizeof text};
		tree_flip(path, at, mask);
		int status = tree_run(&run);
		const char *words = strstr(text, "verified ");
		if (status == EXIT_DAMAGE) {
			refused++;
		} else if (status == 0 && words != NULL &&
			   sscanf(words, "verified %" SCNu64 " events, digest %" SCNx64, &mark.last,
				  &mark.digest) == 2 &&
			   mark.last == clean_mark.last && mark.digest == clean_mark.digest) {
			same++;
		} else {
			wrong++;
			printf("#   bit %02x of byte %" PRIu64 ": exit %d, %s\n", mask, at, status,
			       text);
		}
		tree_flip(path, at, mask);
	}
	check(wrong == 0 && refused > 0,
	      "200 flips in the log: %u refused as damage, %u harmless, %u wrong", refused, same,
	      wrong);
}

/* Flip a bit of the key of event 507 wherever the file has it (LMDB leaves old copies of pages
 * behind); returns how often. */
static unsigned flip_key(const char *path)
{
	size_t size;
	unsigned count = 0;
	uint8_t *log = tree_read(path, &size);
	struct wire_id key = raw_key(25005);
	for (size_t at = 0; at + sizeof key.bytes < size; at++)
		if (memcmp(log + at, key.bytes, sizeof key.bytes) == 0) {
			tree_flip(path, at + 3, 0x10);
			count++;
		}
	free(log);
	return count;
}

/* Damage inside a block, where LMDB itself sees nothing wrong, on a real start. */
static void check_block(void)
{
	char path[SCRATCH_PATH], folder[SCRATCH_PATH], whole[SCRATCH_PATH];
	struct server_mark mark = {0, 0};
	tree_copy(clean, work);
	path_in(path, "log/000001.mdb");
	path_in(folder, "log");
	scratch_path(whole, "%s/clean/log", scratch);
	if (!check(flip_key(path) > 0, "the log holds the key of an earn as it is"))
		return;
	uint64_t before = tree_sum(folder);
	check_refused("a flipped bit in a block of the log", run_server(work, NULL, NULL, 0),
		      EXIT_DAMAGE);
	check(tree_sum(folder) == before, "... and the log is left as it was");
	tree_copy(whole, folder);
	server_start(&server);
	server_mark(&server, " recovered: ", &mark);
	check(mark.last == clean_mark.last && mark.digest == clean_mark.digest,
	      "... and once the log is put back, all is there");
	server_kill(&server);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: bad_start BUILD_DIRECTORY\n");
		return 2;
	}
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server_add_argument(&server, "--journal-bytes");
	server_add_argument(&server, "16777216");
	scratch_path(work, "%s", server.directory);
	scratch_path(clean, "%s/clean", scratch);
	make_clean();
	check_second_server();
	check_unwritable();
	check_places();
	check_contradiction("another currency", "--currency", "EUR");
	check_contradiction("another time zone", "--zone", "Europe/Berlin");
	check_contradiction("a fixed clock", "--clock", "2026-01-01");
	check_contradiction("an unknown flag", "--no-such-flag", NULL);
	check_contradiction("a number that is none", "--journal-bytes", "many");
	check_addresses();
	check_files();
	check_block();
	check_flips();
	check_log_files();
	return check_finish();
}
