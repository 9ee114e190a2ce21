/* messages.h -- C types for every message of messages.def, and their codecs.
 *
 *   command on the wire:  opcode u16 | flags u16 | size u32 | fields ...
 *   answer on the wire:   status u16 | flags u16 | size u32 | sequence u64 | fields or error detail
 *   record in a list:     size u32 | members ...
 *
 * Texts and lists of a decoded message are borrowed from the bytes it was decoded from.
 * Nothing here allocates, aborts or keeps state: any thread may call anything.
 */
#ifndef CRMDB_PROTOCOL_MESSAGES_H
#define CRMDB_PROTOCOL_MESSAGES_H
#include "protocol/errors.h"
#include "protocol/wire.h"

typedef uint8_t wire_u8;
typedef uint16_t wire_u16;
typedef uint32_t wire_u32;
typedef uint64_t wire_u64;
typedef int64_t wire_i64;
typedef struct wire_id wire_id;
typedef struct wire_text wire_text;
typedef struct wire_list wire_list;

#define HELLO_MAGIC UINT64_C(0x000a0d62646d7263) /* "crmdb\r\n\0" */
#define PROTOCOL_VERSION 4u

enum opcode {
#define MESSAGE(name, opcode, access, since, doc) OP_##name = opcode,
#include "protocol/messages.def"
};

enum access {
	ACCESS_CONTROL,
	ACCESS_READ,
	ACCESS_WRITE
};

/* struct msg_<name> is the request, struct ans_<name> the body of its answer.  `given` counts the
 * fields present on the wire when decoded (a missing OPTION is zero); encoders write all. */
#define MESSAGE(name, opcode, access, since, doc)                                                  \
	struct msg_##name {                                                                        \
		uint16_t given;
#define FIELD(type, name, doc) wire_##type name;
#define OPTION(type, name, doc) wire_##type name;
#define RESULT(type, name, doc) wire_##type name;
#define MEMBER(type, name, doc) wire_##type name;
#define ANSWER(name)                                                                               \
	}                                                                                          \
	;                                                                                          \
	struct ans_##name {
#define END(name)                                                                                  \
	}                                                                                          \
	;
#define RECORD(name, doc) struct rec_##name {
#define END_RECORD(name)                                                                           \
	}                                                                                          \
	;
#include "protocol/messages.def"

/* Typed codecs.  decode: false when the bytes are too few or too many. */
#define MESSAGE(name, opcode, access, since, doc)                                                  \
	void encode_msg_##name(struct wire_writer *w, const struct msg_##name *m);                 \
	bool decode_msg_##name(struct wire_reader *r, struct msg_##name *m);
#define ANSWER(name)                                                                               \
	void encode_ans_##name(struct wire_writer *w, const struct ans_##name *m);                 \
	bool decode_ans_##name(struct wire_reader *r, struct ans_##name *m);
#define RECORD(name, doc)                                                                          \
	void encode_rec_##name(struct wire_writer *w, const struct rec_##name *m);                 \
	bool decode_rec_##name(struct wire_reader *r, struct rec_##name *m);
#include "protocol/messages.def"

/* One decoded command of any kind. */
struct command {
	uint16_t opcode;
	uint16_t flags; /* none defined: must be 0 */
	union {
#define MESSAGE(name, opcode, access, since, doc) struct msg_##name name;
#include "protocol/messages.def"
	} as;
};

/* Flags of an answer. */
#define ANSWER_REPEATED 1u /* the command was applied earlier; this is its first answer again */

/* One answer of any kind.  status ERROR_OK: `as` holds the body of `opcode`'s answer; otherwise
 * `detail` holds the integers of the error's sentence.  The wire does not repeat the opcode: the
 * reader knows what it asked. */
struct answer {
	uint16_t opcode;
	uint16_t status; /* enum error */
	uint16_t flags;
	uint64_t sequence; /* last event number this answer depends on, durable when it arrives */
	struct error_detail detail;
	struct error_words words; /* of a question that was refused; else empty */
	union {
#define MESSAGE(name, opcode, access, since, doc) struct ans_##name name;
#include "protocol/messages.def"
	} as;
};

#define RECORD_HEAD_BYTES 4u
#define COMMAND_HEAD_BYTES 8u
#define ANSWER_HEAD_BYTES 16u

/* Encode head and fields.  A full writer is left failed, as by any write. */
void command_encode(struct wire_writer *w, const struct command *command);
void answer_encode(struct wire_writer *w, const struct answer *answer);

/* Decode the next command of a frame's body.  Answers ERROR_OK; ERROR_UNSUPPORTED or
 * ERROR_MALFORMED (with *detail; the reader stands behind the command, which was skipped); or
 * ERROR_FRAME_COUNT when not even a command's head and size fit (the reader has failed). */
enum error command_decode(struct wire_reader *r, struct command *command,
			  struct error_detail *detail);

/* Decode the next answer, given the opcode it answers.  False: the bytes are not an answer. */
bool answer_decode(struct wire_reader *r, uint16_t opcode, struct answer *answer);

/* The key of a write; NULL for reads, control and unknown opcodes.  Borrowed from the command. */
const struct wire_id *command_key(const struct command *command);
enum access opcode_access(uint16_t opcode); /* ACCESS_CONTROL for unknown opcodes */
bool opcode_has_list(uint16_t opcode);      /* its answer may be up to LIMIT_ANSWER_BYTES long */

/* Hash of what a command asks for: opcode and fields up to the last that is not its default,
 * without the key.  XXH3-64; equal for a newer client's retry of the same request. */
uint64_t command_content(const struct command *command);

#endif
