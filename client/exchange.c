/* exchange.c -- the connection core; see exchange.h.
 *
 *   C1  A reply is paired by number, and must be the oldest frame's without one: replies come in
 *       order, so any other number means that the stream cannot be trusted.
 *   C2  A reply of n commands holds n answers, in one frame or in parts; it is yielded whole.
 *   C3  Frames leave whole and in order of their numbers: what was begun is sent to its end, on
 *       this connection or never.
 *   C4  What is kept of a server's bytes is bounded: one frame of LIMIT_REPLY_BYTES, and per frame
 *       in flight LIMIT_ANSWER_BYTES for each of its commands.
 *
 * Frames are copied into `out` and sealed there, so that a caller may drop a batch at its deadline
 * while the rest of its bytes still waits to leave.
 */
#include "client/exchange.h"

#include <string.h>

#include "client/error.h"
#include "protocol/limits.h"

#define ROOM_BYTES (LIMIT_REPLY_BYTES / 4)

struct flight {
	uint64_t number;
	uint64_t begins; /* place of its first byte in the stream sent */
	uint32_t commands;
};

static struct flight *oldest(const struct exchange *exchange)
{
	if (buffer_live(&exchange->flights) == 0)
		return NULL;
	return (struct flight *)(void *)(exchange->flights.data + exchange->flights.at);
}

static struct flight *newest(const struct exchange *exchange)
{
	if (buffer_live(&exchange->flights) == 0)
		return NULL;
	return (struct flight *)(void *)(exchange->flights.data + exchange->flights.size) - 1;
}

static const struct flight *find(const struct exchange *exchange, uint64_t number)
{
	const struct flight *flight = oldest(exchange);
	for (size_t left = exchange_flights(exchange); left > 0; left--, flight++)
		if (flight->number == number)
			return flight;
	return NULL;
}

static uint64_t stream_end(const struct exchange *exchange)
{
	return exchange->sent + buffer_live(&exchange->out);
}

static enum exchange_yield over(struct exchange *exchange, enum error error,
				struct error_detail detail)
{
	exchange->state = EXCHANGE_OVER;
	exchange->fault = (struct frame_fault){error, detail};
	return EXCHANGE_ENDED;
}

static enum exchange_yield not_understood(struct exchange *exchange)
{
	enum error error = exchange->state == EXCHANGE_GREETING ? ERROR_BAD_MAGIC : ERROR_BAD_REPLY;
	return over(exchange, error, (struct error_detail){0, 0});
}

/* --- sending --- */

/* Append a frame's body behind room for its head, and seal it in place. */
static bool queue_frame(struct exchange *exchange, const uint8_t *body, uint32_t size,
			enum frame_kind kind, uint16_t count)
{
	if (!buffer_reserve(&exchange->out, (size_t)size + FRAME_MIN_BYTES))
		return false;
	uint8_t *at = exchange->out.data + exchange->out.size;
	memcpy(at + FRAME_HEAD_BYTES, body, size);
	exchange->last_number++;
	exchange->out.size +=
	    frame_seal(at, size, &(struct frame_label){kind, 0, count, exchange->last_number});
	return true;
}

bool exchange_start(struct exchange *exchange, const struct exchange_identity *identity)
{
	uint8_t body[LIMIT_HELLO_BYTES - FRAME_MIN_BYTES];
	struct wire_writer w = {body, body + sizeof body, false};
	struct command hello = {.opcode = OP_hello};
	struct msg_hello *m = &hello.as.hello;
	*m = (struct msg_hello){.magic = HELLO_MAGIC,
				.version_min = PROTOCOL_VERSION,
				.version_max = PROTOCOL_VERSION,
				.slot = identity->slot};
	memcpy(m->instance.bytes, identity->instance, sizeof m->instance.bytes);
	m->app = (struct wire_text){identity->app, (uint32_t)strlen(identity->app)};
	m->credential = (struct wire_text){"", 0};
	command_encode(&w, &hello);

	exchange->state = EXCHANGE_GREETING;
	exchange->fault = (struct frame_fault){ERROR_OK, {0, 0}};
	buffer_clear(&exchange->out);
	buffer_clear(&exchange->in);
	buffer_clear(&exchange->parts);
	buffer_clear(&exchange->flights);
	exchange->sent = 0;
	exchange->parts_answers = 0;
	exchange->last_number = 0;
	return !w.failed && queue_frame(exchange, body, (uint32_t)(w.at - body), FRAME_HELLO, 1);
}

void exchange_free(struct exchange *exchange)
{
	buffer_free(&exchange->out);
	buffer_free(&exchange->in);
	buffer_free(&exchange->parts);
	buffer_free(&exchange->flights);
}

void exchange_end(struct exchange *exchange, enum error error)
{
	if (exchange->state != EXCHANGE_OVER)
		over(exchange, error, (struct error_detail){0, 0});
}

uint64_t exchange_send(struct exchange *exchange, const uint8_t *body, uint32_t size,
		       uint16_t count)
{
	struct flight flight = {exchange->last_number + 1, stream_end(exchange), count};
	if (!buffer_reserve(&exchange->flights, sizeof flight) ||
	    !queue_frame(exchange, body, size, FRAME_REQUEST, count))
		return 0;
	buffer_append(&exchange->flights, &flight, sizeof flight);
	return flight.number;
}

bool exchange_withdraw(struct exchange *exchange, uint64_t number)
{
	const struct flight *flight = newest(exchange);
	if (flight == NULL || flight->number != number || exchange->sent > flight->begins)
		return false; /* C3 */
	exchange->out.size -= (size_t)(stream_end(exchange) - flight->begins);
	exchange->flights.size -= sizeof *flight;
	return true;
}

bool exchange_left(const struct exchange *exchange, uint64_t number)
{
	const struct flight *flight = find(exchange, number);
	return flight != NULL && exchange->sent > flight->begins;
}

size_t exchange_flights(const struct exchange *exchange)
{
	return buffer_live(&exchange->flights) / sizeof(struct flight);
}

const uint8_t *exchange_output(const struct exchange *exchange, size_t *size)
{
	*size = exchange->state == EXCHANGE_OVER ? 0 : buffer_live(&exchange->out);
	return exchange->out.data + exchange->out.at;
}

void exchange_sent(struct exchange *exchange, size_t size)
{
	exchange->sent += size;
	buffer_consume(&exchange->out, size);
}

/* --- receiving --- */

uint8_t *exchange_room(struct exchange *exchange, size_t *size)
{
	if (!buffer_reserve(&exchange->in, ROOM_BYTES)) /* C4: whole frames are taken before more */
		return NULL;
	*size = exchange->in.capacity - exchange->in.size;
	return exchange->in.data + exchange->in.size;
}

void exchange_received(struct exchange *exchange, size_t size)
{
	exchange->in.size += size;
}

static void keep_text(char *to, size_t room, struct wire_text text)
{
	size_t size = text.size < room ? text.size : room - 1;
	if (size > 0)
		memcpy(to, text.bytes, size);
	to[size] = '\0';
}

static void keep_facts(struct exchange *exchange, const struct ans_hello *hello)
{
	struct crm_server *facts = &exchange->facts;
	memcpy(facts->database, hello->database.bytes, sizeof facts->database);
	facts->incarnation = hello->incarnation;
	facts->protocol_version = hello->version;
	facts->currency_digits = hello->currency_digits;
	keep_text(facts->currency, sizeof facts->currency, hello->currency);
	keep_text(facts->zone, sizeof facts->zone, hello->zone);
	keep_text(facts->tiers, sizeof facts->tiers, hello->tiers);
	keep_text(facts->stages, sizeof facts->stages, hello->stages);
	facts->today = (int32_t)hello->today;
	memcpy(facts->salt, hello->salt.bytes, sizeof facts->salt);
	exchange->server_time_us = hello->time_us;
	exchange->frame_bytes = hello->frame_bytes;
	exchange->frame_commands =
	    hello->frame_commands < UINT16_MAX ? hello->frame_commands : UINT16_MAX;
}

static enum exchange_yield take_welcome(struct exchange *exchange, const struct frame *frame)
{
	struct wire_reader r = {frame->body, frame->body + frame->body_size, false};
	struct answer answer;
	if (frame->count != 1 || !answer_decode(&r, OP_hello, &answer) || r.at != r.end)
		return not_understood(exchange);
	if (answer.status != ERROR_OK)
		return over(exchange, answer.status, answer.detail);
	if (answer.as.hello.version != PROTOCOL_VERSION)
		return over(exchange, ERROR_BAD_VERSION,
			    (struct error_detail){PROTOCOL_VERSION, answer.as.hello.version});
	keep_facts(exchange, &answer.as.hello);
	exchange->state = EXCHANGE_OPEN;
	return EXCHANGE_WELCOME;
}

static enum exchange_yield take_goodbye(struct exchange *exchange, const struct frame *frame)
{
	struct wire_reader r = {frame->body, frame->body + frame->body_size, false};
	struct answer answer;
	if (!answer_decode(&r, OP_hello, &answer) || answer.status == ERROR_OK)
		return not_understood(exchange);
	return over(exchange, answer.status, answer.detail);
}

/* One more part, or the whole, of the oldest frame's reply. */
static enum exchange_yield take_reply(struct exchange *exchange, const struct frame *frame,
				      struct exchange_reply *reply)
{
	const struct flight *flight = oldest(exchange);
	if (flight == NULL || flight->number != frame->number) /* C1 */
		return not_understood(exchange);
	bool more = (frame->flags & FRAME_MORE) != 0;
	uint32_t answers = exchange->parts_answers + frame->count;
	uint64_t most = (uint64_t)answers * LIMIT_ANSWER_BYTES;
	bool counted = more ? answers <= flight->commands : answers == flight->commands;
	if (!counted || buffer_live(&exchange->parts) + frame->body_size > most) /* C2, C4 */
		return not_understood(exchange);
	*reply = (struct exchange_reply){
	    .number = frame->number, .body = frame->body, .size = frame->body_size};
	if (more || exchange->parts_answers > 0) {
		if (!buffer_append(&exchange->parts, frame->body, frame->body_size))
			return over(exchange, ERROR_NO_MEMORY, (struct error_detail){0, 0});
		reply->body = exchange->parts.data;
		reply->size = exchange->parts.size;
		exchange->parts_answers = answers;
	}
	if (more)
		return EXCHANGE_NOTHING;
	buffer_clear(&exchange->parts);
	exchange->parts_answers = 0;
	buffer_consume(&exchange->flights, sizeof *flight);
	return EXCHANGE_REPLY;
}

static enum exchange_yield take_pushed(const struct exchange *exchange, const struct frame *frame,
				       struct exchange_reply *reply)
{
	if (!exchange->follows)
		return EXCHANGE_NOTHING; /* nothing was subscribed to */
	*reply = (struct exchange_reply){frame->number, frame->body, frame->body_size, true,
					 frame->count};
	return EXCHANGE_PUSHED;
}

static enum exchange_yield take_frame(struct exchange *exchange, const struct frame *frame,
				      struct exchange_reply *reply)
{
	bool greeting = exchange->state == EXCHANGE_GREETING;
	if (frame->kind == FRAME_GOODBYE)
		return take_goodbye(exchange, frame);
	if (greeting && frame->kind == FRAME_WELCOME)
		return take_welcome(exchange, frame);
	if (!greeting && frame->kind == FRAME_REPLY)
		return take_reply(exchange, frame, reply);
	if (!greeting && frame->kind == FRAME_FEED)
		return take_pushed(exchange, frame, reply);
	return not_understood(exchange);
}

enum exchange_yield exchange_next(struct exchange *exchange, struct exchange_reply *reply)
{
	while (exchange->state != EXCHANGE_OVER) {
		struct frame frame;
		struct frame_fault fault;
		if (buffer_live(&exchange->in) == 0)
			return EXCHANGE_NOTHING;
		enum frame_verdict verdict =
		    frame_next(exchange->in.data + exchange->in.at, buffer_live(&exchange->in),
			       LIMIT_REPLY_BYTES, &frame, &fault);
		if (verdict == FRAME_PARTIAL)
			return EXCHANGE_NOTHING;
		if (verdict == FRAME_BAD)
			return not_understood(exchange);
		enum exchange_yield yield = take_frame(exchange, &frame, reply);
		buffer_consume(&exchange->in, frame.size);
		if (yield != EXCHANGE_NOTHING)
			return yield;
	}
	return EXCHANGE_ENDED;
}
