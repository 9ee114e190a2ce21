/* kill.c -- kills crmdb-server under load, again and again, and asks the oracle each time.
 *
 *   clients      |==== commands ====|x|== reconnect, go on ==|  at the gate  |==== commands ...
 *   server       |=====================| start, recover |==================================
 *                                   kill -9                  |verify| oracle |
 *
 * A round ends the server by signal 9 at a random time, or by TERM; sometimes it is killed again
 * while it recovers.  After each start:
 *
 *   H1  the digest at start is that of a second process that folds the log from event 1;
 *   H2  after a clean stop it is also the one the stopped server printed;
 *   H3  the oracle finds nothing wrong (oracle.h);
 *   H4  the recorder saw no byte of an answer leave before its flush returned (recorder.h).
 *
 * usage: kill --server PATH [--recorder PATH.so] [--kills N] [--seed S] [--dir DIR] [--customers K]
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/integration/common/check.h"
#include "tests/integration/common/server.h"
#include "tests/kill/oracle.h"
#include "tests/preload/recorder.h"

#define PAUSE_MS 20000
#define STOP_MS 10000

struct run {
	const char *program, *recorder;
	unsigned long kills;
	uint64_t seed, random, customers;
	char directory[SCRATCH_PATH];
	bool own_directory;
	struct server server;
	char preload[SCRATCH_PATH + 16], report[SCRATCH_PATH + 32], report_path[SCRATCH_PATH];
	unsigned starts;
	struct load load;
	struct ledger ledger;
	struct oracle oracle;
	struct verdict verdict; /* of this round */
	struct server_mark stopped;
	unsigned long recovery_kills, stops;
	uint64_t answers, groups;
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

/* A ring that wraps within seconds and log files that rotate every few rounds. */
static void launch(struct run *run)
{
	static const char *const sizes[] = {"1048576", "4194304", "268435456"};
	struct server *server = &run->server;
	memset(server->arguments, 0, sizeof server->arguments);
	memset(server->environment, 0, sizeof server->environment);
	server_add_argument(server, "--journal-bytes");
	server_add_argument(server, "16777216");
	server_add_argument(server, "--log-file-bytes");
	server_add_argument(server, sizes[below(run, 3)]);
	if (run->recorder != NULL) {
		scratch_path(run->report_path, "%s/recorder", run->directory);
		unlink(run->report_path);
		snprintf(run->preload, sizeof run->preload, "LD_PRELOAD=%s", run->recorder);
		snprintf(run->report, sizeof run->report, "CRMDB_RECORDER_FILE=%s",
			 run->report_path);
		server_add_environment(server, run->preload);
		server_add_environment(server, run->report);
		server_add_environment(server, "ASAN_OPTIONS=verify_asan_link_order=0");
	}
	run->starts++;
	server_launch(server);
}

/* H4, of the server that just ended. */
static void judge_recorder(struct run *run)
{
	struct recorder_report report = {0};
	if (run->recorder == NULL)
		return;
	int fd = open(run->report_path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, &report, sizeof report);
	if (fd >= 0)
		close(fd);
	if (got != (ssize_t)sizeof report || report.magic != RECORDER_MAGIC) {
		verdict_add(&run->verdict, "the recorder was not in place");
		return;
	}
	if (report.violations > 0)
		verdict_add(&run->verdict,
			    "%" PRIu64 " answers left before their flush, the first with sequence "
			    "%" PRIu64 " when %" PRIu64 " was durable",
			    report.violations, report.first_sequence, report.first_durable);
	if (report.unreadable > 0)
		verdict_add(&run->verdict,
			    "the recorder could not read what it saw %" PRIu64 " times",
			    report.unreadable);
	if (report.groups > 10 && report.answers == 0)
		verdict_add(&run->verdict, "the recorder compared no answer");
	run->answers += report.answers;
	run->groups += report.groups;
}

/* Kill it while it recovers, a few times in a row. */
static void kill_recovery(struct run *run, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		launch(run);
		scratch_sleep_us((int64_t)below(run, 60000));
		server_kill(&run->server);
		run->recovery_kills++;
	}
}

static void end_by_term(struct run *run)
{
	int status = server_stop(&run->server, STOP_MS);
	run->stops++;
	if (status != 0) {
		verdict_add(&run->verdict, "after TERM the exit status was %d", status);
		server_show_lines(&run->server);
	}
	if (!server_mark(&run->server, " stopped: ", &run->stopped))
		verdict_add(&run->verdict, "it did not say where it stopped");
}

/* H1 and H2. */
static void judge_start(struct run *run)
{
	struct server_mark start, folded;
	if (!server_mark(&run->server, " recovered: ", &start)) {
		verdict_add(&run->verdict, "it did not say what it recovered");
		return;
	}
	if (!server_verify(&run->server, start.last, &folded))
		verdict_add(&run->verdict, "verify failed");
	else if (folded.last != start.last || folded.digest != start.digest)
		verdict_add(&run->verdict,
			    "started at event %" PRIu64 " with digest %016" PRIx64
			    ", but a fold of the log gives event %" PRIu64 ", %016" PRIx64,
			    start.last, start.digest, folded.last, folded.digest);
	if (run->stopped.last != 0 &&
	    (run->stopped.last != start.last || run->stopped.digest != start.digest))
		verdict_add(&run->verdict,
			    "stopped at event %" PRIu64 " with digest %016" PRIx64
			    ", started at %" PRIu64 " with %016" PRIx64,
			    run->stopped.last, run->stopped.digest, start.last, start.digest);
	run->stopped = (struct server_mark){0, 0};
}

static void start(struct run *run)
{
	launch(run);
	if (server_await_ready(&run->server, SERVER_READY_MS))
		return;
	printf("not ok - start %u: the server does not come up\n", run->starts);
	server_show_lines(&run->server);
	exit(1);
}

/* What the round was, in words. */
static void end_server(struct run *run, bool *killed, char *words, size_t size)
{
	uint64_t dice = below(run, 100);
	*killed = dice >= 12;
	if (!*killed) {
		end_by_term(run);
		judge_recorder(run);
		snprintf(words, size, "stop");
		return;
	}
	server_kill(&run->server);
	judge_recorder(run);
	unsigned times = dice >= 99 ? 20 : dice >= 80 ? 1 + (unsigned)below(run, 4) : 0;
	kill_recovery(run, times);
	snprintf(words, size, times > 0 ? "kill, and %u more while it recovers" : "kill", times);
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
	bool killed;
	struct oracle_summary summary;
	load_resume(&run->load);
	scratch_sleep_us(50000 + (int64_t)below(run, 650000));
	end_server(run, &killed, words, sizeof words);
	start(run);
	scratch_sleep_us((int64_t)below(run, 40000));
	if (!load_pause(&run->load, PAUSE_MS)) {
		verdict_add(&run->verdict, "a client ended or hangs");
		server_show_lines(&run->server);
	}
	judge_start(run);
	oracle_check(&run->oracle, false, &summary, &run->verdict);
	snprintf(name, sizeof name, "round %lu: %s", number, words);
	round_end(run, name, &summary);
	return killed;
}

/* Everything from event 1, before and after a last clean stop. */
static void finish(struct run *run)
{
	struct oracle_summary summary;
	oracle_check(&run->oracle, true, &summary, &run->verdict);
	round_end(run, "everything, from event 1", &summary);
	end_by_term(run);
	judge_recorder(run);
	start(run);
	judge_start(run);
	oracle_check(&run->oracle, true, &summary, &run->verdict);
	round_end(run, "everything again, after a clean stop", &summary);
	server_stop(&run->server, STOP_MS);
	if (run->recorder != NULL)
		check(run->answers > 0 && run->groups > 0,
		      "recorder: %" PRIu64 " answers compared with %" PRIu64 " flushes",
		      run->answers, run->groups);
}

int main(int argc, char **argv)
{
	static struct run run;
	parse(&run, argc, argv);
	printf("SEED=%" PRIu64 "\n", run.seed);
	run.random = run.seed;
	run.own_directory = run.directory[0] == '\0';
	if (run.own_directory)
		scratch_new(run.directory);
	else if (mkdir(run.directory, 0700) != 0 && errno != EEXIST)
		scratch_die(run.directory);
	server_init(&run.server, run.program, run.directory);
	struct load_options options = {run.server.uri, run.directory, run.seed, run.customers};
	load_start(&run.load, &options);
	ledger_open(&run.ledger, run.directory);
	oracle_open(&run.oracle, &run.ledger, run.server.uri, run.seed);
	int64_t began = scratch_now_us();
	unsigned long kills = 0;
	start(&run);
	for (unsigned long round = 1; kills < run.kills; round++)
		kills += do_round(&run, round);
	finish(&run);
	uint64_t batches = load_batches(&run.load);
	load_stop(&run.load);
	ledger_close(&run.ledger);
	printf("# %lu kills, %lu during recovery, %lu stops, %" PRIu64 " batches, %" PRIu64
	       " acknowledgements asked again, %.1f s\n",
	       kills, run.recovery_kills, run.stops, batches, run.oracle.repeats,
	       (double)(scratch_now_us() - began) / 1e6);
	int status = check_finish();
	if (run.own_directory && status == 0)
		scratch_remove(run.directory);
	return status;
}
