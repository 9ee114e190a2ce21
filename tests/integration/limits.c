/* limits.c -- few descriptors, a tiny journal, and a frame that asks for much of the past.
 *
 *   300 descriptors     1,000 clients: refused at the start, for the log could not rotate later
 *                       100 clients: 150 strangers connect and say nothing; the log rotates and
 *                       who was there before is served
 *   a tiny journal      refused, for it could not hold one large group
 *   repeat, page, ...   one frame, each answer from the log: right, complete and in order
 *
 * The whole program has 300 descriptors, and its servers inherit that.
 *
 * usage: limits BUILD_DIRECTORY
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "server/base/failure.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/raw.h"
#include "tests/integration/common/tree.h"

#define WAIT_MS 10000
#define DESCRIPTORS 300u
#define STRANGERS 150
#define PAIRS 300u
#define PAGE 5u

static char scratch[SCRATCH_PATH], text[8192];
static const char *build;
static struct server server;

static void use_directory(const char *name)
{
	server_init_build(&server, build, scratch);
	scratch_path(server.directory, "%s/%s", scratch, name);
}

static int run_server(const char *flag, const char *value)
{
	const char *arguments[] = {server.program, "--data",      server.directory,
				   "--unix",       server.socket, "--no-tcp",
				   flag,           value,         NULL};
	struct tree_run run = {arguments, 0, WAIT_MS, text, sizeof text};
	int status = tree_run(&run);
	text[strcspn(text, "\n")] = '\0';
	return status;
}

static bool execute(struct raw *raw, const struct command *command, struct answer *answer)
{
	static uint64_t number = 1000;
	number++;
	return raw_request(raw, command, number) &&
	       raw_answer(raw, command->opcode, number, answer, WAIT_MS) &&
	       answer->status == ERROR_OK;
}

/* --- starts that are refused --- */

static void check_refused(const char *flag, const char *value, const char *one, const char *other)
{
	use_directory("refused");
	int status = run_server(flag, value);
	check(status == EXIT_USAGE && strstr(text, one) != NULL && strstr(text, other) != NULL,
	      "%s %s: exit %d, \"%s\"", flag, value, status, text);
	check(tree_file_size(server.directory) == -1, "... and no directory is made");
}

/* --- a flood of connections --- */

/* A frame of 1,000 earns. */
static bool earn_batch(struct raw *raw, uint64_t from)
{
	uint32_t size;
	struct frame frame = {.flags = FRAME_MORE};
	raw_begin(raw);
	for (uint64_t i = 0; i < 1000; i++) {
		struct command earn = raw_points(OP_points_earn, from + i, 1, 1);
		raw_add(raw, &earn);
	}
	const uint8_t *bytes = raw_end(raw, FRAME_REQUEST, from, &size);
	bool fine = raw_send(raw, bytes, size);
	while (fine && frame.flags & FRAME_MORE)
		fine = raw_next(raw, &frame, WAIT_MS) == RAW_FRAME && frame.kind == FRAME_REPLY;
	return fine;
}

/* Earn until there is a second log file. */
static void check_rotation(struct raw *raw)
{
	char second[SCRATCH_PATH];
	uint64_t batches = 0;
	bool fine = true;
	scratch_path(second, "%s/log/000002.mdb", server.directory);
	for (; fine && tree_file_size(second) <= 0 && batches < 100; batches++) {
		fine = earn_batch(raw, 1000000 + batches * 1000);
		scratch_sleep_us(50000);
	}
	check(fine && tree_file_size(second) > 0,
	      "%d strangers connect: the log goes on in a second file (%" PRIu64 " batches)",
	      STRANGERS, batches);
}

static bool is_welcomed(void)
{
	struct raw raw = raw_connect_unix(&server);
	bool fine = raw_hello(&raw, 9, 9);
	raw_close(&raw);
	return fine;
}

static void check_flood(void)
{
	static struct raw strangers[STRANGERS];
	struct answer answer;
	struct command create = raw_create(1, 1), get = raw_get(1);
	use_directory("flooded");
	const char *const arguments[] = {"--max-clients",   "100",     "--log-file-bytes", "262144",
					 "--journal-bytes", "16777216"};
	for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++)
		server_add_argument(&server, arguments[i]);
	server_start(&server);
	struct raw raw = raw_connect_unix(&server);
	check(raw_hello(&raw, 1, 0) && execute(&raw, &create, &answer),
	      "%u descriptors, 100 clients: the server serves", DESCRIPTORS);
	for (int i = 0; i < STRANGERS; i++)
		strangers[i] = raw_connect_unix(&server);
	check_rotation(&raw);
	check(execute(&raw, &get, &answer) && answer.as.customer_get.points >= 1000,
	      "... and the client that was there before is served");
	check(raw_goodbye(&strangers[STRANGERS - 1], WAIT_MS) == ERROR_TOO_MANY_CLIENTS,
	      "... and the last stranger is told TOO_MANY_CLIENTS");
	for (int i = 0; i < STRANGERS; i++)
		raw_close(&strangers[i]);
	bool welcomed = false;
	for (int i = 0; i < 50 && !(welcomed = is_welcomed()); i++)
		scratch_sleep_us(50000);
	check(welcomed, "... and a new one, once they are gone");
	raw_close(&raw);
	check(server_stop(&server, WAIT_MS) == 0, "... and the server stops cleanly");
}

/* --- a frame of repeats and pages by turns --- */

static struct command earn_of(uint64_t i)
{
	return raw_points(OP_points_earn, 5000 + i, 1, (int64_t)i + 1);
}

/* Customer 1 with PAIRS earns, all in the log and no longer in memory; `events` gets theirs. */
static bool prepare(struct raw *raw, uint64_t *events)
{
	struct answer answer;
	struct command create = raw_create(1, 1), info = {.opcode = OP_info};
	bool fine = execute(raw, &create, &answer);
	for (uint64_t i = 0; i < PAIRS && fine; i++) {
		struct command earn = earn_of(i);
		fine = execute(raw, &earn, &answer) && !(answer.flags & ANSWER_REPEATED);
		events[i] = answer.as.points_earn.event;
	}
	for (int i = 0; i < 500 && fine; i++) {
		fine = execute(raw, &info, &answer);
		if (answer.as.info.logged == answer.as.info.applied)
			return fine;
		scratch_sleep_us(10000);
	}
	return false;
}

static bool send_turns(struct raw *raw, const uint64_t *events)
{
	uint32_t size;
	raw_begin(raw);
	for (uint64_t i = 0; i < PAIRS; i++) {
		struct command earn = earn_of(i), page = {.opcode = OP_history};
		page.as.history.customer = 1;
		page.as.history.from = events[i];
		page.as.history.limit = PAGE;
		raw_add(raw, &earn);
		raw_add(raw, &page);
	}
	const uint8_t *bytes = raw_end(raw, FRAME_REQUEST, 7, &size);
	return raw_send(raw, bytes, size);
}

static bool is_right_repeat(const struct answer *answer, uint64_t i, const uint64_t *events)
{
	const struct ans_points_earn *earn = &answer->as.points_earn;
	int64_t before = (int64_t)(i * (i + 1) / 2);
	return answer->status == ERROR_OK && answer->flags & ANSWER_REPEATED &&
	       earn->event == events[i] && earn->before == before &&
	       earn->after == before + (int64_t)i + 1;
}

/* The page from the i-th earn down: those before it, then the creation. */
static bool is_right_page(const struct answer *answer, uint64_t i, const uint64_t *events)
{
	const struct wire_list *list = &answer->as.history.entries;
	struct wire_reader r = {list->bytes, list->bytes + list->size, false};
	struct rec_entry entry;
	uint64_t expected = i + 2 < PAGE ? i + 2 : PAGE, right = 0;
	if (answer->status != ERROR_OK || list->count != expected)
		return false;
	while (right < expected && decode_rec_entry(&r, &entry) &&
	       (right > i || entry.event == events[i - right]))
		right++;
	return right == expected && r.at == r.end;
}

static void check_turns(void)
{
	static uint64_t events[PAIRS];
	uint64_t place = 0, repeats = 0, pages = 0;
	struct frame frame = {.flags = FRAME_MORE};
	use_directory("turns");
	const char *const arguments[] = {"--max-clients", "100", "--journal-bytes", "16777216"};
	for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++)
		server_add_argument(&server, arguments[i]);
	server_start(&server);
	struct raw raw = raw_connect_unix(&server);
	bool fine = raw_hello(&raw, 1, 0) && prepare(&raw, events);
	check(fine, "%u earns are in the log", PAIRS);
	fine = fine && send_turns(&raw, events);
	while (fine && frame.flags & FRAME_MORE) {
		fine = raw_next(&raw, &frame, WAIT_MS) == RAW_FRAME && frame.kind == FRAME_REPLY &&
		       frame.number == 7;
		struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
		for (uint32_t k = 0; k < frame.count && fine; k++, place++) {
			struct answer answer;
			bool page = place % 2 == 1;
			fine = answer_decode(&r, page ? OP_history : OP_points_earn, &answer);
			repeats += fine && !page && is_right_repeat(&answer, place / 2, events);
			pages += fine && page && is_right_page(&answer, place / 2, events);
		}
	}
	check(fine && place == 2 * PAIRS,
	      "a frame of repeats and pages by turns: %" PRIu64 " answers", place);
	check(repeats == PAIRS, "... %" PRIu64 " repeats are REPEATED, with their first event",
	      repeats);
	check(pages == PAIRS, "... %" PRIu64 " pages begin where asked and are complete", pages);
	raw_close(&raw);
	check(server_stop(&server, WAIT_MS) == 0, "... and the server stops cleanly");
}

int main(int argc, char **argv)
{
	const struct rlimit descriptors = {DESCRIPTORS, DESCRIPTORS};
	if (argc != 2) {
		fprintf(stderr, "usage: limits BUILD_DIRECTORY\n");
		return 2;
	}
	build = argv[1];
	scratch_new(scratch);
	if (setrlimit(RLIMIT_NOFILE, &descriptors) != 0)
		scratch_die("setrlimit");
	check_refused("--max-clients", "1000", "1000 clients", " 300 ");
	check_refused("--journal-bytes", "1m", "--journal-bytes", "1048576");
	check_flood();
	check_turns();
	return check_finish();
}
