/* hostile_peers.c -- peers that are silent, greedy, too many, or gone; and a server that is gone.
 *
 *   silent     no hello, half a hello, half a frame: ended by the right deadline
 *   greedy     asks for much and reads nothing: held back, then ended; others do not notice
 *   too many   over --max-clients: told so
 *   gone       the server is killed while a client waits: the client's deadline or the broken
 *              connection tells it so, and a retry is applied once
 *
 * usage: hostile_peers BUILD_DIRECTORY
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/crmdb/crmdb.h"
#include "protocol/limits.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/raw.h"

#define MAX_CLIENTS 30
#define WAIT_MS 5000

static struct server server;

static struct raw connect_good(uint8_t instance)
{
	struct raw raw = raw_connect_unix(&server);
	if (!raw_hello(&raw, instance, 0))
		check_fail("a good client is welcomed", "instance %u", instance);
	return raw;
}

/* Milliseconds a ping takes; -1: no answer. */
static double time_ping(struct raw *raw)
{
	static uint64_t number = 1000;
	struct answer answer;
	struct command ping = raw_ping(++number);
	int64_t began = scratch_now_us();
	if (!raw_request(raw, &ping, number) ||
	    !raw_answer(raw, OP_ping, number, &answer, WAIT_MS) || answer.as.ping.nonce != number)
		return -1;
	return (double)(scratch_now_us() - began) / 1000;
}

/* Resident memory of the server, KiB. */
static long resident_kib(void)
{
	char path[64], line[256];
	long kib = -1;
	snprintf(path, sizeof path, "/proc/%d/status", (int)server.pid);
	FILE *file = fopen(path, "r");
	while (file != NULL && kib < 0 && fgets(line, sizeof line, file) != NULL)
		sscanf(line, "VmRSS: %ld", &kib);
	if (file != NULL)
		fclose(file);
	return kib;
}

static bool fill_history(struct raw *raw)
{
	uint32_t size;
	struct frame frame;
	struct command create = raw_create(1, 1);
	raw_begin(raw);
	raw_add(raw, &create);
	for (uint64_t i = 0; i < 300; i++) {
		struct command earn = raw_points(OP_points_earn, 100 + i, 1, 1);
		raw_add(raw, &earn);
	}
	const uint8_t *bytes = raw_end(raw, FRAME_REQUEST, 2, &size);
	bool sent = raw_send(raw, bytes, size);
	do
		sent = sent && raw_next(raw, &frame, WAIT_MS) == RAW_FRAME;
	while (sent && frame.flags & FRAME_MORE);
	return sent;
}

/* Ask for pages of 200 entries, read none; returns bytes the server took. */
static size_t ask_greedily(struct raw *raw)
{
	uint32_t size;
	size_t taken = 0;
	struct command page = {.opcode = OP_history};
	page.as.history.customer = 1;
	page.as.history.limit = 200;
	raw_begin(raw);
	for (int i = 0; i < 1000; i++)
		raw_add(raw, &page);
	const uint8_t *bytes = raw_end(raw, FRAME_REQUEST, 2, &size);
	for (size_t took = size; took == size && taken < (32u << 20); taken += took)
		took = raw_send_some(raw, bytes, size, 300);
	return taken;
}

struct silent {
	const char *name;
	struct raw raw;
	enum error goodbye;
	int deadline_ms; /* of the server */
};

static void start_silent(struct silent *silent)
{
	uint32_t size;
	struct command hello = raw_hello_command(60, 0), ping = raw_ping(1);
	for (int i = 0; i < 3; i++)
		silent[i].raw = raw_connect_unix(&server);
	raw_begin(&silent[1].raw);
	raw_add(&silent[1].raw, &hello);
	const uint8_t *bytes = raw_end(&silent[1].raw, FRAME_HELLO, 1, &size);
	raw_send(&silent[1].raw, bytes, size / 2);
	raw_hello(&silent[2].raw, 61, 0);
	raw_begin(&silent[2].raw);
	raw_add(&silent[2].raw, &ping);
	bytes = raw_end(&silent[2].raw, FRAME_REQUEST, 2, &size);
	raw_send(&silent[2].raw, bytes, size / 2);
}

static void check_deadlines(struct silent *silent, int64_t began, struct raw *greedy)
{
	for (int i = 0; i < 3; i++) {
		int left = silent[i].deadline_ms - (int)((scratch_now_us() - began) / 1000) + 3000;
		int goodbye = raw_goodbye(&silent[i].raw, left > 0 ? left : 0);
		check(goodbye == (int)silent[i].goodbye, "%s: %s after %.1f s", silent[i].name,
		      goodbye >= 0 ? error_info((uint16_t)goodbye)->name : "no goodbye",
		      (double)(scratch_now_us() - began) / 1e6);
		raw_close(&silent[i].raw);
	}
	/* Two times STALLED_TIMEOUT_MS: what the kernel took at first counts as progress. */
	scratch_sleep_us(began + 21500000 - scratch_now_us());
	int end = raw_goodbye(greedy, WAIT_MS);
	check(end == -1 || end == -3,
	      "a client that reads nothing is ended within 21 s, in the middle of an answer (%d)",
	      end);
}

static void check_silent_and_greedy(void)
{
	struct silent silent[] = {
	    {.name = "no hello", .goodbye = ERROR_HELLO_TIMEOUT, .deadline_ms = 5000},
	    {.name = "half a hello", .goodbye = ERROR_HELLO_TIMEOUT, .deadline_ms = 5000},
	    {.name = "half a frame", .goodbye = ERROR_FRAME_TIMEOUT, .deadline_ms = 10000}};
	struct raw good = connect_good(1), greedy = connect_good(2);
	check(fill_history(&good), "a customer with 300 events is made");
	start_silent(silent);
	int64_t began = scratch_now_us();
	long before = resident_kib();
	size_t taken = ask_greedily(&greedy);
	long after = resident_kib();
	check(taken < (8u << 20) && after - before < 16 * 1024,
	      "a client that reads nothing is held back: %zu KiB taken, %ld KiB of memory",
	      taken >> 10, after - before);
	double worst = 0;
	for (int i = 0; i < 200; i++) {
		double ms = time_ping(&good);
		worst = ms < 0 ? 1e9 : ms > worst ? ms : worst;
	}
	check(worst < 200, "meanwhile another client is answered: worst ping %.1f ms", worst);
	check_deadlines(silent, began, &greedy);
	check(time_ping(&good) >= 0, "after all of it a good client is answered");
	raw_close(&greedy);
	raw_close(&good);
}

static void check_too_many(void)
{
	struct raw many[MAX_CLIENTS], extra;
	scratch_sleep_us(100000); /* those closed before are gone */
	for (int i = 0; i < MAX_CLIENTS; i++)
		many[i] = connect_good((uint8_t)(100 + i));
	extra = raw_connect_unix(&server);
	int goodbye = raw_goodbye(&extra, WAIT_MS);
	check(goodbye == ERROR_TOO_MANY_CLIENTS, "client %d of %d: TOO_MANY_CLIENTS (%d)",
	      MAX_CLIENTS + 1, MAX_CLIENTS, goodbye);
	raw_close(&extra);
	raw_close(&many[0]);
	scratch_sleep_us(100000);
	extra = raw_connect_unix(&server);
	check(raw_hello(&extra, 99, 0), "after one left, a new one is welcomed");
	raw_close(&extra);
	for (int i = 1; i < MAX_CLIENTS; i++)
		raw_close(&many[i]);
}

static void check_unreachable(void)
{
	crm_error error;
	int64_t began = scratch_now_us();
	crm_client *db = crm_open("unix:///nonexistent/socket?connect_timeout=500ms", &error);
	check(db == NULL && error.code == ERROR_UNREACHABLE && error.hint[0] != '\0',
	      "no server at the address: %s, %s", error.name, error.message);
	check(scratch_now_us() - began < 3000000, "... within its time");
	crm_close(db);
}

/* Killed while a client waits, started again, the same batch again: applied once. */
static void check_server_gone(void)
{
	char uri[SCRATCH_PATH];
	crm_error error;
	crm_points points = {0};
	crm_customer customer = {0};
	crm_result *result = NULL;
	crm_batch *batch = crm_batch_new();
	scratch_path(uri, "%s?timeout=700ms&pool=1", server.uri);
	crm_client *db = crm_open(uri, &error);
	crm_batch_points_earn(batch, 1, 7, "server gone");
	check(db != NULL && crm_exec(db, batch, &result, &error) == CRM_OK &&
		  crm_result_points(result, 0, &points) == 0,
	      "a client earns with a ref");
	server_kill(&server);
	int64_t began = scratch_now_us();
	crm_status status = crm_exec(db, batch, &result, &error);
	double ms = (double)(scratch_now_us() - began) / 1000;
	check(status != CRM_OK && ms < 3000, "the server is gone: %s after %.0f ms: %s", error.name,
	      ms, error.message);
	server_start(&server);
	crm_points again = {0};
	status = crm_exec(db, batch, &result, &error);
	check(status == CRM_OK && crm_result_repeated(result, 0) &&
		  crm_result_points(result, 0, &again) == 0 && again.event == points.event,
	      "it is back: the same ref gives the first answer (event %" PRIu64 ")", points.event);
	crm_batch_clear(batch);
	crm_batch_customer_get(batch, 1);
	crm_exec(db, batch, &result, &error);
	crm_result_customer(result, 0, &customer);
	check(customer.points == points.after, "it counted once (%" PRId64 " points)",
	      customer.points);
	crm_result_free(result);
	crm_batch_free(batch);
	crm_close(db);
}

int main(int argc, char **argv)
{
	char scratch[SCRATCH_PATH];
	if (argc != 2) {
		fprintf(stderr, "usage: hostile_peers BUILD_DIRECTORY\n");
		return 2;
	}
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server_add_argument(&server, "--max-clients");
	server_add_argument(&server, "30"); /* MAX_CLIENTS */
	server_start(&server);
	check_silent_and_greedy();
	check_too_many();
	check_unreachable();
	check_server_gone();
	check(server_stop(&server, 10000) == 0, "the server stops cleanly afterwards");
	return check_finish();
}
