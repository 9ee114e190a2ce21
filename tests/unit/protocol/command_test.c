/* command_test.c -- commands and answers with their heads: what a frame's body is made of.
 *
 *   H1  A command that is unknown or malformed is skipped whole; the reader stands behind it.
 *   H2  A head or size that does not fit ends the reading of the frame.
 */
#include <string.h>

#include "tests/support/cmocka_tests.h"
#include "tests/support/codecs.h"
#include "tests/support/guard.h"

static uint8_t sample[CODEC_BYTES], again[CODEC_BYTES];

static bool is_message(const struct codec *codec)
{
	return codec->kind == CODEC_MESSAGE;
}

static bool is_answer(const struct codec *codec)
{
	return codec->kind == CODEC_ANSWER;
}

/* Decode a command from bytes that end at the guard page; *used of them. */
static enum error decode_command(const uint8_t *bytes, size_t size, struct command *command,
				 struct error_detail *detail, size_t *used)
{
	const uint8_t *at = guard_copy(bytes, size);
	struct wire_reader r = {at, at + size, false};
	enum error error = command_decode(&r, command, detail);
	*used = (size_t)(r.at - at);
	assert_int_equal(r.failed, error == ERROR_FRAME_COUNT);
	return error;
}

static bool decode_answer(const uint8_t *bytes, size_t size, uint16_t opcode, struct answer *answer)
{
	const uint8_t *at = guard_copy(bytes, size);
	struct wire_reader r = {at, at + size, false};
	bool decoded = answer_decode(&r, opcode, answer);
	assert_true(r.at <= r.end);
	return decoded;
}

static void set_u16(uint8_t *at, uint16_t value)
{
	memcpy(at, &value, sizeof value);
}

static void set_u32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof value);
}

static void commands_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < codec_count; i++) {
		struct command command;
		struct error_detail detail;
		size_t used, size;
		if (!is_message(&codecs[i]))
			continue;
		size = codec_sample_whole(&codecs[i], 5, sample);
		assert_int_equal(decode_command(sample, size, &command, &detail, &used), ERROR_OK);
		assert_int_equal(used, size);
		assert_int_equal(command.opcode, codecs[i].opcode);
		struct wire_writer w = {again, again + sizeof again, false};
		command_encode(&w, &command);
		assert_int_equal(w.at - again, size);
		assert_memory_equal(sample, again, size);
	}
}

static void commands_cut_short(void **state)
{
	(void)state;
	for (size_t i = 0; i < codec_count; i++) {
		struct command command;
		struct error_detail detail;
		size_t used, size;
		if (!is_message(&codecs[i]))
			continue;
		size = codec_sample_whole(&codecs[i], 5, sample);
		for (size_t n = 0; n < size; n++)
			assert_int_equal(decode_command(sample, n, &command, &detail, &used),
					 ERROR_FRAME_COUNT); /* H2 */
	}
}

static void commands_of_hostile_size(void **state)
{
	static const uint32_t sizes[] = {INT32_MAX, UINT32_C(1) << 31, UINT32_MAX - 7, UINT32_MAX};
	(void)state;
	for (size_t i = 0; i < codec_count; i++) {
		struct command command;
		struct error_detail detail;
		size_t used, size;
		if (!is_message(&codecs[i]))
			continue;
		size = codec_sample_whole(&codecs[i], 5, sample);
		for (uint32_t n = 0; n < size - COMMAND_HEAD_BYTES; n++) {
			set_u32(sample + 4, n);
			enum error error = decode_command(sample, size, &command, &detail, &used);
			assert_int_equal(used, n + COMMAND_HEAD_BYTES); /* H1 */
			if (error == ERROR_OK)
				continue; /* OPTIONs left out */
			assert_int_equal(error, ERROR_MALFORMED);
			assert_int_equal(detail.a, codecs[i].opcode);
			assert_int_equal(detail.b, n);
		}
		for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
			set_u32(sample + 4, sizes[s]);
			assert_int_equal(decode_command(sample, size, &command, &detail, &used),
					 ERROR_FRAME_COUNT);
		}
	}
}

static void unknown_opcodes_and_flags(void **state)
{
	struct command command;
	struct error_detail detail;
	size_t used;
	(void)state;
	memset(sample, 0, 64);
	set_u32(sample + 4, 5);
	for (uint32_t opcode = 0; opcode <= UINT16_MAX; opcode++) {
		if (message_info((uint16_t)opcode) != NULL)
			continue;
		set_u16(sample, (uint16_t)opcode);
		assert_int_equal(decode_command(sample, 20, &command, &detail, &used),
				 ERROR_UNSUPPORTED);
		assert_int_equal(used, 13); /* H1 */
		assert_int_equal(detail.a, opcode);
		assert_int_equal(opcode_access((uint16_t)opcode), ACCESS_CONTROL);
	}
	set_u16(sample, OP_ping);
	for (uint32_t flags = 1; flags <= UINT16_MAX; flags++) {
		set_u16(sample + 2, (uint16_t)flags);
		assert_int_equal(decode_command(sample, 20, &command, &detail, &used),
				 ERROR_UNSUPPORTED);
		assert_int_equal(detail.b, flags);
	}
}

static void commands_with_flipped_bits(void **state)
{
	(void)state;
	for (size_t i = 0; i < codec_count; i++) {
		struct command command;
		struct error_detail detail;
		size_t used, size;
		if (!is_message(&codecs[i]))
			continue;
		size = codec_sample_whole(&codecs[i], 6, sample);
		for (size_t bit = 0; bit < size * 8; bit++) {
			sample[bit / 8] ^= (uint8_t)(1u << bit % 8);
			decode_command(sample, size, &command, &detail, &used);
			sample[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

static void answers_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < codec_count; i++) {
		struct answer answer;
		size_t size;
		if (!is_answer(&codecs[i]))
			continue;
		size = codec_sample_whole(&codecs[i], 7, sample);
		assert_true(decode_answer(sample, size, codecs[i].opcode, &answer));
		struct wire_writer w = {again, again + sizeof again, false};
		answer_encode(&w, &answer);
		assert_int_equal(w.at - again, size);
		assert_memory_equal(sample, again, size);
		for (size_t n = 0; n < size; n++)
			assert_false(decode_answer(sample, n, codecs[i].opcode, &answer));
	}
}

/* Every error, as the answer to every opcode. */
static void error_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < message_info_count; i++)
		for (size_t e = 0; e < error_info_count; e++) {
			struct answer in = {0}, out;
			struct wire_writer w = {sample, sample + sizeof sample, false};
			if (error_infos[e].error == ERROR_OK)
				continue;
			in.opcode = message_infos[i].opcode;
			in.status = (uint16_t)error_infos[e].error;
			in.sequence = 77;
			in.detail = (struct error_detail){INT64_MIN, INT64_MAX};
			answer_encode(&w, &in);
			size_t size = (size_t)(w.at - sample);
			assert_int_equal(size, ANSWER_HEAD_BYTES + 16);
			assert_true(decode_answer(sample, size, in.opcode, &out));
			assert_int_equal(out.status, in.status);
			assert_int_equal(out.sequence, 77);
			assert_true(out.detail.a == INT64_MIN && out.detail.b == INT64_MAX);
			for (size_t n = 0; n < size; n++)
				assert_false(decode_answer(sample, n, in.opcode, &out));
		}
}

static void answers_of_hostile_size(void **state)
{
	static const uint32_t sizes[] = {INT32_MAX, UINT32_C(1) << 31, UINT32_MAX - 15, UINT32_MAX};
	(void)state;
	for (size_t i = 0; i < codec_count; i++) {
		struct answer answer;
		size_t size;
		if (!is_answer(&codecs[i]))
			continue;
		size = codec_sample_whole(&codecs[i], 7, sample);
		for (uint32_t n = 0; n < size - ANSWER_HEAD_BYTES; n++) {
			set_u32(sample + 4, n);
			assert_false(decode_answer(sample, size, codecs[i].opcode, &answer));
		}
		for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
			set_u32(sample + 4, sizes[s]);
			assert_false(decode_answer(sample, size, codecs[i].opcode, &answer));
		}
		size = codec_sample_whole(&codecs[i], 7, sample);
		for (size_t bit = 0; bit < size * 8; bit++) {
			sample[bit / 8] ^= (uint8_t)(1u << bit % 8);
			decode_answer(sample, size, codecs[i].opcode, &answer);
			sample[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

static const struct codec *first_answer(void)
{
	const struct codec *codec = codecs;
	while (codec->kind != CODEC_ANSWER)
		codec++;
	return codec;
}

static void unknown_opcodes_fail(void **state)
{
	struct answer answer = {.opcode = 0x7fff};
	struct command command = {.opcode = 0x7fff};
	struct wire_writer w = {sample, sample + sizeof sample, false};
	(void)state;
	answer_encode(&w, &answer);
	assert_true(w.failed);
	w = (struct wire_writer){sample, sample + sizeof sample, false};
	command_encode(&w, &command);
	assert_true(w.failed);
	size_t size = codec_sample_whole(first_answer(), 7, sample);
	assert_false(decode_answer(sample, size, 0x7fff, &answer));
	assert_null(command_key(&command));
	assert_int_equal(command_content(&command), 0);
}

/* command_key points at the first field of writes and at nothing else. */
static void keys_of_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < codec_count; i++) {
		union codec_value value;
		if (!is_message(&codecs[i]))
			continue;
		codecs[i].fill_whole(&value, 8);
		const struct wire_id *key = command_key(&value.command);
		bool writes = opcode_access(codecs[i].opcode) == ACCESS_WRITE;
		assert_int_equal(key != NULL, writes);
		if (writes) {
			size_t size = codec_sample_whole(&codecs[i], 8, sample);
			assert_true(size >= COMMAND_HEAD_BYTES + 16);
			assert_memory_equal(sample + COMMAND_HEAD_BYTES, key->bytes, 16);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commands_round_trip),
	    cmocka_unit_test(commands_cut_short),
	    cmocka_unit_test(commands_of_hostile_size),
	    cmocka_unit_test(unknown_opcodes_and_flags),
	    cmocka_unit_test(commands_with_flipped_bits),
	    cmocka_unit_test(answers_round_trip),
	    cmocka_unit_test(error_answers),
	    cmocka_unit_test(answers_of_hostile_size),
	    cmocka_unit_test(unknown_opcodes_fail),
	    cmocka_unit_test(keys_of_commands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
