/* hostile_bytes.c -- bytes no library would send: each gets the right goodbye, harms nobody.
 *
 * After every case a good client, connected all the while, must still be answered and customer 1
 * must have the points it had: nothing of a bad frame is ever executed.
 *
 * To add a case: a row in hostile_rows.c, with the function that writes its bytes.
 *
 * usage: hostile_bytes BUILD_DIRECTORY
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/raw.h"
#include "tests/integration/hostile_rows.h"

#define GOODBYE_MS 3000
#define POINTS 1000

static struct server server;
static struct raw good;
static uint64_t good_number = 1;
static uint64_t next_key = 1000000;

static struct command earn(void)
{
	return raw_points(OP_points_earn, next_key++, 1, 1);
}

/* The good client is answered and sees what it saw before. */
static void check_good(const char *after)
{
	struct answer answer;
	struct command get = raw_get(1);
	uint64_t number = ++good_number;
	bool fine = raw_request(&good, &get, number) &&
		    raw_answer(&good, OP_customer_get, number, &answer, GOODBYE_MS) &&
		    answer.status == ERROR_OK && answer.as.customer_get.points == POINTS;
	if (!fine)
		check_fail(after, "afterwards a good client is not answered as before");
}

static void check_goodbye(const struct hostile_row *row, bool hello)
{
	struct raw raw = raw_connect_unix(&server);
	if (hello && !raw_hello(&raw, 50, 0))
		check_fail(row->name, "no welcome");
	uint32_t size = row->build(&raw);
	raw_send(&raw, raw.out, size);
	int goodbye = raw_goodbye(&raw, GOODBYE_MS);
	if (goodbye == (int)row->goodbye)
		check(true, "%s: %s", row->name, error_info((uint16_t)goodbye)->name);
	else
		check_fail(row->name, "goodbye %d instead of %s", goodbye,
			   error_info((uint16_t)row->goodbye)->name);
	raw_close(&raw);
	check_good(row->name);
}

/* --- commands that are answered, and the connection lives --- */

static void check_lives(const char *name, const struct command *command, uint16_t expected,
			void (*spoil)(struct raw *raw, uint32_t size))
{
	struct answer answer, pong;
	uint32_t size;
	struct command ping = raw_ping(5);
	struct raw raw = raw_connect_unix(&server);
	raw_hello(&raw, 51, 0);
	raw_begin(&raw);
	raw_add(&raw, command);
	raw_end(&raw, FRAME_REQUEST, 2, &size);
	spoil(&raw, size);
	raw_send(&raw, raw.out, size);
	bool came = raw_answer(&raw, OP_ping, 2, &answer, GOODBYE_MS);
	raw_request(&raw, &ping, 3);
	bool lives = raw_answer(&raw, OP_ping, 3, &pong, GOODBYE_MS) && pong.as.ping.nonce == 5;
	if (came && lives && answer.status == expected)
		check(true, "%s: %s, and the connection lives", name, error_info(expected)->name);
	else
		check_fail(name, "status %d, connection %s", came ? answer.status : -1,
			   lives ? "lives" : "is dead");
	raw_close(&raw);
	check_good(name);
}

static void spoil_opcode(struct raw *raw, uint32_t size)
{
	raw->out[FRAME_HEAD_BYTES] = 0xee;
	raw->out[FRAME_HEAD_BYTES + 1] = 0xee;
	hostile_reseal(raw, size, FRAME_REQUEST, 1);
}

static void spoil_flags(struct raw *raw, uint32_t size)
{
	raw->out[FRAME_HEAD_BYTES + 2] = 1;
	hostile_reseal(raw, size, FRAME_REQUEST, 1);
}

/* The opcode of a longer message: too few bytes for its fields. */
static void spoil_fields(struct raw *raw, uint32_t size)
{
	raw->out[FRAME_HEAD_BYTES] = OP_points_earn;
	hostile_reseal(raw, size, FRAME_REQUEST, 1);
}

static void spoil_nothing(struct raw *raw, uint32_t size)
{
	(void)raw, (void)size;
}

static void check_commands(void)
{
	struct command ping = raw_ping(1), command = earn(), hello = raw_hello_command(52, 0);
	check_lives("an unknown opcode", &command, ERROR_UNSUPPORTED, spoil_opcode);
	check_lives("unknown flags of a command", &command, ERROR_UNSUPPORTED, spoil_flags);
	check_lives("fields that do not fit", &ping, ERROR_MALFORMED, spoil_fields);
	check_lives("hello as a command", &hello, ERROR_UNSUPPORTED, spoil_nothing);
	command = raw_points(OP_points_earn, next_key++, 0, 1);
	check_lives("customer 0", &command, ERROR_ID_ZERO, spoil_nothing);
	command = raw_points(OP_points_earn, next_key++, 1, -1);
	check_lives("a negative amount", &command, ERROR_AMOUNT_NOT_POSITIVE, spoil_nothing);
	command = raw_points(OP_points_adjust, next_key++, 1, INT64_MAX);
	check_lives("an overflowing amount", &command, ERROR_AMOUNT_OVERFLOW, spoil_nothing);
	command = raw_points(OP_points_adjust, next_key++, 1, INT64_MIN);
	check_lives("the lowest amount", &command, ERROR_BALANCE_TOO_LOW, spoil_nothing);
	command = earn();
	command.as.points_earn.key.bytes[6] = 0x40;
	check_lives("a key of version 4", &command, ERROR_KEY_INVALID, spoil_nothing);
}

/* --- where frames are cut, and how they are packed --- */

static void check_cuts(void)
{
	struct raw raw = raw_connect_unix(&server);
	uint8_t bytes[1024];
	struct command hello = raw_hello_command(53, 0);
	uint32_t size = hostile_hello(&raw, &hello);
	memcpy(bytes, raw.out, size);
	uint32_t more = hostile_earn(&raw);
	memcpy(bytes + size, raw.out, more);
	raw_close(&raw);
	for (uint32_t cut = 0; cut < size + more; cut++) {
		raw = raw_connect_unix(&server);
		raw_send(&raw, bytes, cut);
		raw_close(&raw);
	}
	check(true, "hello and request cut at each of %u bytes, then closed", size + more);
	check_good("cut frames");
}

static void check_flips(void)
{
	unsigned answered = 0;
	uint32_t size = 1;
	for (uint32_t at = 0; at < size; at++) {
		struct frame frame;
		struct raw raw = raw_connect_unix(&server);
		raw_hello(&raw, 54, at);
		size = hostile_earn(&raw);
		raw.out[at] ^= (uint8_t)(1u << (at % 8));
		raw_send(&raw, raw.out, size);
		answered += raw_next(&raw, &frame, 20) == RAW_FRAME && frame.kind == FRAME_REPLY;
		raw_close(&raw);
	}
	check(answered == 0, "a bit flipped in each of %u bytes: never answered as a request",
	      size);
	check_good("flipped bits");
}

static void check_single_bytes(void)
{
	struct answer answer;
	struct raw raw = raw_connect_tcp(&server);
	struct command hello = raw_hello_command(55, 0), ping = raw_ping(99);
	uint32_t size = hostile_hello(&raw, &hello);
	struct frame frame;
	for (uint32_t i = 0; i < size; i++) {
		raw_send(&raw, raw.out + i, 1);
		scratch_sleep_us(200);
	}
	bool welcome =
	    raw_next(&raw, &frame, GOODBYE_MS) == RAW_FRAME && frame.kind == FRAME_WELCOME;
	raw_begin(&raw);
	raw_add(&raw, &ping);
	raw_end(&raw, FRAME_REQUEST, 2, &size);
	for (uint32_t i = 0; i < size; i++) {
		raw_send(&raw, raw.out + i, 1);
		scratch_sleep_us(200);
	}
	check(welcome && raw_answer(&raw, OP_ping, 2, &answer, GOODBYE_MS) &&
		  answer.as.ping.nonce == 99,
	      "one byte in each packet");
	raw_close(&raw);
	check_good("single bytes");
}

static void check_pipelined(void)
{
	const uint64_t count = 10000;
	struct raw raw = raw_connect_unix(&server);
	struct answer answer;
	uint64_t right = 0;
	uint32_t size = 0;
	raw_hello(&raw, 56, 0);
	uint8_t *all = malloc(count * 64);
	if (all == NULL)
		scratch_die("malloc");
	for (uint64_t i = 0; i < count; i++) {
		uint32_t one;
		struct command ping = raw_ping(i);
		raw_begin(&raw);
		raw_add(&raw, &ping);
		const uint8_t *bytes = raw_end(&raw, FRAME_REQUEST, i + 2, &one);
		memcpy(all + size, bytes, one);
		size += one;
	}
	size_t sent = 0;
	for (uint64_t i = 0; i < count; i++) {
		sent += raw_send_some(&raw, all + sent, size - sent, 0);
		right += raw_answer(&raw, OP_ping, i + 2, &answer, GOODBYE_MS) &&
			 answer.as.ping.nonce == i;
	}
	free(all);
	check(right == count, "10,000 pipelined pings are answered in order (%" PRIu64 ")", right);
	raw_close(&raw);
	check_good("pipelined pings");
}

static void check_garbage_behind(void)
{
	struct answer answer;
	uint32_t size;
	struct command ping = raw_ping(3);
	struct raw raw = raw_connect_unix(&server);
	raw_hello(&raw, 57, 0);
	raw_begin(&raw);
	raw_add(&raw, &ping);
	raw_end(&raw, FRAME_REQUEST, 2, &size);
	memset(raw.out + size, 0xa5, 100);
	raw_send(&raw, raw.out, size + 100);
	bool answered = raw_answer(&raw, OP_ping, 2, &answer, GOODBYE_MS);
	check(answered && raw_goodbye(&raw, GOODBYE_MS) == ERROR_FRAME_BROKEN,
	      "garbage behind a good frame: the frame is answered, then FRAME_BROKEN");
	raw_close(&raw);
	check_good("garbage behind a frame");
}

static bool prepare(void)
{
	struct answer answer;
	struct command create = raw_create(1, 1), fill = raw_points(OP_points_earn, 2, 1, POINTS);
	good = raw_connect_unix(&server);
	return raw_hello(&good, 1, 0) && raw_request(&good, &create, 2) &&
	       raw_answer(&good, OP_customer_create, 2, &answer, GOODBYE_MS) &&
	       raw_request(&good, &fill, 3) &&
	       raw_answer(&good, OP_points_earn, 3, &answer, GOODBYE_MS) && (good_number = 3);
}

int main(int argc, char **argv)
{
	char scratch[SCRATCH_PATH];
	if (argc != 2) {
		fprintf(stderr, "usage: hostile_bytes BUILD_DIRECTORY\n");
		return 2;
	}
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server.tcp = true;
	server_start(&server);
	check(prepare(), "a good client is served");
	for (size_t i = 0; i < hostile_row_count; i++)
		check_goodbye(&hostile_rows[i], hostile_rows[i].hello);
	check_commands();
	check_cuts();
	check_flips();
	check_single_bytes();
	check_pipelined();
	check_garbage_behind();
	check_good("all of it");
	raw_close(&good);
	check(server_stop(&server, 10000) == 0, "the server stops cleanly afterwards");
	return check_finish();
}
