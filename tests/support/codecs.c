/* codecs.c -- see codecs.h; expanded from messages.def, so that a new message is tested by being
 * declared. */
#include "tests/support/codecs.h"

#include <stdlib.h>
#include <string.h>

/* --- values by seed and place --- */

/* SplitMix64 of both: fields differ from each other and from seed to seed. */
static uint64_t draw(uint32_t seed, unsigned place)
{
	uint64_t word = ((uint64_t)seed << 32 | place) + UINT64_C(0x9e3779b97f4a7c15);
	word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
	return word ^ (word >> 31);
}

static wire_u8 sample_u8(uint32_t seed, unsigned place)
{
	return (wire_u8)draw(seed, place);
}

static wire_u16 sample_u16(uint32_t seed, unsigned place)
{
	return (wire_u16)draw(seed, place);
}

static wire_u32 sample_u32(uint32_t seed, unsigned place)
{
	return (wire_u32)draw(seed, place);
}

static wire_u64 sample_u64(uint32_t seed, unsigned place)
{
	return draw(seed, place);
}

static wire_i64 sample_i64(uint32_t seed, unsigned place)
{
	return (wire_i64)draw(seed, place);
}

static wire_id sample_id(uint32_t seed, unsigned place)
{
	uint64_t words[2] = {draw(seed, place), draw(seed, place + 1000)};
	wire_id id;
	memcpy(id.bytes, words, sizeof id.bytes);
	return id;
}

static wire_text sample_text(uint32_t seed, unsigned place)
{
	static const char *const texts[] = {"",    "a",      "order-991",
					    "Zoë", "王小明", "bronze,silver,gold,platinum"};
	const char *text = texts[draw(seed, place) % (sizeof texts / sizeof texts[0])];
	return (wire_text){text, (uint32_t)strlen(text)};
}

static void fill_rec_entry(void *value, uint32_t seed);

/* No record to two of them. */
static wire_list sample_list(uint32_t seed, unsigned place)
{
	static uint8_t room[64][512];
	static unsigned next;
	uint8_t *bytes = room[next++ % 64];
	struct wire_writer w = {bytes, bytes + sizeof room[0], false};
	uint32_t count = (uint32_t)(draw(seed, place) % 3);
	for (uint32_t i = 0; i < count; i++) {
		struct rec_entry entry;
		fill_rec_entry(&entry, seed + i + 1);
		encode_rec_entry(&w, &entry);
	}
	return (wire_list){bytes, (uint32_t)(w.at - bytes), count};
}

/* --- one set of wrappers a row --- */

#define FILL(kind, name)                                                                           \
	static void fill_##kind##_##name(void *value, uint32_t seed)                               \
	{                                                                                          \
		struct kind##_##name *m = value;                                                   \
		unsigned place = 0;                                                                \
		(void)seed, (void)place;                                                           \
		memset(m, 0, sizeof *m);
#define VALUE(type, name) m->name = sample_##type(seed, place++);
#define MESSAGE(name, opcode, access, since, doc) FILL(msg, name)
#define FIELD(type, name, doc) VALUE(type, name)
#define OPTION(type, name, doc) VALUE(type, name)
#define ANSWER(name)                                                                               \
	}                                                                                          \
	FILL(ans, name)
#define RESULT(type, name, doc) VALUE(type, name)
#define END(name) }
#define RECORD(name, doc) FILL(rec, name)
#define MEMBER(type, name, doc) VALUE(type, name)
#define END_RECORD(name) }
#include "protocol/messages.def"

#define WRAP(kind, name)                                                                           \
	static void wrap_encode_##kind##_##name(struct wire_writer *w, const void *value)          \
	{                                                                                          \
		encode_##kind##_##name(w, value);                                                  \
	}                                                                                          \
	static bool wrap_decode_##kind##_##name(struct wire_reader *r, void *value)                \
	{                                                                                          \
		return decode_##kind##_##name(r, value);                                           \
	}
#define MESSAGE(name, number, access, since, doc)                                                  \
	WRAP(msg, name)                                                                            \
	WRAP(ans, name)                                                                            \
	static void whole_msg_##name(union codec_value *whole, uint32_t seed)                      \
	{                                                                                          \
		memset(whole, 0, sizeof *whole);                                                   \
		whole->command.opcode = number;                                                    \
		fill_msg_##name(&whole->command.as.name, seed);                                    \
	}                                                                                          \
	static void whole_ans_##name(union codec_value *whole, uint32_t seed)                      \
	{                                                                                          \
		memset(whole, 0, sizeof *whole);                                                   \
		whole->answer.opcode = number;                                                     \
		whole->answer.sequence = draw(seed, 999);                                          \
		fill_ans_##name(&whole->answer.as.name, seed);                                     \
	}
#define RECORD(name, doc) WRAP(rec, name)
#include "protocol/messages.def"

#define ROW(kind, prefix, name, opcode, whole)                                                     \
	{CODEC_##kind,                                                                             \
	 #prefix "." #name,                                                                        \
	 opcode,                                                                                   \
	 fill_##prefix##_##name,                                                                   \
	 wrap_encode_##prefix##_##name,                                                            \
	 wrap_decode_##prefix##_##name,                                                            \
	 whole},

const struct codec codecs[] = {
#define MESSAGE(name, opcode, access, since, doc)                                                  \
	ROW(MESSAGE, msg, name, opcode, whole_msg_##name)                                          \
	ROW(ANSWER, ans, name, opcode, whole_ans_##name)
#define RECORD(name, doc) ROW(RECORD, rec, name, 0, NULL)
#include "protocol/messages.def"
};
const size_t codec_count = sizeof codecs / sizeof codecs[0];

/* --- reading the rows --- */

const struct field_info *codec_fields(const struct codec *codec, size_t *count)
{
	const struct message_info *message = message_info(codec->opcode);
	if (codec->kind == CODEC_RECORD) {
		for (size_t i = 0; i < record_info_count; i++)
			if (strcmp(record_infos[i].name, codec->name + 4) == 0) {
				*count = record_infos[i].member_count;
				return record_infos[i].members;
			}
		abort();
	}
	*count = codec->kind == CODEC_MESSAGE ? message->field_count : message->result_count;
	return codec->kind == CODEC_MESSAGE ? message->fields : message->results;
}

size_t codec_extent(const char *type, const uint8_t *bytes)
{
	static const struct {
		const char *type;
		size_t head;
		bool sized; /* the last 4 bytes of the head say how many follow */
	} types[] = {{"u8", 1, false},  {"u16", 2, false}, {"u32", 4, false}, {"u64", 8, false},
		     {"i64", 8, false}, {"id", 16, false}, {"text", 4, true}, {"list", 8, true}};
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		uint32_t size = 0;
		if (strcmp(types[i].type, type) != 0)
			continue;
		if (types[i].sized)
			memcpy(&size, bytes + types[i].head - 4, sizeof size);
		return types[i].head + size;
	}
	abort();
}

size_t codec_sample(const struct codec *codec, uint32_t seed, uint8_t *bytes)
{
	union codec_value value;
	struct wire_writer w = {bytes, bytes + CODEC_BYTES, false};
	codec->fill(&value, seed);
	codec->encode(&w, &value);
	if (w.failed)
		abort();
	return (size_t)(w.at - bytes);
}

size_t codec_sample_whole(const struct codec *codec, uint32_t seed, uint8_t *bytes)
{
	union codec_value whole;
	struct wire_writer w = {bytes, bytes + CODEC_BYTES, false};
	codec->fill_whole(&whole, seed);
	if (codec->kind == CODEC_MESSAGE)
		command_encode(&w, &whole.command);
	else
		answer_encode(&w, &whole.answer);
	if (w.failed)
		abort();
	return (size_t)(w.at - bytes);
}
