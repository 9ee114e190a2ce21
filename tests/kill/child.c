/* child.c -- the server of the kill harness: how it starts and ends; see child.h. */
#include "tests/kill/child.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/preload/recorder.h"

#define STOP_MS 10000

void child_open(struct child *child, const char *program, const char *directory)
{
	server_init(&child->server, program, directory);
	scratch_path(child->report_path, "%s/recorder", directory);
}

/* A ring that wraps within seconds and log files that rotate every few rounds. */
static void launch(struct child *child)
{
	static const char *const sizes[] = {"1048576", "4194304", "268435456"};
	struct server *server = &child->server;
	memset(server->arguments, 0, sizeof server->arguments);
	memset(server->environment, 0, sizeof server->environment);
	server_add_argument(server, "--journal-bytes");
	server_add_argument(server, "16777216");
	server_add_argument(server, "--log-file-bytes");
	server_add_argument(server, sizes[scratch_below(&child->random, 3)]);
	server_add_argument(server, "--clock");
	server_add_argument(server, LOAD_CLOCK);
	if (child->recorder != NULL) {
		unlink(child->report_path);
		snprintf(child->preload, sizeof child->preload, "LD_PRELOAD=%s", child->recorder);
		snprintf(child->report, sizeof child->report, "CRMDB_RECORDER_FILE=%s",
			 child->report_path);
		server_add_environment(server, child->preload);
		server_add_environment(server, child->report);
		server_add_environment(server, "ASAN_OPTIONS=verify_asan_link_order=0");
	}
	child->starts++;
	server_launch(server);
}

/* C3, of the server that just ended. */
static void judge_recorder(struct child *child)
{
	struct recorder_report report = {0};
	if (child->recorder == NULL)
		return;
	int fd = open(child->report_path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, &report, sizeof report);
	if (fd >= 0)
		close(fd);
	if (got != (ssize_t)sizeof report || report.magic != RECORDER_MAGIC) {
		verdict_add(child->verdict, "the recorder was not in place");
		return;
	}
	if (report.violations > 0)
		verdict_add(child->verdict,
			    "%" PRIu64 " answers left before their flush, the first with sequence "
			    "%" PRIu64 " when %" PRIu64 " was durable",
			    report.violations, report.first_sequence, report.first_durable);
	if (report.unreadable > 0)
		verdict_add(child->verdict,
			    "the recorder could not read what it saw %" PRIu64 " times",
			    report.unreadable);
	if (report.groups > 10 && report.answers == 0)
		verdict_add(child->verdict, "the recorder compared no answer");
	child->answers += report.answers;
	child->groups += report.groups;
}

/* Kill it while it recovers, a few times in a row. */
static void kill_recovery(struct child *child, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		launch(child);
		scratch_sleep_us((int64_t)scratch_below(&child->random, 60000));
		server_kill(&child->server);
		child->recovery_kills++;
	}
}

void child_stop(struct child *child)
{
	int status = server_stop(&child->server, STOP_MS);
	child->stops++;
	if (status != 0) {
		verdict_add(child->verdict, "after TERM the exit status was %d", status);
		server_show_lines(&child->server);
	}
	if (!server_mark(&child->server, " stopped: ", &child->stopped))
		verdict_add(child->verdict, "it did not say where it stopped");
	judge_recorder(child);
}

/* C1 and C2. */
void child_judge_start(struct child *child)
{
	struct server_mark start, folded;
	child->started = (struct server_mark){0, 0};
	if (!server_mark(&child->server, " recovered: ", &start)) {
		verdict_add(child->verdict, "it did not say what it recovered");
		return;
	}
	child->started = start;
	if (!server_verify(&child->server, start.last, &folded))
		verdict_add(child->verdict, "verify failed");
	else if (folded.last != start.last || folded.digest != start.digest)
		verdict_add(child->verdict,
			    "started at event %" PRIu64 " with digest %016" PRIx64
			    ", but a fold of the log gives event %" PRIu64 ", %016" PRIx64,
			    start.last, start.digest, folded.last, folded.digest);
	if (child->stopped.last != 0 &&
	    (child->stopped.last != start.last || child->stopped.digest != start.digest))
		verdict_add(child->verdict,
			    "stopped at event %" PRIu64 " with digest %016" PRIx64
			    ", started at %" PRIu64 " with %016" PRIx64,
			    child->stopped.last, child->stopped.digest, start.last, start.digest);
	child->stopped = (struct server_mark){0, 0};
}

void child_start(struct child *child)
{
	launch(child);
	if (server_await_ready(&child->server, SERVER_READY_MS))
		return;
	printf("not ok - start %u: the server does not come up\n", child->starts);
	server_show_lines(&child->server);
	exit(1);
}

bool child_end(struct child *child, char *words, size_t size)
{
	uint64_t dice = scratch_below(&child->random, 100);
	unsigned times = 0;
	if (dice < 12) {
		child_stop(child);
		snprintf(words, size, "stop");
		return false;
	}
	server_kill(&child->server);
	judge_recorder(child);
	if (dice >= 80)
		times = dice == 99 ? 20 : 1 + (unsigned)scratch_below(&child->random, 4);
	kill_recovery(child, times);
	snprintf(words, size, times > 0 ? "kill, and %u more while it recovers" : "kill", times);
	return true;
}
