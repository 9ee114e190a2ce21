/* exchange_test.c -- the protocol core, fed by hand: cut anywhere, in parts, late, hostile. */
#include <stdlib.h>
#include <string.h>

#include "client/exchange.h"
#include "protocol/limits.h"
#include "tests/support/cmocka_tests.h"

static const struct exchange_identity identity = {.instance = {5}, .slot = 3, .app = "test"};

static size_t make_frame(uint8_t *to, const struct frame_label *label, const struct answer *answers)
{
	struct wire_writer w = {to + FRAME_HEAD_BYTES, to + 4096, false};
	for (uint16_t i = 0; i < label->count; i++)
		answer_encode(&w, &answers[i]);
	return frame_seal(to, (uint32_t)(w.at - to) - FRAME_HEAD_BYTES, label);
}

static size_t make_welcome(uint8_t *to, uint16_t version)
{
	struct answer answer = {.opcode = OP_hello};
	struct ans_hello *hello = &answer.as.hello;
	hello->version = version;
	hello->incarnation = 9;
	hello->time_us = 1234;
	hello->frame_bytes = 1000;
	hello->frame_commands = 100000;
	hello->currency = (struct wire_text){"EUROPEAN", 8};
	hello->zone = (struct wire_text){"Europe/Berlin", 13};
	return make_frame(to, &(struct frame_label){FRAME_WELCOME, 0, 1, 0}, &answer);
}

static size_t make_pings(uint8_t *to, uint8_t flags, uint64_t number, uint64_t nonce,
			 uint16_t count)
{
	struct answer answers[4];
	for (uint16_t i = 0; i < count; i++)
		answers[i] = (struct answer){.opcode = OP_ping, .as.ping.nonce = nonce + i};
	return make_frame(to, &(struct frame_label){FRAME_REPLY, flags, count, number}, answers);
}

static void feed(struct exchange *exchange, const uint8_t *bytes, size_t size)
{
	size_t room;
	uint8_t *to = exchange_room(exchange, &room);
	assert_true(to != NULL && room >= size);
	memcpy(to, bytes, size);
	exchange_received(exchange, size);
}

static void drain(struct exchange *exchange)
{
	size_t size;
	exchange_output(exchange, &size);
	exchange_sent(exchange, size);
}

/* An exchange that is open, with nothing to send. */
static void open_exchange(struct exchange *exchange)
{
	uint8_t bytes[4096];
	struct exchange_reply reply;
	*exchange = (struct exchange){0};
	assert_true(exchange_start(exchange, &identity));
	drain(exchange);
	feed(exchange, bytes, make_welcome(bytes, PROTOCOL_VERSION));
	assert_int_equal(exchange_next(exchange, &reply), EXCHANGE_WELCOME);
}

static uint64_t nonce_of(const struct exchange_reply *reply, uint32_t index)
{
	struct wire_reader r = {reply->body, reply->body + reply->size, false};
	struct answer answer = {0};
	for (uint32_t i = 0; i <= index; i++)
		assert_true(answer_decode(&r, OP_ping, &answer));
	return answer.as.ping.nonce;
}

static void says_hello(void **state)
{
	struct exchange exchange = {0};
	struct frame frame;
	struct frame_fault fault;
	struct command command;
	struct error_detail detail;
	size_t size;
	(void)state;
	assert_true(exchange_start(&exchange, &identity));
	const uint8_t *bytes = exchange_output(&exchange, &size);
	assert_int_equal(frame_next(bytes, size, LIMIT_HELLO_BYTES, &frame, &fault), FRAME_READY);
	assert_int_equal(frame.kind, FRAME_HELLO);
	assert_int_equal(frame.size, size);
	struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
	assert_int_equal(command_decode(&r, &command, &detail), ERROR_OK);
	assert_int_equal(command.as.hello.magic, HELLO_MAGIC);
	assert_int_equal(command.as.hello.instance.bytes[0], 5);
	assert_int_equal(command.as.hello.slot, 3);
	assert_memory_equal(command.as.hello.app.bytes, "test", 4);
	exchange_free(&exchange);
}

static void keeps_facts(void **state)
{
	struct exchange exchange;
	(void)state;
	open_exchange(&exchange);
	assert_int_equal(exchange.facts.incarnation, 9);
	assert_string_equal(exchange.facts.currency, "EUROPEA"); /* cut to its room */
	assert_string_equal(exchange.facts.zone, "Europe/Berlin");
	assert_int_equal(exchange.server_time_us, 1234);
	assert_int_equal(exchange.frame_bytes, 1000);
	assert_int_equal(exchange.frame_commands, UINT16_MAX); /* what a frame can count */
	exchange_free(&exchange);
}

static void refuses_strangers(void **state)
{
	static const char http[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	uint8_t bytes[4096];
	struct exchange exchange = {0};
	struct exchange_reply reply;
	(void)state;
	assert_true(exchange_start(&exchange, &identity));
	feed(&exchange, (const uint8_t *)http, sizeof http - 1);
	assert_int_equal(exchange_next(&exchange, &reply), EXCHANGE_ENDED);
	assert_int_equal(exchange.fault.error, ERROR_BAD_MAGIC);

	assert_true(exchange_start(&exchange, &identity)); /* used again */
	feed(&exchange, bytes, make_welcome(bytes, PROTOCOL_VERSION + 1));
	assert_int_equal(exchange_next(&exchange, &reply), EXCHANGE_ENDED);
	assert_int_equal(exchange.fault.error, ERROR_BAD_VERSION);

	assert_true(exchange_start(&exchange, &identity));
	feed(&exchange, bytes, make_pings(bytes, 0, 2, 1, 1)); /* a reply before the welcome */
	assert_int_equal(exchange_next(&exchange, &reply), EXCHANGE_ENDED);
	exchange_free(&exchange);
}

/* Two replies, one in parts, cut into two pieces at every byte: the same is yielded. */
static void takes_replies_cut_anywhere(void **state)
{
	uint8_t bytes[4096];
	(void)state;
	for (size_t cut = 0;; cut++) {
		struct exchange exchange;
		struct exchange_reply reply;
		enum exchange_yield yields[2];
		uint64_t nonces[2];
		size_t size, seen = 0;
		open_exchange(&exchange);
		uint64_t first = exchange_send(&exchange, bytes, 0, 3);
		uint64_t second = exchange_send(&exchange, bytes, 0, 1);
		drain(&exchange);
		size = make_pings(bytes, FRAME_MORE, first, 100, 2);
		size += make_pings(bytes + size, 0, first, 102, 1);
		size += make_pings(bytes + size, 0, second, 200, 1);
		if (cut > size) {
			exchange_free(&exchange);
			return;
		}
		for (int piece = 0; piece < 2; piece++) {
			feed(&exchange, bytes + (piece ? cut : 0), piece ? size - cut : cut);
			while (exchange_next(&exchange, &reply) == EXCHANGE_REPLY && seen < 2) {
				yields[seen] = EXCHANGE_REPLY;
				assert_int_equal(reply.number, seen == 0 ? first : second);
				nonces[seen] = nonce_of(&reply, seen == 0 ? 2 : 0);
				seen++;
			}
		}
		assert_int_equal(seen, 2);
		assert_int_equal(yields[1], EXCHANGE_REPLY);
		assert_int_equal(nonces[0], 102);
		assert_int_equal(nonces[1], 200);
		assert_int_equal(exchange_flights(&exchange), 0);
		exchange_free(&exchange);
	}
}

/* Each row: the frames sent (commands), then one reply that must end the connection. */
static void refuses_wrong_replies(void **state)
{
	static const struct {
		uint64_t number;
		uint16_t count;
		uint8_t flags;
	} rows[] = {
	    {1, 2, 0},          /* the hello's number */
	    {3, 1, 0},          /* the second frame's, before the first's */
	    {4, 2, 0},          /* nobody's */
	    {2, 1, 0},          /* too few answers */
	    {2, 3, 0},          /* too many */
	    {2, 3, FRAME_MORE}, /* already too many */
	    {2, 0, 0},
	};
	uint8_t bytes[4096];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct exchange exchange;
		struct exchange_reply reply;
		open_exchange(&exchange);
		assert_int_equal(exchange_send(&exchange, bytes, 0, 2), 2);
		assert_int_equal(exchange_send(&exchange, bytes, 0, 1), 3);
		drain(&exchange);
		feed(&exchange, bytes,
		     make_pings(bytes, rows[i].flags, rows[i].number, 1, rows[i].count));
		assert_int_equal(exchange_next(&exchange, &reply), EXCHANGE_ENDED);
		assert_int_equal(exchange.fault.error, ERROR_BAD_REPLY);
		assert_int_equal(exchange_next(&exchange, &reply), EXCHANGE_ENDED);
		exchange_free(&exchange);
	}
}

static void withdraws_what_has_not_left(void **state)
{
	uint8_t body[100] = {0};
	struct exchange exchange;
	size_t size;
	(void)state;
	open_exchange(&exchange);
	uint64_t first = exchange_send(&exchange, body, sizeof body, 1);
	uint64_t second = exchange_send(&exchange, body, sizeof body, 1);
	exchange_output(&exchange, &size);
	assert_int_equal(size, 2 * (100 + FRAME_MIN_BYTES));
	assert_false(exchange_withdraw(&exchange, first)); /* not the last */
	exchange_sent(&exchange, 1);
	assert_true(exchange_left(&exchange, first));
	assert_false(exchange_left(&exchange, second));
	assert_true(exchange_withdraw(&exchange, second));
	assert_false(exchange_withdraw(&exchange, second));
	assert_false(exchange_withdraw(&exchange, first)); /* a byte has left: it goes on */
	exchange_output(&exchange, &size);
	assert_int_equal(size, 100 + FRAME_MIN_BYTES - 1);
	assert_int_equal(exchange_flights(&exchange), 1);
	exchange_free(&exchange);
}

static void takes_goodbyes(void **state)
{
	struct answer answer = {.opcode = OP_ping, .status = ERROR_SHUTTING_DOWN};
	struct frame_label goodbye = {FRAME_GOODBYE, 0, 1, 0};
	uint8_t bytes[4096];
	struct exchange exchange;
	struct exchange_reply reply;
	size_t size;
	(void)state;
	open_exchange(&exchange);
	exchange_send(&exchange, bytes, 0, 1);
	feed(&exchange, bytes, make_frame(bytes, &goodbye, &answer));
	assert_int_equal(exchange_next(&exchange, &reply), EXCHANGE_ENDED);
	assert_int_equal(exchange.fault.error, ERROR_SHUTTING_DOWN);
	exchange_output(&exchange, &size);
	assert_int_equal(size, 0);
	exchange_end(&exchange, ERROR_DISCONNECTED); /* the first reason stays */
	assert_int_equal(exchange.fault.error, ERROR_SHUTTING_DOWN);
	exchange_free(&exchange);
}

/* Flip every bit of a welcome and of a reply: an end or a wait, never a yield, no byte too far. */
static void survives_every_flip(void **state)
{
	uint8_t welcome[4096], reply_bytes[4096];
	struct exchange_reply reply;
	(void)state;
	size_t size = make_welcome(welcome, PROTOCOL_VERSION);
	size_t reply_size = make_pings(reply_bytes, 0, 2, 1, 2);
	for (size_t bit = 0; bit < 8 * (size + reply_size); bit++) {
		struct exchange exchange = {0};
		uint8_t *flipped =
		    bit < 8 * size ? welcome + bit / 8 : reply_bytes + bit / 8 - size;
		*flipped = (uint8_t)(*flipped ^ (1u << bit % 8));
		assert_true(exchange_start(&exchange, &identity));
		drain(&exchange);
		feed(&exchange, welcome, size);
		enum exchange_yield yield = exchange_next(&exchange, &reply);
		if (yield == EXCHANGE_WELCOME) {
			exchange_send(&exchange, welcome, 0, 2);
			feed(&exchange, reply_bytes, reply_size);
			yield = exchange_next(&exchange, &reply);
		}
		assert_true(yield == EXCHANGE_ENDED || yield == EXCHANGE_NOTHING);
		exchange_free(&exchange);
		*flipped = (uint8_t)(*flipped ^ (1u << bit % 8));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_hello),
	    cmocka_unit_test(keeps_facts),
	    cmocka_unit_test(refuses_strangers),
	    cmocka_unit_test(takes_replies_cut_anywhere),
	    cmocka_unit_test(refuses_wrong_replies),
	    cmocka_unit_test(withdraws_what_has_not_left),
	    cmocka_unit_test(takes_goodbyes),
	    cmocka_unit_test(survives_every_flip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
