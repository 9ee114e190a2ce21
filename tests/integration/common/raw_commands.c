/* raw_commands.c -- frames and commands for raw connections; see raw.h. */
#include <string.h>

#include "protocol/key.h"
#include "protocol/limits.h"
#include "tests/integration/common/raw.h"

void raw_begin(struct raw *raw)
{
	raw->body = (struct wire_writer){raw->out + FRAME_HEAD_BYTES,
					 raw->out + raw->out_capacity - FRAME_TRAILER_BYTES, false};
	raw->count = 0;
}

void raw_add(struct raw *raw, const struct command *command)
{
	command_encode(&raw->body, command);
	raw->count++;
}

const uint8_t *raw_end(struct raw *raw, enum frame_kind kind, uint64_t number, uint32_t *size)
{
	uint32_t body_size = (uint32_t)(raw->body.at - raw->out - FRAME_HEAD_BYTES);
	*size = frame_seal(raw->out, body_size, &(struct frame_label){kind, 0, raw->count, number});
	return raw->out;
}

bool raw_request(struct raw *raw, const struct command *command, uint64_t number)
{
	uint32_t size;
	raw_begin(raw);
	raw_add(raw, command);
	const uint8_t *bytes = raw_end(raw, FRAME_REQUEST, number, &size);
	return raw_send(raw, bytes, size);
}

struct command raw_hello_command(uint8_t instance, uint32_t slot)
{
	struct command command = {.opcode = OP_hello};
	struct msg_hello *hello = &command.as.hello;
	hello->magic = HELLO_MAGIC;
	hello->version_min = hello->version_max = PROTOCOL_VERSION;
	memset(hello->instance.bytes, instance, sizeof hello->instance.bytes);
	hello->slot = slot;
	hello->app = (struct wire_text){"raw test", 8};
	hello->credential = (struct wire_text){"", 0};
	return command;
}

bool raw_hello(struct raw *raw, uint8_t instance, uint32_t slot)
{
	uint32_t size;
	struct frame frame;
	struct answer answer;
	struct command command = raw_hello_command(instance, slot);
	raw_begin(raw);
	raw_add(raw, &command);
	const uint8_t *bytes = raw_end(raw, FRAME_HELLO, 1, &size);
	if (!raw_send(raw, bytes, size) || raw_next(raw, &frame, 5000) != RAW_FRAME)
		return false;
	struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
	return frame.kind == FRAME_WELCOME && answer_decode(&r, OP_hello, &answer) &&
	       answer.status == ERROR_OK;
}

bool raw_answer(struct raw *raw, uint16_t opcode, uint64_t number, struct answer *answer,
		int timeout_ms)
{
	struct frame frame;
	if (raw_next(raw, &frame, timeout_ms) != RAW_FRAME || frame.kind != FRAME_REPLY ||
	    frame.number != number || frame.count != 1)
		return false;
	struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
	return answer_decode(&r, opcode, answer);
}

struct wire_id raw_key(uint64_t number)
{
	return key_from_ref(0, (const char *)&number, sizeof number);
}

struct command raw_ping(uint64_t nonce)
{
	struct command command = {.opcode = OP_ping};
	command.as.ping.nonce = nonce;
	return command;
}

struct command raw_get(uint64_t customer)
{
	struct command command = {.opcode = OP_customer_get};
	command.as.customer_get.customer = customer;
	return command;
}

struct command raw_create(uint64_t key, uint64_t customer)
{
	struct command command = {.opcode = OP_customer_create};
	command.as.customer_create.key = raw_key(key);
	command.as.customer_create.customer = customer;
	return command;
}

/* Earn, redeem and adjust have the same fields. */
struct command raw_points(uint16_t opcode, uint64_t key, uint64_t customer, int64_t points)
{
	struct command command = {.opcode = opcode};
	struct msg_points_earn fields = {
	    .key = raw_key(key), .customer = customer, .points = points};
	if (opcode == OP_points_earn)
		command.as.points_earn = fields;
	if (opcode == OP_points_redeem)
		command.as.points_redeem =
		    (struct msg_points_redeem){0, fields.key, customer, points};
	if (opcode == OP_points_adjust)
		command.as.points_adjust =
		    (struct msg_points_adjust){0, fields.key, customer, points};
	return command;
}
