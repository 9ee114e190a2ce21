/* bad_journal.c -- journals torn at their end are cut there; journals damaged before it are
 * refused.
 *
 *   log      events 1 .. N
 *   journal  | epoch | N+1 | N+2 | ... | N+20 | N+21 .. N+220 |        groups, 4 KiB-aligned
 *                            ^ bad: refused          ^ bad: dropped whole, it was never durable
 *
 * The journal is ahead of the log because the log's files are put back as they were before the
 * last run: just what a server leaves that was killed before it wrote behind.
 *
 * usage: bad_journal BUILD_DIRECTORY
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/failure.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/raw.h"
#include "tests/integration/common/tree.h"

#define SINGLES 20
#define BATCH 200
#define GROUPS 64
#define SECTOR 512
#define GROUP_MAGIC UINT64_C(0x3150524742444d43) /* see server/store/group_head.c */

struct place {
	uint64_t at, number, first;
	uint32_t count, size;
};

static char work[SCRATCH_PATH], base[SCRATCH_PATH], journal[SCRATCH_PATH], text[8192];
static struct server server;
static struct place groups[GROUPS]; /* those after the log, in order; the last is the batch */
static int group_count;
static uint64_t logged; /* N */

static void run_command(struct raw *raw, struct command command, uint64_t number)
{
	struct answer answer;
	if (!raw_request(raw, &command, number) ||
	    !raw_answer(raw, command.opcode, number, &answer, 5000))
		check_fail("the server fills", "a command failed");
}

static void run_batch(struct raw *raw)
{
	uint32_t size;
	struct frame frame;
	raw_begin(raw);
	for (uint64_t i = 0; i < BATCH; i++) {
		struct command earn = raw_points(OP_points_earn, 5000 + i, 1, 1);
		raw_add(raw, &earn);
	}
	const uint8_t *bytes = raw_end(raw, FRAME_REQUEST, 900, &size);
	if (!raw_send(raw, bytes, size) || raw_next(raw, &frame, 5000) != RAW_FRAME)
		check_fail("the server fills", "a batch failed");
}

static void copy_log(const char *from, const char *to)
{
	char source[SCRATCH_PATH], target[SCRATCH_PATH];
	scratch_path(source, "%s/log", from);
	scratch_path(target, "%s/log", to);
	tree_copy(source, target);
}

/* A directory `base` whose journal is ahead of its log. */
static void make_base(void)
{
	char before[SCRATCH_PATH];
	struct server_mark mark = {0, 0};
	scratch_path(before, "%s-before", base);
	server_start(&server);
	struct raw raw = raw_connect_unix(&server);
	raw_hello(&raw, 1, 0);
	run_command(&raw, raw_create(1, 1), 2);
	raw_close(&raw);
	server_stop(&server, 10000);
	server_mark(&server, " stopped: ", &mark);
	logged = mark.last;
	tree_copy(work, before);
	server_start(&server);
	raw = raw_connect_unix(&server);
	raw_hello(&raw, 1, 0);
	for (uint64_t i = 0; i < SINGLES; i++)
		run_command(&raw, raw_points(OP_points_earn, 100 + i, 1, 10), 100 + i);
	run_batch(&raw);
	server_kill(&server);
	raw_close(&raw);
	copy_log(before, work);
	tree_copy(work, base);
}

static int by_number(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	return (x->number > y->number) - (x->number < y->number);
}

static void find_groups(void)
{
	size_t size;
	uint8_t *bytes = tree_read(journal, &size);
	for (size_t at = 0; at + 4096 <= size && group_count < GROUPS; at += 4096) {
		uint64_t magic;
		struct place place = {.at = at};
		memcpy(&magic, bytes + at + 8, sizeof magic);
		memcpy(&place.number, bytes + at + 40, sizeof place.number);
		memcpy(&place.first, bytes + at + 64, sizeof place.first);
		memcpy(&place.count, bytes + at + 72, sizeof place.count);
		memcpy(&place.size, bytes + at + 76, sizeof place.size);
		if (magic == GROUP_MAGIC && place.count > 0 && place.first > logged)
			groups[group_count++] = place;
	}
	free(bytes);
	qsort(groups, (size_t)group_count, sizeof groups[0], by_number);
}

/* It starts, with this last event, and the log folds to the same digest. */
static void check_starts(const char *name, uint64_t last)
{
	struct server_mark start = {0, 0}, folded = {0, 0};
	server_launch(&server);
	bool ready = server_await_ready(&server, SERVER_READY_MS);
	server_mark(&server, " recovered: ", &start);
	bool same = ready && server_verify(&server, start.last, &folded) &&
		    folded.last == start.last && folded.digest == start.digest;
	if (ready && same && start.last == last)
		check(true, "%s: starts at event %" PRIu64, name, last);
	else
		check_fail(name, "%s, event %" PRIu64 " instead of %" PRIu64 ", %s",
			   ready ? "starts" : "does not start", start.last, last,
			   same ? "same digest" : "other digest");
	if (!ready)
		server_show_lines(&server);
	server_kill(&server);
}

static void check_refused(const char *name)
{
	uint64_t before = tree_sum(work);
	const char *arguments[] = {server.program, "--data",      work, "--no-tcp",
				   "--unix",       server.socket, NULL};
	struct tree_run run = {arguments, 0, 20000, text, sizeof text};
	int status = tree_run(&run);
	char *words = strstr(text, "crmdb-server: ");
	if (words != NULL)
		words[strcspn(words, "\n")] = '\0';
	check(status == EXIT_DAMAGE && words != NULL && tree_sum(work) == before,
	      "%s: exit %d, files %s, \"%s\"", name, status,
	      tree_sum(work) == before ? "untouched" : "changed", words != NULL ? words : text);
}

/* The bytes of a group, from `from` on, become zero: a write that never came. */
static void zero(const struct place *group, uint32_t from)
{
	size_t size;
	uint8_t *bytes = tree_read(journal, &size);
	uint32_t padded = (group->size + 4095) / 4096 * 4096;
	memset(bytes + group->at + from, 0, padded - from);
	tree_write(journal, bytes, size);
	free(bytes);
}

static void check_tail(void)
{
	const struct place *tail = &groups[group_count - 1];
	char name[80];
	tree_copy(base, work);
	check_starts("a whole journal, ahead of the log", tail->first + tail->count - 1);
	tree_copy(base, work);
	tree_flip(journal, tail->at + tail->size - 20, 0x04);
	check_starts("a flipped bit in the last group", tail->first - 1);
	for (uint32_t from = 0; from < tail->size; from += 4 * SECTOR) {
		tree_copy(base, work);
		zero(tail, from);
		snprintf(name, sizeof name, "a last group of which %u of %u bytes arrived", from,
			 tail->size);
		check_starts(name, tail->first - 1);
	}
	tree_copy(base, work);
	zero(tail, 0);
	tree_flip(journal, groups[group_count - 2].at + 140, 0x01);
	check_starts("two bad last groups, the very last never written",
		     groups[group_count - 2].first - 1);
}

static void check_damage(void)
{
	tree_copy(base, work);
	tree_flip(journal, groups[group_count / 2].at + 140, 0x01);
	check_refused("a flipped bit in a group with valid ones behind");
	tree_copy(base, work);
	tree_flip(journal, groups[group_count / 2].at + 42, 0x01);
	check_refused("a flipped bit in the head of such a group");
	tree_copy(base, work);
	zero(&groups[group_count / 2], 0);
	check_refused("a group missing in the middle");
	tree_copy(base, work);
	zero(&groups[0], 0);
	check_refused("a gap between log and journal");
}

int main(int argc, char **argv)
{
	char scratch[SCRATCH_PATH];
	if (argc != 2) {
		fprintf(stderr, "usage: bad_journal BUILD_DIRECTORY\n");
		return 2;
	}
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server_add_argument(&server, "--journal-bytes");
	server_add_argument(&server, "16777216");
	scratch_path(work, "%s", server.directory);
	scratch_path(base, "%s/base", scratch);
	scratch_path(journal, "%s/journal", work);
	make_base();
	find_groups();
	if (check(group_count >= SINGLES / 2, "the journal is %d groups ahead of the log",
		  group_count)) {
		check_tail();
		check_damage();
	}
	return check_finish();
}
