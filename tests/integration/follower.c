/* follower.c -- a consumer of a feed, killed and started again at random, rebuilds exactly the
 * membership the server reports.
 *
 *   server     killed -9 now and then, days turned, segments saved
 *   crowd      two writers and one that turns days (crowd.h)
 *   keepers    one a segment (keeper.h), killed -9 at random and started again from their files
 *
 * One of the segments is saved in the middle of it, by its keeper, whose exact stream begins in the
 * same frame, while the first members are being found.  In the end, with the writers still and all
 * feeds complete, each keeper's set is the server's own: exact stream, count, test of customers,
 * and an exact stream of the condition itself.  A last segment is dropped: its keeper is told.
 *
 * usage: follower BUILD_DIRECTORY     SEED in the environment repeats the dice
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/integration/common/check.h"
#include "tests/integration/common/server.h"
#include "tests/integration/crowd.h"
#include "tests/integration/keeper.h"

#define KEEPERS 5
#define LATE 4 /* saved in the middle of it */
#define ROUNDS 60
#define SAMPLE 400u

/* Each by other fields: points and consents, days, a birthday, added fields, the same through
 * another segment. */
static const char *const segments[KEEPERS][2] = {
    {"active", "points >= 150 and consents has marketing:email"},
    {"quiet", "last_order < -30d or last_order is null"},
    {"soon", "birthday within 7d"},
    {"fans", "shoe_size >= 40 or sports has golf"},
    {"quiet_fans", "@quiet and not @fans and spend > 50"}};

static struct server server;
static struct crowd crowd;
static struct keeper keepers[KEEPERS];
static uint64_t dice;
static unsigned keeper_kills, server_kills;

static struct keeper_list asker; /* of this process */

/* --- the trial --- */

static void save(int which)
{
	crm_error error = {0};
	crm_condition *condition = crm_condition_new();
	crm_segment_new segment = {segments[which][0], condition, segments[which][1]};
	crm_batch_clear(asker.batch);
	if (crm_condition_parse(condition, segments[which][1], &error) == CRM_OK)
		crm_batch_segment_save(asker.batch, &segment, NULL);
	if (crm_exec(asker.db, asker.batch, &asker.result, &error) != CRM_OK ||
	    crm_result_first_error(asker.result, &error) != CRM_OK)
		check_fail(segments[which][0], "not saved: %s", error.message);
	crm_condition_free(condition);
}

static void open_keeper(int which, const char *scratch)
{
	struct keeper *keeper = &keepers[which];
	*keeper = (struct keeper){.uri = server.uri,
				  .name = segments[which][0],
				  .save = which == LATE ? segments[which][1] : NULL};
	keeper_open(keeper, scratch);
}

/* What happens in a round beside what is written. */
static void disturb(int round)
{
	struct keeper *keeper = &keepers[scratch_below(&dice, KEEPERS)];
	if (round == ROUNDS / 2) {
		keeper_start(&keepers[LATE]);
		scratch_sleep_us(100000);
	} else if (round % 8 == 7) { /* in the middle of all, of a day perhaps */
		server_kill(&server);
		server_kills++;
		server_start(&server);
	} else if (keeper->pid != 0) {
		keeper_kill(keeper);
		keeper_kills++;
		if (scratch_below(&dice, 3) == 0) /* away for a while */
			scratch_sleep_us((int64_t)scratch_below(&dice, 100000));
		keeper_start(keeper);
	}
	scratch_sleep_us((int64_t)scratch_below(&dice, 120000));
}

/* --- the end --- */

static crm_info ask_info(void)
{
	crm_info info = {0};
	crm_batch_clear(asker.batch);
	crm_batch_info(asker.batch);
	if (crm_exec(asker.db, asker.batch, &asker.result, NULL) == CRM_OK)
		crm_result_info(asker.result, 0, &info);
	return info;
}

/* The last event, when no more come. */
static uint64_t await_quiet(void)
{
	uint64_t last = 0;
	for (int same = 0, tries = 0; same < 20 && tries < 2000; tries++) {
		crm_info info = ask_info();
		bool rests = info.applied > 0 && info.applied == last && info.durable == last;
		same = rests && info.day_due == 0 ? same + 1 : 0;
		last = info.applied;
		scratch_sleep_us(5000);
	}
	return last;
}

static bool same_set(const struct kept *a, const struct kept *b)
{
	return memcmp(a->members, b->members, sizeof a->members) == 0;
}

static uint64_t count(const char *name)
{
	char question[SCRATCH_PATH];
	uint64_t customers = UINT64_MAX;
	scratch_path(question, "count @%s", name);
	crm_batch_clear(asker.batch);
	crm_batch_query(asker.batch, question);
	if (crm_exec(asker.db, asker.batch, &asker.result, NULL) == CRM_OK)
		crm_result_count(asker.result, 0, &customers);
	return customers;
}

/* Answers to `test ID in NAME` that are not what was kept; of an erased customer it is refused. */
static unsigned wrong_tests(const char *name, const struct kept *kept)
{
	unsigned wrong = 0, told = 0;
	uint64_t ids[SAMPLE];
	crm_batch_clear(asker.batch);
	for (unsigned i = 0; i < SAMPLE; i++) {
		ids[i] = 1 + scratch_below(&dice, crowd.customers);
		crm_batch_segment_test(asker.batch, ids[i], name);
	}
	if (crm_exec(asker.db, asker.batch, &asker.result, NULL) != CRM_OK)
		return SAMPLE;
	for (unsigned i = 0; i < SAMPLE; i++) {
		int member = crm_result_is_member(asker.result, i);
		told += member >= 0;
		wrong += (member == 1) != kept_has(kept, ids[i]);
	}
	return told > SAMPLE / 2 ? wrong : SAMPLE;
}

static void compare(int which)
{
	static struct kept kept, members, judged;
	const char *name = segments[which][0];
	const struct keeper_signs *signs = keepers[which].signs;
	char question[SCRATCH_PATH];
	if (!keeper_read(&keepers[which], &kept)) {
		check_fail(name, "nothing was kept");
		return;
	}
	asker.name = name;
	scratch_path(question, "stream @%s show id", name);
	uint64_t at = keeper_stream(&asker, question, &members);
	scratch_path(question, "stream %s show id", segments[which][1]);
	uint64_t judged_at = keeper_stream(&asker, question, &judged);
	check(at > 0 && same_set(&kept, &members) && kept_count(&kept) > 0 &&
		  kept_count(&kept) < crowd.customers,
	      "@%s: %" PRIu64 " kept, %" PRIu64 " in the server's stream, the same", name,
	      kept_count(&kept), kept_count(&members));
	check(judged_at > 0 && same_set(&members, &judged), "@%s is who passes its condition",
	      name);
	check(count(name) == kept_count(&kept), "@%s is counted so", name);
	unsigned wrong = wrong_tests(name, &kept);
	check(wrong == 0, "%u of %u customers tested in %s are not as kept", wrong, SAMPLE, name);
	check(signs->slips == 0 && signs->events > 50,
	      "@%s: each of %" PRIu64 " events, %" PRIu64
	      " erasures among them, was a change (%" PRIu64 " not), from %" PRIu64
	      " on, in %" PRIu64 " lives",
	      name, signs->events, signs->erasures, signs->slips, kept.began, signs->starts);
}

static void end_keepers(uint64_t until)
{
	for (int i = 0; i < KEEPERS; i++)
		keepers[i].signs->until = until;
	for (int i = 0; i < KEEPERS; i++)
		if (!check(keeper_await(&keepers[i], 10000) && keepers[i].signs->ended == 1,
			   "the keeper of @%s has all up to %" PRIu64 " %s", keepers[i].name, until,
			   keepers[i].signs->last))
			keeper_kill(&keepers[i]);
}

/* Does the feed of a keeper that is started end with this word? */
static bool is_told(struct keeper *keeper, const char *word)
{
	return keeper_await(keeper, 5000) && keeper->signs->ended == 2 &&
	       strcmp(keeper->signs->last, word) == 0;
}

/* The feed of a segment that is dropped ends with a word; who comes later, when there is another of
 * that name, is told that it is another. */
static void drop(void)
{
	struct keeper *keeper = &keepers[LATE];
	keeper->signs->until = 0;
	keeper->signs->follows = 0;
	keeper_start(keeper);
	for (int i = 0; i < 1000 && !keeper->signs->follows; i++)
		scratch_sleep_us(5000);
	crm_batch_clear(asker.batch);
	crm_batch_segment_drop(asker.batch, keeper->name, NULL);
	crm_exec(asker.db, asker.batch, &asker.result, NULL);
	check(is_told(keeper, "segment_dropped"), "@%s is dropped, and its keeper is told (%s)",
	      keeper->name, keeper->signs->last);
	save(LATE);
	keeper_start(keeper);
	check(is_told(keeper, "segment_saved"), "and that there is another @%s (%s)", keeper->name,
	      keeper->signs->last);
	keeper_kill(keeper);
}

static void connect_asker(void)
{
	char uri[SCRATCH_PATH];
	scratch_path(uri, "%s?pool=1&timeout=10s", server.uri);
	asker.db = crm_open(uri, NULL);
	asker.batch = crm_batch_new();
	if (asker.db == NULL)
		scratch_die(uri);
}

static void try_it(const char *scratch)
{
	crowd_make(&crowd);
	connect_asker();
	for (int i = 0; i < KEEPERS; i++) {
		open_keeper(i, scratch);
		if (i == LATE)
			continue;
		save(i);
		keeper_start(&keepers[i]);
	}
	crowd_start(&crowd);
	for (int round = 0; round < ROUNDS; round++)
		disturb(round);
	crowd_stop(&crowd);
}

int main(int argc, char **argv)
{
	char scratch[SCRATCH_PATH];
	const char *seed = getenv("SEED");
	if (argc != 2) {
		fprintf(stderr, "usage: follower BUILD_DIRECTORY\n");
		return 2;
	}
	dice = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
	printf("SEED=%" PRIu64 "\n", dice);
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server_add_argument(&server, "--clock");
	server_add_argument(&server, "1998-07-01");
	server_start(&server);
	crowd = (struct crowd){.uri = server.uri, .seed = dice, .customers = KEEPER_CUSTOMERS};
	try_it(scratch);
	uint64_t last = await_quiet();
	end_keepers(last);
	for (int i = 0; i < KEEPERS; i++)
		compare(i);
	check(keepers[LATE].signs->begun_while_built > 0, "one stream began while it was built");
	drop();
	check(crowd.shared->days > 3 && server_kills > 5 && keeper_kills > 30,
	      "%u kills of keepers, %u of the server, %" PRIu64 " days, %" PRIu64 " batches",
	      keeper_kills, server_kills, crowd.shared->days, crowd.shared->batches);
	crm_close(asker.db);
	crm_batch_free(asker.batch);
	crm_result_free(asker.result);
	check(server_stop(&server, 10000) == 0, "the server stops cleanly");
	return check_finish();
}
