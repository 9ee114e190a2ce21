/* messages.c -- codecs expanded from messages.def, and dispatch over them by opcode.
 *
 *   M1  A decoded message was exactly its bytes: too few or too many is an error, except that
 *       OPTIONs may be missing from the end.
 *   M2  Decoding copies no text and allocates nothing.
 *   M3  Two requests have one content hash exactly when they ask for the same: absent and default
 *       OPTIONs are equal, the key does not count.
 *   M4  A record is behind its size: members of a newer peer are skipped.
 *
 * To add a message: a MESSAGE in messages.def; everything here follows.
 */
#include "protocol/messages.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/* --- typed codecs --- */

/* Fill in the size in front of a record, now that its members are written. */
static void close_record(struct wire_writer *w, uint8_t *at)
{
	if (w->failed)
		return;
	uint32_t size = (uint32_t)(w->at - at) - RECORD_HEAD_BYTES;
	memcpy(at, &size, sizeof size);
}

#define ENCODE_BEGIN(kind, name)                                                                   \
	void encode_##kind##_##name(struct wire_writer *w, const struct kind##_##name *m)          \
	{                                                                                          \
		(void)w, (void)m;
#define MESSAGE(name, opcode, access, since, doc) ENCODE_BEGIN(msg, name)
#define FIELD(type, name, doc) wire_write_##type(w, m->name);
#define OPTION(type, name, doc) wire_write_##type(w, m->name);
#define RESULT(type, name, doc) wire_write_##type(w, m->name);
#define MEMBER(type, name, doc) wire_write_##type(w, m->name);
#define ANSWER(name)                                                                               \
	}                                                                                          \
	ENCODE_BEGIN(ans, name)
#define END(name) }
#define RECORD(name, doc)                                                                          \
	ENCODE_BEGIN(rec, name)                                                                    \
	uint8_t *at = w->at;                                                                       \
	wire_write_u32(w, 0);
#define END_RECORD(name)                                                                           \
	close_record(w, at);                                                                       \
	}
#include "protocol/messages.def"

static bool option_present(const struct wire_reader *r)
{
	return !r->failed && r->at < r->end;
}

#define DECODE_BEGIN(kind, name)                                                                   \
	static void read_##kind##_##name(struct wire_reader *r, struct kind##_##name *m)           \
	{                                                                                          \
		(void)r;                                                                           \
		memset(m, 0, sizeof *m);
#define FIELD(type, name, doc) m->name = wire_read_##type(r), m->given++;
#define OPTION(type, name, doc)                                                                    \
	if (option_present(r))                                                                     \
		m->name = wire_read_##type(r), m->given++;
#define RESULT(type, name, doc) m->name = wire_read_##type(r);
#define MEMBER(type, name, doc) m->name = wire_read_##type(r);
#define MESSAGE(name, opcode, access, since, doc) DECODE_BEGIN(msg, name)
#define ANSWER(name)                                                                               \
	}                                                                                          \
	DECODE_BEGIN(ans, name)
#define END(name) }
#define RECORD(name, doc) DECODE_BEGIN(rec, name)
#define END_RECORD(name) }
#include "protocol/messages.def"

static bool whole(const struct wire_reader *r)
{
	return !r->failed && r->at == r->end; /* M1 */
}

#define DECODE(kind, name)                                                                         \
	bool decode_##kind##_##name(struct wire_reader *r, struct kind##_##name *m)                \
	{                                                                                          \
		read_##kind##_##name(r, m);                                                        \
		return whole(r);                                                                   \
	}
#define MESSAGE(name, opcode, access, since, doc) DECODE(msg, name)
#define ANSWER(name) DECODE(ans, name)
#define RECORD(name, doc)                                                                          \
	bool decode_rec_##name(struct wire_reader *r, struct rec_##name *m)                        \
	{                                                                                          \
		uint32_t size = wire_read_u32(r);                                                  \
		const uint8_t *bytes = wire_take(r, size);                                         \
		struct wire_reader members = {bytes, bytes == NULL ? NULL : bytes + size, false};  \
		read_rec_##name(&members, m);                                                      \
		return !r->failed && !members.failed; /* M4 */                                     \
	}
#include "protocol/messages.def"

/* --- content --- */

/* Fixed room for every field; a text or list counts with its hash and size. */
struct content {
	size_t size, kept; /* bytes written; bytes up to the last field that is not its default */
	uint8_t bytes[512];
};

static inline void content_add(struct content *c, const void *value, size_t size, bool counts)
{
	if (size > sizeof c->bytes - c->size)
		return; /* unreachable: room for 32 fields of 16 bytes */
	memcpy(c->bytes + c->size, value, size);
	c->size += size;
	if (counts)
		c->kept = c->size;
}

#define CONTENT_INTEGER(type)                                                                      \
	static inline void content_##type(struct content *c, wire_##type value, bool required)     \
	{                                                                                          \
		content_add(c, &value, sizeof value, required || value != 0);                      \
	}
CONTENT_INTEGER(u8)
CONTENT_INTEGER(u16)
CONTENT_INTEGER(u32)
CONTENT_INTEGER(u64)
CONTENT_INTEGER(i64)

static inline void content_id(struct content *c, struct wire_id value, bool required)
{
	content_add(c, value.bytes, sizeof value.bytes, required || !wire_id_is_zero(value));
}

static inline void content_text(struct content *c, struct wire_text value, bool required)
{
	uint64_t word[2] = {value.size, XXH3_64bits(value.bytes, value.size)};
	content_add(c, word, sizeof word, required || value.size > 0);
}

static inline void content_list(struct content *c, struct wire_list value, bool required)
{
	uint64_t word[2] = {(uint64_t)value.count << 32 | value.size,
			    XXH3_64bits(value.bytes, value.size)};
	content_add(c, word, sizeof word, required || value.size > 0);
}

#define MESSAGE(name, opcode, access, since, doc)                                                  \
	static uint64_t content_msg_##name(const struct msg_##name *m)                             \
	{                                                                                          \
		struct content c;                                                                  \
		(void)m;                                                                           \
		c.size = c.kept = 0;                                                               \
		content_u16(&c, (uint16_t)opcode, true);
#define FIELD(type, name, doc)                                                                     \
	if (strcmp(#name, "key") != 0) /* M3 */                                                    \
		content_##type(&c, m->name, true);
#define OPTION(type, name, doc) content_##type(&c, m->name, false); /* M3 */
#define ANSWER(name) END_CONTENT
#define END_CONTENT                                                                                \
	return XXH3_64bits(c.bytes, c.kept);                                                       \
	}
#include "protocol/messages.def"

/* --- any command, any answer --- */

#define MESSAGE(name, opcode, access, since, doc)                                                  \
	case OP_##name:                                                                            \
		encode_msg_##name(w, &command->as.name);                                           \
		break;

static void encode_fields(struct wire_writer *w, const struct command *command)
{
	switch (command->opcode) {
#include "protocol/messages.def"
	default:
		w->failed = true;
	}
}

/* Fill in a size that was left open at `at`, now that what follows is written. */
static void close_size(struct wire_writer *w, uint8_t *at, size_t head)
{
	uint32_t size;
	if (w->failed)
		return;
	size = (uint32_t)((size_t)(w->at - at) - head);
	memcpy(at + 4, &size, sizeof size);
}

void command_encode(struct wire_writer *w, const struct command *command)
{
	uint8_t *at = w->at;
	wire_write_u16(w, command->opcode);
	wire_write_u16(w, command->flags);
	wire_write_u32(w, 0);
	encode_fields(w, command);
	close_size(w, at, COMMAND_HEAD_BYTES);
}

#define MESSAGE(name, opcode, access, since, doc)                                                  \
	case OP_##name:                                                                            \
		return decode_msg_##name(r, &command->as.name) ? ERROR_OK : ERROR_MALFORMED;

static enum error decode_fields(struct wire_reader *r, struct command *command)
{
	if (command->flags != 0)
		return ERROR_UNSUPPORTED;
	switch (command->opcode) {
#include "protocol/messages.def"
	default:
		return ERROR_UNSUPPORTED;
	}
}

enum error command_decode(struct wire_reader *r, struct command *command,
			  struct error_detail *detail)
{
	command->opcode = wire_read_u16(r);
	command->flags = wire_read_u16(r);
	uint32_t size = wire_read_u32(r);
	const uint8_t *bytes = wire_take(r, size);
	if (bytes == NULL)
		return ERROR_FRAME_COUNT;
	struct wire_reader fields = {bytes, bytes + size, false};
	enum error error = decode_fields(&fields, command);
	if (error == ERROR_UNSUPPORTED)
		*detail = (struct error_detail){command->opcode, command->flags};
	else if (error != ERROR_OK)
		*detail = (struct error_detail){command->opcode, size};
	return error;
}

#define MESSAGE(name, opcode, access, since, doc)                                                  \
	case OP_##name:                                                                            \
		encode_ans_##name(w, &answer->as.name);                                            \
		break;

static void encode_results(struct wire_writer *w, const struct answer *answer)
{
	switch (answer->opcode) {
#include "protocol/messages.def"
	default:
		w->failed = true;
	}
}

void answer_encode(struct wire_writer *w, const struct answer *answer)
{
	uint8_t *at = w->at;
	wire_write_u16(w, answer->status);
	wire_write_u16(w, answer->flags);
	wire_write_u32(w, 0);
	wire_write_u64(w, answer->sequence);
	if (answer->status == ERROR_OK) {
		encode_results(w, answer);
	} else {
		wire_write_i64(w, answer->detail.a);
		wire_write_i64(w, answer->detail.b);
		if (answer->words.word.size + answer->words.near.size > 0) {
			wire_write_text(w, answer->words.word);
			wire_write_text(w, answer->words.near);
		}
	}
	close_size(w, at, ANSWER_HEAD_BYTES);
}

#define MESSAGE(name, opcode, access, since, doc)                                                  \
	case OP_##name:                                                                            \
		return decode_ans_##name(r, &answer->as.name);

static bool decode_results(struct wire_reader *r, struct answer *answer)
{
	switch (answer->opcode) {
#include "protocol/messages.def"
	default:
		return false;
	}
}

bool answer_decode(struct wire_reader *r, uint16_t opcode, struct answer *answer)
{
	answer->opcode = opcode;
	answer->status = wire_read_u16(r);
	answer->flags = wire_read_u16(r);
	uint32_t size = wire_read_u32(r);
	answer->sequence = wire_read_u64(r);
	answer->detail = (struct error_detail){0, 0};
	answer->words = (struct error_words){0};
	const uint8_t *bytes = wire_take(r, size);
	if (bytes == NULL)
		return false;
	struct wire_reader body = {bytes, bytes + size, false};
	if (answer->status == ERROR_OK)
		return decode_results(&body, answer);
	answer->detail.a = wire_read_i64(&body);
	answer->detail.b = wire_read_i64(&body);
	if (option_present(&body)) {
		answer->words.word = wire_read_text(&body);
		answer->words.near = wire_read_text(&body);
	}
	return whole(&body);
}

/* The key is the first field of every WRITE, right behind `given`; a pointer into the union. */
#define KEY_READ(name) NULL
#define KEY_CONTROL(name) NULL
#define KEY_WRITE(name) &command->as.name.key
#define MESSAGE(name, opcode, access, since, doc)                                                  \
	case OP_##name:                                                                            \
		return KEY_##access(name);

const struct wire_id *command_key(const struct command *command)
{
	switch (command->opcode) {
#include "protocol/messages.def"
	default:
		return NULL;
	}
}

#define MESSAGE(name, opcode, access, since, doc)                                                  \
	case OP_##name:                                                                            \
		return ACCESS_##access;

enum access opcode_access(uint16_t opcode)
{
	switch (opcode) {
#include "protocol/messages.def"
	default:
		return ACCESS_CONTROL;
	}
}

#define MESSAGE(name, opcode, access, since, doc)                                                  \
	case OP_##name:                                                                            \
		return content_msg_##name(&command->as.name);

uint64_t command_content(const struct command *command)
{
	switch (command->opcode) {
#include "protocol/messages.def"
	default:
		return 0;
	}
}

#define LIST_u8 0
#define LIST_u16 0
#define LIST_u32 0
#define LIST_u64 0
#define LIST_i64 0
#define LIST_id 0
#define LIST_text 0
#define LIST_list 1
#define MESSAGE(name, opcode, access, since, doc)                                                  \
	case OP_##name:                                                                            \
		return 0
#define RESULT(type, name, doc) | LIST_##type
#define END(name) ;

bool opcode_has_list(uint16_t opcode)
{
	switch (opcode) {
#include "protocol/messages.def"
	default:
		return false;
	}
}
