/* conversation.c -- builds four frames with the library's own encoders and dumps them. */
#include "tests/tools/conversation.h"

#include <string.h>

#include "protocol/frame.h"
#include "protocol/key.h"
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "tests/tools/dump.h"

#define TIME_US INT64_C(1763793120123456)

static struct wire_text text(const char *words)
{
	return (struct wire_text){words, (uint32_t)strlen(words)};
}

static struct wire_id id(uint8_t first)
{
	struct wire_id made;
	for (size_t i = 0; i < sizeof made.bytes; i++)
		made.bytes[i] = (uint8_t)(first + i);
	return made;
}

struct draft {
	uint8_t bytes[1024];
	struct wire_writer w;
	uint16_t opcodes[4];
	uint16_t count;
};

static void begin(struct draft *draft)
{
	draft->w = (struct wire_writer){draft->bytes + FRAME_HEAD_BYTES,
					draft->bytes + sizeof draft->bytes, false};
	draft->count = 0;
}

static void add_command(struct draft *draft, const struct command *command)
{
	draft->opcodes[draft->count++] = command->opcode;
	command_encode(&draft->w, command);
}

static void add_answer(struct draft *draft, const struct answer *answer)
{
	draft->opcodes[draft->count++] = answer->opcode;
	answer_encode(&draft->w, answer);
}

static void end(struct draft *draft, enum frame_kind kind, uint64_t number, const char *title,
		FILE *out)
{
	uint32_t body = (uint32_t)(draft->w.at - draft->bytes) - FRAME_HEAD_BYTES;
	uint32_t size =
	    frame_seal(draft->bytes, body, &(struct frame_label){kind, 0, draft->count, number});
	fprintf(out, "%s\n", title);
	dump_frame(out, draft->bytes, size, draft->opcodes);
}

static void hello(struct draft *draft, FILE *out)
{
	struct command command = {.opcode = OP_hello};
	struct msg_hello *m = &command.as.hello;
	m->magic = HELLO_MAGIC;
	m->version_min = m->version_max = PROTOCOL_VERSION;
	m->instance = id(0x10);
	m->app = text("checkout");
	m->credential = text("");
	begin(draft);
	add_command(draft, &command);
	end(draft, FRAME_HELLO, 1, "client: hello", out);
}

static void welcome(struct draft *draft, FILE *out)
{
	struct answer answer = {.opcode = OP_hello, .sequence = 1};
	struct ans_hello *m = &answer.as.hello;
	m->version = PROTOCOL_VERSION;
	m->database = id(0xd0);
	m->incarnation = 3;
	m->time_us = TIME_US;
	m->frame_bytes = LIMIT_FRAME_BYTES;
	m->frame_commands = LIMIT_FRAME_COMMANDS;
	m->currency = text("EUR");
	m->currency_digits = 2;
	m->zone = text("UTC");
	m->tiers = text("bronze,silver,gold,vip");
	m->stages = text("prospect,active,lapsed");
	m->salt = id(0x5a);
	begin(draft);
	add_answer(draft, &answer);
	end(draft, FRAME_WELCOME, 0, "\nserver: welcome", out);
}

static void request(struct draft *draft, FILE *out)
{
	struct command create = {.opcode = OP_customer_create};
	struct command earn = {.opcode = OP_points_earn};
	static const char create_ref[] = "signup-42", earn_ref[] = "order-991";
	create.as.customer_create.customer = 42;
	create.as.customer_create.key =
	    key_from_ref(create.opcode, create_ref, sizeof create_ref - 1);
	earn.as.points_earn.customer = 42;
	earn.as.points_earn.points = 500;
	earn.as.points_earn.key = key_from_ref(earn.opcode, earn_ref, sizeof earn_ref - 1);
	begin(draft);
	add_command(draft, &create);
	add_command(draft, &earn);
	end(draft, FRAME_REQUEST, 2,
	    "\nclient: create customer 42 (ref signup-42), earn 500 points (ref order-991)", out);
}

static void reply(struct draft *draft, FILE *out)
{
	struct answer created = {.opcode = OP_customer_create, .sequence = 2};
	struct answer earned = {.opcode = OP_points_earn, .sequence = 3};
	created.as.customer_create.customer = 42;
	created.as.customer_create.event = 2;
	earned.as.points_earn.before = 0;
	earned.as.points_earn.after = 500;
	earned.as.points_earn.event = 3;
	begin(draft);
	add_answer(draft, &created);
	add_answer(draft, &earned);
	end(draft, FRAME_REPLY, 2, "\nserver: both are done, and durable", out);
}

void conversation_write(FILE *out)
{
	struct draft draft;
	fputs("```\n", out);
	hello(&draft, out);
	welcome(&draft, out);
	request(&draft, out);
	reply(&draft, out);
	fputs("```\n", out);
}
