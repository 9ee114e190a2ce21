/* golden.c -- see golden.h.
 *
 *   msg.NAME      a command, head included       content.NAME  its content hash, little-endian
 *   ans.NAME      an answer, head included       ans.error     a refusal
 *   rec.NAME      a record                       frame.KIND    a whole frame around a ping
 *   key.*         keys from text and time
 */
#include "tests/support/golden.h"

#include "protocol/frame.h"
#include "protocol/key.h"
#include "tests/support/codecs.h"

#define SEED 1

static void line(FILE *out, const char *name, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	fprintf(out, "%s ", name);
	for (size_t i = 0; i < size; i++)
		fprintf(out, "%02x", at[i]);
	fputc('\n', out);
}

static void codec_lines(FILE *out, const struct codec *codec)
{
	static uint8_t bytes[CODEC_BYTES];
	if (codec->kind == CODEC_RECORD) {
		line(out, codec->name, bytes, codec_sample(codec, SEED, bytes));
		return;
	}
	line(out, codec->name, bytes, codec_sample_whole(codec, SEED, bytes));
	if (codec->kind == CODEC_MESSAGE) {
		union codec_value value;
		char name[64];
		codec->fill_whole(&value, SEED);
		uint64_t content = command_content(&value.command);
		snprintf(name, sizeof name, "content.%s", codec->name + 4);
		line(out, name, &content, sizeof content);
	}
}

static void error_line(FILE *out)
{
	uint8_t bytes[64];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct answer answer = {.opcode = OP_points_redeem,
				.status = ERROR_BALANCE_TOO_LOW,
				.sequence = 17,
				.detail = {250, 300}};
	answer_encode(&w, &answer);
	line(out, "ans.error", bytes, (size_t)(w.at - bytes));
}

static void frame_lines(FILE *out)
{
	static const char *const kinds[] = {"hello", "request", "welcome",
					    "reply", "goodbye", "push"};
	struct command ping = {.opcode = OP_ping};
	ping.as.ping.nonce = 7;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		uint8_t bytes[64];
		char name[32];
		struct wire_writer w = {bytes + FRAME_HEAD_BYTES, bytes + sizeof bytes, false};
		command_encode(&w, &ping);
		uint32_t body = (uint32_t)(w.at - bytes) - FRAME_HEAD_BYTES;
		uint32_t size = frame_seal(
		    bytes, body,
		    &(struct frame_label){(enum frame_kind)(FRAME_HELLO + i), 0, 1, 1000 + i});
		snprintf(name, sizeof name, "frame.%s", kinds[i]);
		line(out, name, bytes, size);
	}
}

static void key_lines(FILE *out)
{
	static const uint8_t random[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	static const char ref[] = "order-991";
	struct wire_id earn = key_from_ref(OP_points_earn, ref, sizeof ref - 1);
	struct wire_id redeem = key_from_ref(OP_points_redeem, ref, sizeof ref - 1);
	struct wire_id timed = key_timed(1763793120123, random);
	line(out, "key.ref.earn", earn.bytes, sizeof earn.bytes);
	line(out, "key.ref.redeem", redeem.bytes, sizeof redeem.bytes);
	line(out, "key.timed", timed.bytes, sizeof timed.bytes);
}

void golden_write(FILE *out)
{
	for (size_t i = 0; i < codec_count; i++)
		codec_lines(out, &codecs[i]);
	error_line(out);
	frame_lines(out);
	key_lines(out);
}
