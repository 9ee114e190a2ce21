/* encode.c -- see encode.h. */
#include "tests/sim/encode.h"

#include "protocol/frame.h"
#include "tests/sim/fail.h"

#define UNKNOWN_OPCODE 0x7fffu

static uint32_t seal(uint8_t *frame, const struct wire_writer *w, enum frame_kind kind,
		     uint16_t count, uint64_t number)
{
	if (w->failed)
		fail_now("a frame of the simulation is too long");
	uint32_t body = (uint32_t)(w->at - frame) - FRAME_HEAD_BYTES;
	return frame_seal(frame, body, &(struct frame_label){kind, 0, count, number});
}

uint32_t encode_hello(uint8_t *frame, size_t room, struct wire_id instance, uint32_t slot)
{
	struct wire_writer w = {frame + FRAME_HEAD_BYTES, frame + room - FRAME_TRAILER_BYTES,
				false};
	struct command command = {.opcode = OP_hello};
	command.as.hello = (struct msg_hello){
	    .magic = HELLO_MAGIC,
	    .version_min = PROTOCOL_VERSION,
	    .version_max = PROTOCOL_VERSION,
	    .instance = instance,
	    .slot = slot,
	    .app = {"sim", 3},
	};
	command_encode(&w, &command);
	return seal(frame, &w, FRAME_HELLO, 1, 0);
}

static void patch(uint8_t *head, size_t at, uint32_t value, size_t size)
{
	memcpy(head + at, &value, size);
}

static void encode_intent(struct wire_writer *w, const struct intent *intent)
{
	uint8_t *head = w->at;
	command_encode(w, &intent->command);
	if (w->failed)
		return;
	uint32_t size = (uint32_t)(w->at - head) - COMMAND_HEAD_BYTES;
	/* The last byte of an order or set is an option of its own, which may be missing. */
	uint16_t opcode = intent->command.opcode;
	uint32_t cut = opcode == OP_order || opcode == OP_customer_set ? 2 : 1;
	switch (intent->fault) {
	case FAULT_OPCODE:
		patch(head, 0, UNKNOWN_OPCODE, 2);
		break;
	case FAULT_FLAGS:
		patch(head, 2, 1, 2);
		break;
	case FAULT_SHORT:
		patch(head, 4, size - cut, 4);
		w->at -= cut;
		break;
	case FAULT_NONE:
		break;
	}
}

uint32_t encode_request(uint8_t *frame, size_t room, struct intent **intents, uint16_t count,
			uint64_t number)
{
	struct wire_writer w = {frame + FRAME_HEAD_BYTES, frame + room - FRAME_TRAILER_BYTES,
				false};
	for (uint16_t i = 0; i < count; i++)
		encode_intent(&w, intents[i]);
	return seal(frame, &w, FRAME_REQUEST, count, number);
}
