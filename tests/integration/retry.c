/* retry.c -- a retry never overtakes its first attempt (design: exactly once).
 *
 *   A (instance 7, slot 0)   400 pages of history, redeem K ...   reads nothing: the server stops
 *                                                                 in the middle, K not executed
 *   B (instance 7, slot 0)   hello .... A must end here
 *                            redeem K: refused, the balance is 0
 *   C                        earn 100
 *   A                        reads on: FENCED, and K must never be applied
 *
 * Were A not ended, K would be applied after B was told that it never would be.
 *
 * usage: retry BUILD_DIRECTORY
 */
#include <stdio.h>

#include "tests/integration/common/check.h"
#include "tests/integration/common/raw.h"

#define WAIT_MS 5000
#define PAGES 400

static struct server server;

/* Execute one command on a connection; its status, or -1 when no answer came. */
static int execute(struct raw *raw, struct command command, struct answer *answer)
{
	static uint64_t number = 100;
	number++;
	if (!raw_request(raw, &command, number) ||
	    !raw_answer(raw, command.opcode, number, answer, WAIT_MS))
		return -1;
	return answer->status;
}

static struct raw connect_as(uint8_t instance, uint32_t slot)
{
	struct raw raw = raw_connect_unix(&server);
	if (!raw_hello(&raw, instance, slot))
		check_fail("a connection is welcomed", "instance %u, slot %u", instance, slot);
	return raw;
}

static int64_t points_of(struct raw *raw, uint64_t customer)
{
	struct answer answer;
	return execute(raw, raw_get(customer), &answer) == ERROR_OK ? answer.as.customer_get.points
								    : -1;
}

/* Customer 1: long history and balance 0.  Customer 2: 500 points. */
static void prepare(struct raw *c)
{
	struct answer answer;
	struct frame frame;
	uint32_t size;
	execute(c, raw_create(1, 1), &answer);
	execute(c, raw_create(2, 2), &answer);
	execute(c, raw_points(OP_points_earn, 3, 2, 500), &answer);
	raw_begin(c);
	for (uint64_t i = 0; i < 200; i++) {
		struct command command =
		    raw_points(i % 2 == 0 ? OP_points_earn : OP_points_redeem, 100 + i, 1, 5);
		raw_add(c, &command);
	}
	const uint8_t *bytes = raw_end(c, FRAME_REQUEST, 2, &size);
	bool sent = raw_send(c, bytes, size);
	do
		sent = sent && raw_next(c, &frame, WAIT_MS) == RAW_FRAME;
	while (sent && frame.flags & FRAME_MORE);
	check(sent && points_of(c, 1) == 0 && points_of(c, 2) == 500, "the customers are made");
}

static void send_delayed(struct raw *a, const struct command *last)
{
	uint32_t size;
	struct command page = {.opcode = OP_history};
	page.as.history.customer = 1;
	page.as.history.limit = 200;
	raw_begin(a);
	for (int i = 0; i < PAGES; i++)
		raw_add(a, &page);
	raw_add(a, last);
	const uint8_t *bytes = raw_end(a, FRAME_REQUEST, 2, &size);
	check(raw_send(a, bytes, size), "A sends %d pages and redeem K, and reads nothing", PAGES);
	scratch_sleep_us(300000);
}

static void check_overtaking(struct raw *c)
{
	struct answer answer;
	struct command redeem = raw_points(OP_points_redeem, 9000, 1, 100);
	struct raw a = connect_as(7, 0);
	send_delayed(&a, &redeem);
	struct raw b = connect_as(7, 0);
	check(execute(&b, redeem, &answer) == ERROR_BALANCE_TOO_LOW,
	      "B, the same client anew, sends redeem K: refused");
	check(execute(c, raw_points(OP_points_earn, 9001, 1, 100), &answer) == ERROR_OK,
	      "C earns 100");
	int goodbye = raw_goodbye(&a, WAIT_MS);
	check(goodbye == ERROR_FENCED, "A is ended: FENCED (%d)", goodbye);
	check(points_of(c, 1) == 100, "A's redeem K, once refused to B, is never applied");
	check(execute(&b, redeem, &answer) == ERROR_OK && !(answer.flags & ANSWER_REPEATED) &&
		  answer.as.points_redeem.after == 0,
	      "B sends redeem K again: applied now, for the first time");
	raw_close(&a);
	raw_close(&b);
}

static void check_late_command(struct raw *c)
{
	struct answer answer;
	struct command late = raw_points(OP_points_redeem, 9100, 2, 100);
	struct raw a = connect_as(8, 3), other_slot = connect_as(8, 4), other = connect_as(9, 3);
	struct raw b = connect_as(8, 3);
	raw_request(&a, &late, 2); /* the server may have closed it: all the same */
	int goodbye = raw_goodbye(&a, WAIT_MS);
	check(goodbye == ERROR_FENCED || goodbye == -1, "A, fenced while idle, is ended (%d)",
	      goodbye);
	check(points_of(c, 2) == 500, "a command A sends after B's hello is never applied");
	check(execute(&other_slot, raw_ping(1), &answer) == ERROR_OK,
	      "another slot of the same client lives");
	check(execute(&other, raw_ping(1), &answer) == ERROR_OK,
	      "another client in the same slot lives");
	check(execute(&b, late, &answer) == ERROR_OK && !(answer.flags & ANSWER_REPEATED),
	      "B sends that command: applied once");
	check(execute(&b, late, &answer) == ERROR_OK && answer.flags & ANSWER_REPEATED,
	      "B sends it again: REPEATED");
	check(points_of(c, 2) == 400, "it counted once");
	raw_close(&a);
	raw_close(&b);
	raw_close(&other_slot);
	raw_close(&other);
}

int main(int argc, char **argv)
{
	char scratch[SCRATCH_PATH];
	if (argc != 2) {
		fprintf(stderr, "usage: retry BUILD_DIRECTORY\n");
		return 2;
	}
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server_start(&server);
	struct raw c = connect_as(1, 0);
	prepare(&c);
	check_overtaking(&c);
	check_late_command(&c);
	raw_close(&c);
	check(server_stop(&server, 10000) == 0, "the server stops cleanly");
	return check_finish();
}
