/* codecs.h -- every message, answer and record of messages.def as a row one loop can test.
 *
 * fill gives every field a value that depends only on `seed` and the field's place; two seeds give
 * two different messages.  Texts and lists stay valid until the program ends.
 */
#ifndef CRMDB_TESTS_SUPPORT_CODECS_H
#define CRMDB_TESTS_SUPPORT_CODECS_H
#include "protocol/describe.h"
#include "protocol/messages.h"

enum codec_kind {
	CODEC_MESSAGE,
	CODEC_ANSWER,
	CODEC_RECORD
};

/* Any decoded struct of the table. */
union codec_value {
	struct command command;
	struct answer answer;
	struct rec_entry entry;
};

struct codec {
	enum codec_kind kind;
	const char *name; /* "msg.ping", "ans.ping", "rec.entry" */
	uint16_t opcode;  /* 0 for records */
	void (*fill)(void *value, uint32_t seed);
	void (*encode)(struct wire_writer *w, const void *value);
	bool (*decode)(struct wire_reader *r, void *value);
	/* Fill the right member of a command or an answer, opcode included; NULL for records. */
	void (*fill_whole)(union codec_value *whole, uint32_t seed);
};

extern const struct codec codecs[];
extern const size_t codec_count;

/* The declared fields of a row; *count of them. */
const struct field_info *codec_fields(const struct codec *codec, size_t *count);

/* Bytes of one encoded field of `type` at `bytes`, which must hold it whole. */
size_t codec_extent(const char *type, const uint8_t *bytes);

/* Fill and encode: size of what was written to bytes[CODEC_BYTES]. */
#define CODEC_BYTES 65536u
size_t codec_sample(const struct codec *codec, uint32_t seed, uint8_t *bytes);

/* The same with the head of a command or an answer in front. */
size_t codec_sample_whole(const struct codec *codec, uint32_t seed, uint8_t *bytes);

#endif
