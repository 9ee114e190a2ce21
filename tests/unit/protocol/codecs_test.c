/* codecs_test.c -- every message, answer and record of messages.def against hostile bytes.
 *
 * Each proof runs over every row of the declaration table, so a new message is covered by being
 * declared.  All decoding happens against a guard page: one byte read too far ends the process.
 *
 *   D1  What was encoded decodes to the same, and encodes to the same bytes again.
 *   D2  A prefix decodes only when it ends after all FIELDs, between two OPTIONs or at the end.
 *   D3  No length in a text or list makes a reader leave its bytes.
 *   D4  Flipped bits never crash; what still decodes encodes to exactly those bytes.  A record
 *       skips what is behind the members it knows, so there it encodes to what decodes the same.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/cmocka_tests.h"
#include "tests/support/codecs.h"
#include "tests/support/guard.h"

#define SEEDS 16
#define MAX_FIELDS 32

static uint8_t sample[CODEC_BYTES], again[CODEC_BYTES];

/* Decode `size` bytes that end at the guard page. */
static bool decode(const struct codec *codec, const uint8_t *bytes, size_t size,
		   union codec_value *value)
{
	const uint8_t *at = guard_copy(bytes, size);
	struct wire_reader r = {at, at + size, false};
	bool decoded = codec->decode(&r, value);
	assert_true(r.at <= r.end);
	return decoded;
}

static size_t encode(const struct codec *codec, const union codec_value *value)
{
	struct wire_writer w = {again, again + sizeof again, false};
	codec->encode(&w, value);
	assert_false(w.failed);
	return (size_t)(w.at - again);
}

static void round_trip(void **state)
{
	const struct codec *codec = *state;
	for (uint32_t seed = 0; seed < SEEDS; seed++) {
		union codec_value value;
		size_t count, size = codec_sample(codec, seed, sample);
		codec_fields(codec, &count);
		assert_true(decode(codec, sample, size, &value)); /* D1 */
		assert_int_equal(encode(codec, &value), size);
		assert_memory_equal(sample, again, size);
		if (codec->kind == CODEC_MESSAGE)
			assert_int_equal(*(const uint16_t *)&value, count); /* given */
	}
}

/* Ends of the fields of the sample; whether a message may end there. */
struct ends {
	size_t at[MAX_FIELDS + 1];
	bool allowed[MAX_FIELDS + 1];
	size_t count;
};

static struct ends field_ends(const struct codec *codec)
{
	struct ends ends = {0};
	size_t at = codec->kind == CODEC_RECORD ? RECORD_HEAD_BYTES : 0, count;
	const struct field_info *fields = codec_fields(codec, &count);
	assert_true(count <= MAX_FIELDS);
	for (size_t i = 0; i < count; i++) {
		ends.at[i] = at;
		ends.allowed[i] = codec->kind == CODEC_MESSAGE && fields[i].optional;
		at += codec_extent(fields[i].type, sample + at);
	}
	ends.at[count] = at;
	ends.allowed[count] = true;
	ends.count = count + 1;
	return ends;
}

static bool may_end(const struct ends *ends, size_t size)
{
	for (size_t i = 0; i < ends->count; i++)
		if (ends->at[i] == size && ends->allowed[i])
			return true;
	return false;
}

static void truncations(void **state)
{
	const struct codec *codec = *state;
	for (uint32_t seed = 0; seed < SEEDS; seed++) {
		union codec_value value;
		size_t size = codec_sample(codec, seed, sample);
		struct ends ends = field_ends(codec);
		assert_int_equal(ends.at[ends.count - 1], size);
		for (size_t n = 0; n <= size; n++) /* D2 */
			assert_int_equal(decode(codec, sample, n, &value), may_end(&ends, n));
	}
}

/* One byte too many is an error for messages and answers; records may follow one another. */
static void trailing_byte(void **state)
{
	const struct codec *codec = *state;
	union codec_value value;
	size_t size = codec_sample(codec, 1, sample);
	sample[size] = 0;
	assert_int_equal(decode(codec, sample, size + 1, &value), codec->kind == CODEC_RECORD);
}

static void hostile_length(const struct codec *codec, size_t at, size_t size, uint32_t length)
{
	union codec_value value;
	uint32_t honest;
	memcpy(&honest, sample + at, sizeof honest);
	memcpy(sample + at, &length, sizeof length);
	bool fits = length <= size - at - sizeof length;
	bool decoded = decode(codec, sample, size, &value); /* D3 */
	if (!fits)
		assert_false(decoded);
	memcpy(sample + at, &honest, sizeof honest);
}

static void try_lengths(const struct codec *codec, size_t at, size_t size)
{
	size_t left = size - at - 4;
	const uint32_t lengths[] = {0,
				    1,
				    (uint32_t)left,
				    (uint32_t)left + 1,
				    (uint32_t)size,
				    INT32_MAX,
				    UINT32_C(1) << 31,
				    UINT32_MAX - 7,
				    UINT32_MAX - 3,
				    UINT32_MAX};
	for (size_t n = 0; n < sizeof lengths / sizeof lengths[0]; n++)
		hostile_length(codec, at, size, lengths[n]);
}

static void hostile_lengths(void **state)
{
	const struct codec *codec = *state;
	size_t count;
	const struct field_info *fields = codec_fields(codec, &count);
	for (uint32_t seed = 0; seed < SEEDS; seed++) {
		size_t size = codec_sample(codec, seed, sample);
		struct ends ends = field_ends(codec);
		if (codec->kind == CODEC_RECORD)
			try_lengths(codec, 0, size);
		for (size_t i = 0; i < count; i++) {
			bool list = strcmp(fields[i].type, "list") == 0;
			if (!list && strcmp(fields[i].type, "text") != 0)
				continue;
			try_lengths(codec, ends.at[i] + (list ? 4 : 0), size);
		}
	}
}

/* `again` holds what was encoded: decoded and encoded once more, it does not change. */
static void decodes_the_same(const struct codec *codec, size_t size)
{
	static uint8_t kept[CODEC_BYTES];
	union codec_value value;
	memcpy(kept, again, size);
	assert_true(decode(codec, kept, size, &value));
	assert_int_equal(encode(codec, &value), size);
	assert_memory_equal(kept, again, size);
}

static void bit_flips(void **state)
{
	const struct codec *codec = *state;
	size_t count;
	codec_fields(codec, &count);
	for (uint32_t seed = 0; seed < SEEDS; seed++) {
		size_t size = codec_sample(codec, seed, sample);
		for (size_t bit = 0; bit < size * 8; bit++) {
			union codec_value value;
			sample[bit / 8] ^= (uint8_t)(1u << bit % 8);
			bool decoded = decode(codec, sample, size, &value);
			bool all =
			    codec->kind != CODEC_MESSAGE || *(const uint16_t *)&value == count;
			if (decoded && all) { /* D4 */
				size_t written = encode(codec, &value);
				assert_true(written <= size);
				if (codec->kind == CODEC_RECORD)
					decodes_the_same(codec, written);
				else
					assert_memory_equal(sample, again, written);
			}
			sample[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

/* Encoding into too little room fails and writes nothing outside it. */
static void small_room(void **state)
{
	const struct codec *codec = *state;
	union codec_value value;
	size_t size = codec_sample(codec, 3, sample);
	codec->fill(&value, 3);
	for (size_t n = 0; n <= size; n++) {
		uint8_t *room = guard_copy(sample, n);
		struct wire_writer w = {room, room + n, false};
		codec->encode(&w, &value);
		assert_int_equal(w.failed, n < size);
	}
}

/* Walking a list reads at most what is there, whatever its count says. */
static void list_walk(void **state)
{
	struct rec_entry entry;
	size_t size = codec_sample(&codecs[0], 1, sample);
	const uint8_t *at = guard_copy(sample, size + 2);
	struct wire_list list = {at, (uint32_t)size + 2, UINT32_MAX};
	struct wire_reader r = {list.bytes, list.bytes + list.size, false};
	uint32_t read = 0;
	(void)state;
	assert_string_equal(codecs[0].name, "rec.entry");
	while (read < list.count && decode_rec_entry(&r, &entry))
		read++;
	assert_int_equal(read, 1);
	assert_true(r.failed);
}

static const struct {
	const char *name;
	CMUnitTestFunction function;
} proofs[] = {
    {"round trip", round_trip},       {"truncations", truncations},
    {"trailing byte", trailing_byte}, {"hostile lengths", hostile_lengths},
    {"bit flips", bit_flips},         {"small room", small_room},
};
#define MOST 1024u
#define PROOFS (sizeof proofs / sizeof proofs[0])

int main(void)
{
	static char names[MOST][64];
	struct CMUnitTest tests[MOST] = {{0}};
	size_t count = 0;
	if (codec_count * PROOFS + 1 > MOST)
		return 1;
	for (size_t i = 0; i < codec_count; i++)
		for (size_t p = 0; p < PROOFS; p++, count++) {
			snprintf(names[count], sizeof names[count], "%s: %s", codecs[i].name,
				 proofs[p].name);
			tests[count].name = names[count];
			tests[count].test_func = proofs[p].function;
			tests[count].initial_state = (void *)(uintptr_t)&codecs[i];
		}
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(list_walk);
	return _cmocka_run_group_tests("codecs", tests, count, NULL, NULL);
}
