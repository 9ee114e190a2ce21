/* kill.c -- kills crmdb-server under load, again and again, and asks the oracle each time.
 *
 *   clients      |==== commands ====|x|== reconnect, go on ==|  at the gate  |==== commands ...
 *   server       |=====================| start, recover |==================================
 *                                   kill -9                  |verify| oracle |
 *
 * A round ends the server by signal 9 at a random time, or by TERM; sometimes it is killed again
 * while it recovers.  After each start the server itself (C1 to C3 of child.h) and everything the
 * clients were told (O1 to O9 of oracle.h) are judged.
 *
 * usage: kill --server PATH [--recorder PATH.so] [--kills N] [--seed S] [--dir DIR] [--customers K]
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/integration/common/check.h"
#include "tests/kill/child.h"
#include "tests/kill/oracle.h"

#define PAUSE_MS 20000

struct run {
	const char *program, *recorder;
	unsigned long kills;
	uint64_t seed, random, customers;
	char directory[SCRATCH_PATH];
	struct child child;
	struct load load;
	struct ledger ledger;
	struct oracle oracle;
	struct verdict verdict; /* of this round */
	unsigned half_turned;   /* starts that found a day in the middle of its turn */
};

static _Noreturn void usage(void)
{
	fprintf(stderr, "usage: kill --server PATH [--recorder PATH.so] [--kills N] [--seed S] "
			"[--dir DIR] [--customers K]\n");
	exit(2);
}

static void parse(struct run *run, int argc, char **argv)
{
	static const struct option options[] = {{"server", required_argument, NULL, 'p'},
						{"recorder", required_argument, NULL, 'r'},
						{"kills", required_argument, NULL, 'k'},
						{"seed", required_argument, NULL, 's'},
						{"dir", required_argument, NULL, 'd'},
						{"customers", required_argument, NULL, 'c'},
						{NULL, 0, NULL, 0}};
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	run->seed = (uint64_t)now.tv_sec * 1000003 + (uint64_t)now.tv_nsec;
	run->kills = 30;
	run->customers = 40;
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == 'p')
			run->program = optarg;
		else if (option == 'r')
			run->recorder = optarg;
		else if (option == 'k')
			run->kills = strtoul(optarg, NULL, 10);
		else if (option == 's')
			run->seed = strtoull(optarg, NULL, 10);
		else if (option == 'c')
			run->customers = strtoull(optarg, NULL, 10);
		else if (option == 'd')
			scratch_path(run->directory, "%s", optarg);
		else
			usage();
	}
	if (run->program == NULL || optind != argc || run->customers == 0)
		usage();
}

static uint64_t below(struct run *run, uint64_t limit)
{
	return scratch_below(&run->random, limit);
}

static void round_end(struct run *run, const char *name, const struct oracle_summary *summary)
{
	if (run->verdict.count > 0)
		check_fail(name, "%s (%u in all)", run->verdict.first, run->verdict.count);
	else
		check(true,
		      "%s: event %" PRIu64 ", %" PRIu64 " new, %" PRIu64 " repeated, %" PRIu64
		      " in doubt",
		      name, summary->events, summary->added, summary->repeats, summary->unknown);
	run->verdict = (struct verdict){0};
}

/* Load, end, start, judge.  True: the server was killed. */
static bool do_round(struct run *run, unsigned long number)
{
	char words[64], name[128];
	struct oracle_summary summary;
	load_resume(&run->load);
	scratch_sleep_us(50000 + (int64_t)below(run, 650000));
	if (below(run, 3) < 2 && load_await_month(&run->load, 1500))
		scratch_sleep_us((int64_t)below(run, 3000)); /* in the middle of a day's turn */
	bool killed = child_end(&run->child, words, sizeof words);
	child_start(&run->child);
	scratch_sleep_us((int64_t)below(run, 40000));
	if (!load_pause(&run->load, PAUSE_MS)) {
		verdict_add(&run->verdict, "a client ended or hangs");
		server_show_lines(&run->child.server);
	}
	child_judge_start(&run->child);
	run->oracle.recovered = run->child.started.last;
	oracle_check(&run->oracle, false, &summary, &run->verdict);
	run->half_turned += summary.half_turned;
	snprintf(name, sizeof name, "round %lu: %s", number, words);
	round_end(run, name, &summary);
	return killed;
}

/* Everything from event 1, before and after a last clean stop. */
static void finish(struct run *run)
{
	struct oracle_summary summary;
	run->oracle.recovered = 0;
	oracle_check(&run->oracle, true, &summary, &run->verdict);
	round_end(run, "everything, from event 1", &summary);
	child_stop(&run->child);
	child_start(&run->child);
	child_judge_start(&run->child);
	oracle_check(&run->oracle, true, &summary, &run->verdict);
	round_end(run, "everything again, after a clean stop", &summary);
	child_stop(&run->child);
	check(run->verdict.count == 0, "the last stop%s%s", run->verdict.count == 0 ? "" : ": ",
	      run->verdict.first);
	if (run->recorder != NULL)
		check(run->child.answers > 0 && run->child.groups > 0,
		      "recorder: %" PRIu64 " answers compared with %" PRIu64 " flushes",
		      run->child.answers, run->child.groups);
}

int main(int argc, char **argv)
{
	static struct run run;
	parse(&run, argc, argv);
	printf("SEED=%" PRIu64 "\n", run.seed);
	run.random = run.seed;
	if (run.directory[0] == '\0')
		scratch_new(run.directory);
	else if (mkdir(run.directory, 0700) != 0 && errno != EEXIST)
		scratch_die(run.directory);
	run.child.recorder = run.recorder;
	run.child.random = run.seed + 1;
	run.child.verdict = &run.verdict;
	child_open(&run.child, run.program, run.directory);
	struct load_options options = {run.child.server.uri, run.directory, run.seed,
				       run.customers};
	load_start(&run.load, &options);
	ledger_open(&run.ledger, run.directory);
	oracle_open(&run.oracle, &run.ledger, run.child.server.uri, run.seed);
	int64_t began = scratch_now_us();
	unsigned long kills = 0;
	child_start(&run.child);
	oracle_save_segments(&run.oracle);
	for (unsigned long round = 1; kills < run.kills; round++)
		kills += do_round(&run, round);
	finish(&run);
	uint64_t batches = load_batches(&run.load);
	load_stop(&run.load);
	ledger_close(&run.ledger);
	printf("# %u days began and changed %" PRIu64
	       " customers, %u starts found one in the middle of its turn\n",
	       run.oracle.day_count, run.oracle.turned, run.half_turned);
	printf("# %" PRIu64 " members of segments, as streams of all customers say\n",
	       run.oracle.members);
	oracle_close(&run.oracle);
	printf("# %lu kills, %u during recovery, %u stops, %" PRIu64 " batches, %" PRIu64
	       " acknowledgements asked again, %.1f s\n",
	       kills, run.child.recovery_kills, run.child.stops, batches, run.oracle.repeats,
	       (double)(scratch_now_us() - began) / 1e6);
	return check_finish();
}
