/* blocked_flush.c -- with the flush blocked: what saw nothing new answers, what did waits.
 *
 *   connection A     earn on customer 2 ............ (its flush hangs) .............. answer
 *   others, quiet    get 1, refusal on 1, history of 1, get of nobody: answer at once
 *   others, touched  get 2, refusal on 2, repeat of A's key, ... wait ............... answer
 *
 * Each question has a connection of its own, since replies leave a connection in order; the last
 * case shows just that.  preload/block_flush.so makes the journal's writes wait while a file
 * exists.
 *
 * usage: blocked_flush BUILD_DIRECTORY
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "protocol/limits.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/raw.h"

#define AT_ONCE_MS 3000 /* generous: the machine may be busy; a blocked flush never ends */
#define WAITS_MS 300

struct question {
	const char *name;
	struct command command;
	uint16_t status; /* expected */
	struct raw raw;
};

static char block_file[SCRATCH_PATH];

static void block(void)
{
	int fd = open(block_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		scratch_die(block_file);
	close(fd);
}

static void unblock(void)
{
	unlink(block_file);
}

/* Send a command on a connection of its own. */
static struct raw ask(const struct server *server, const struct command *command)
{
	static uint8_t instance;
	struct raw raw = raw_connect_unix(server);
	if (!raw_hello(&raw, ++instance, 0) || !raw_request(&raw, command, 1))
		check_fail("a new connection is served", "no hello, or nothing taken");
	return raw;
}

static void do_now(const struct server *server, struct command command)
{
	struct answer answer;
	struct raw raw = ask(server, &command);
	if (!raw_answer(&raw, command.opcode, 1, &answer, AT_ONCE_MS) || answer.status != ERROR_OK)
		check_fail("the server prepares", "opcode %u fails", command.opcode);
	raw_close(&raw);
}

static struct command history_of(uint64_t customer)
{
	struct command command = {.opcode = OP_history};
	command.as.history.customer = customer;
	return command;
}

static struct command info(void)
{
	return (struct command){.opcode = OP_info};
}

static void check_quiet(const struct server *server)
{
	struct question questions[] = {
	    {.name = "a read of a quiet row", .command = raw_get(1)},
	    {.name = "a history of a quiet row", .command = history_of(1)},
	    {.name = "a refusal that saw only a quiet row",
	     .command = raw_points(OP_points_redeem, 90, 1, 1000),
	     .status = ERROR_BALANCE_TOO_LOW},
	    {.name = "a repeat of a flushed key",
	     .command = raw_points(OP_points_earn, 11, 1, 100)},
	    {.name = "a read of a customer that never was",
	     .command = raw_get(99),
	     .status = ERROR_NOT_FOUND},
	    {.name = "a ping", .command = raw_ping(7)},
	};
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
		struct answer answer;
		struct question *q = &questions[i];
		struct raw raw = ask(server, &q->command);
		int64_t began = scratch_now_us();
		bool came = raw_answer(&raw, q->command.opcode, 1, &answer, AT_ONCE_MS);
		check(came && answer.status == q->status,
		      "flush blocked: %s answers at once (%.1f ms)", q->name,
		      (double)(scratch_now_us() - began) / 1000);
		raw_close(&raw);
	}
}

static void check_order(const struct server *server)
{
	struct frame frame;
	struct command touched = raw_get(2), quiet = raw_get(1);
	struct raw raw = ask(server, &touched);
	raw_request(&raw, &quiet, 2);
	check(raw_next(&raw, &frame, WAITS_MS) == RAW_SILENT,
	      "flush blocked: a quiet read behind a touched one of its connection waits its turn");
	raw_close(&raw);
}

/* All the memory this may take: what the kernel's socket buffers and the server's own bounds hold.
 * A server without bounds takes everything offered. */
static void check_bounded(const struct server *server)
{
	static uint8_t frame[LIMIT_FRAME_BYTES];
	uint32_t size;
	size_t taken = 0, offered = 0;
	struct raw raw = raw_connect_unix(server);
	raw_hello(&raw, 200, 0);
	for (uint64_t number = 1; offered < (64u << 20); number++) {
		raw_begin(&raw);
		for (uint64_t i = 0; i < 1000; i++) {
			struct command earn =
			    raw_points(OP_points_earn, 1000000 + number * 1000 + i, 3, 1);
			raw_add(&raw, &earn);
		}
		const uint8_t *bytes = raw_end(&raw, FRAME_REQUEST, number, &size);
		memcpy(frame, bytes, size);
		size_t took = raw_send_some(&raw, frame, size, 500);
		offered += size;
		taken += took;
		if (took < size)
			break;
	}
	check(taken < (16u << 20),
	      "flush blocked: a client that goes on sending is held back (%zu KiB taken)",
	      taken >> 10);
	raw_close(&raw);
}

static void check_touched(const struct server *server)
{
	struct question questions[] = {
	    {.name = "the write itself", .command = raw_points(OP_points_earn, 21, 2, 50)},
	    {.name = "a read of the touched row", .command = raw_get(2)},
	    {.name = "a history of the touched row", .command = history_of(2)},
	    {.name = "a refusal that saw the touched row",
	     .command = raw_points(OP_points_redeem, 91, 2, 1000),
	     .status = ERROR_BALANCE_TOO_LOW},
	    {.name = "a repeat of the unflushed key",
	     .command = raw_points(OP_points_earn, 21, 2, 50)},
	    {.name = "other content with the unflushed key",
	     .command = raw_points(OP_points_earn, 21, 2, 51),
	     .status = ERROR_EXISTS_DIFFERENT},
	    {.name = "a second write of the touched row",
	     .command = raw_points(OP_points_redeem, 22, 2, 30)},
	    {.name = "a new customer", .command = raw_create(4, 4)},
	    {.name = "a read of the new customer", .command = raw_get(4)},
	    {.name = "a refusal to create it twice",
	     .command = raw_create(5, 4),
	     .status = ERROR_EXISTS},
	    {.name = "the server's counts", .command = info()},
	};
	const size_t count = sizeof questions / sizeof questions[0];
	struct frame frame;
	struct answer answers[16];
	block();
	for (size_t i = 0; i < count; i++) {
		questions[i].raw = ask(server, &questions[i].command);
		scratch_sleep_us(20000); /* executed in this order */
	}
	for (size_t i = 0; i < count; i++)
		check(raw_next(&questions[i].raw, &frame, i == 0 ? WAITS_MS : 1) == RAW_SILENT,
		      "flush blocked: %s waits", questions[i].name);
	check_quiet(server);
	check_order(server);
	check_bounded(server);
	for (size_t i = 0; i < count; i++)
		check(raw_next(&questions[i].raw, &frame, 1) == RAW_SILENT,
		      "flush blocked: %s still waits", questions[i].name);
	unblock();
	for (size_t i = 0; i < count; i++)
		check(raw_answer(&questions[i].raw, questions[i].command.opcode, 1, &answers[i],
				 AT_ONCE_MS) &&
			  answers[i].status == questions[i].status,
		      "flush goes on: %s answers", questions[i].name);
	const struct ans_points_earn *first = &answers[0].as.points_earn;
	const struct ans_points_earn *repeat = &answers[4].as.points_earn;
	check(answers[4].flags & ANSWER_REPEATED && !(answers[0].flags & ANSWER_REPEATED) &&
		  first->event == repeat->event && first->before == 100 && first->after == 150 &&
		  repeat->before == 100 && repeat->after == 150,
	      "flush goes on: the repeat got the first answer (event %" PRIu64 ")", first->event);
	check(answers[1].as.customer_get.points == 150 && answers[1].sequence >= first->event,
	      "flush goes on: the read shows what it saw when it executed");
	check(answers[6].as.points_redeem.after == 120, "flush goes on: both writes count");
	for (size_t i = 0; i < count; i++)
		raw_close(&questions[i].raw);
}

int main(int argc, char **argv)
{
	char scratch[SCRATCH_PATH], preload[SCRATCH_PATH], file[2 * SCRATCH_PATH];
	struct server server;
	if (argc != 2) {
		fprintf(stderr, "usage: blocked_flush BUILD_DIRECTORY\n");
		return 2;
	}
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	scratch_path(block_file, "%s/block", scratch);
	scratch_path(preload, "LD_PRELOAD=%s/tests/preload/block_flush.so", argv[1]);
	snprintf(file, sizeof file, "CRMDB_BLOCK_FILE=%s", block_file);
	server_add_environment(&server, preload);
	server_add_environment(&server, file);
	server_add_environment(&server, "ASAN_OPTIONS=verify_asan_link_order=0");
	server_add_argument(&server, "--journal-bytes");
	server_add_argument(&server, "16777216");
	server_start(&server);
	for (uint64_t customer = 1; customer <= 3; customer++) {
		do_now(&server, raw_create(customer, customer));
		do_now(&server, raw_points(OP_points_earn, 10 + customer, customer, 100));
	}
	check_touched(&server);
	check(server_stop(&server, 10000) == 0, "the server stops cleanly afterwards");
	return check_finish();
}
