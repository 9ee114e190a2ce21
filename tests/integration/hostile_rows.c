/* hostile_rows.c -- the bytes of each hostile case; see hostile_rows.h. */
#include "tests/integration/hostile_rows.h"

#include <string.h>

#include "protocol/limits.h"

uint32_t hostile_earn(struct raw *raw)
{
	uint32_t size;
	static uint64_t key = 1000;
	struct command command = raw_points(OP_points_earn, key++, 1, 1);
	raw_begin(raw);
	raw_add(raw, &command);
	raw_end(raw, FRAME_REQUEST, 2, &size);
	return size;
}

static uint32_t build_text(struct raw *raw, const char *text, uint32_t size)
{
	memcpy(raw->out, text, size);
	return size;
}

static uint32_t build_http(struct raw *raw)
{
	return build_text(raw, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 35);
}

static uint32_t build_zeros(struct raw *raw)
{
	memset(raw->out, 0, 64);
	return 64;
}

static uint32_t build_ones(struct raw *raw)
{
	memset(raw->out, 0xff, 64);
	return 64;
}

uint32_t hostile_hello(struct raw *raw, const struct command *command)
{
	uint32_t size;
	raw_begin(raw);
	raw_add(raw, command);
	raw_end(raw, FRAME_HELLO, 1, &size);
	return size;
}

static uint32_t build_magic(struct raw *raw)
{
	struct command command = raw_hello_command(77, 0);
	command.as.hello.magic ^= 1;
	return hostile_hello(raw, &command);
}

static uint32_t build_version_new(struct raw *raw)
{
	struct command command = raw_hello_command(77, 0);
	command.as.hello.version_min = PROTOCOL_VERSION + 1;
	command.as.hello.version_max = PROTOCOL_VERSION + 9;
	return hostile_hello(raw, &command);
}

static uint32_t build_version_old(struct raw *raw)
{
	struct command command = raw_hello_command(77, 0);
	command.as.hello.version_min = command.as.hello.version_max = 0;
	return hostile_hello(raw, &command);
}

static uint32_t build_app(struct raw *raw, const char *app, uint32_t size)
{
	struct command command = raw_hello_command(77, 0);
	command.as.hello.app = (struct wire_text){app, size};
	return hostile_hello(raw, &command);
}

static uint32_t build_app_broken(struct raw *raw)
{
	return build_app(raw, "caf\xe9", 4);
}

static uint32_t build_app_overlong(struct raw *raw)
{
	return build_app(raw, "\xc0\xaf", 2);
}

static uint32_t build_app_surrogate(struct raw *raw)
{
	return build_app(raw, "\xed\xa0\x80", 3);
}

static uint32_t build_app_long(struct raw *raw)
{
	static const char app[LIMIT_APP_BYTES + 1] = {'a'};
	return build_app(raw, app, sizeof app);
}

uint32_t hostile_reseal(struct raw *raw, uint32_t size, enum frame_kind kind, uint16_t count)
{
	return frame_seal(raw->out, size - FRAME_MIN_BYTES,
			  &(struct frame_label){kind, 0, count, 2});
}

static uint32_t build_count_high(struct raw *raw)
{
	return hostile_reseal(raw, hostile_earn(raw), FRAME_REQUEST, 2);
}

static uint32_t build_count_zero(struct raw *raw)
{
	return hostile_reseal(raw, hostile_earn(raw), FRAME_REQUEST, 0);
}

static uint32_t build_empty(struct raw *raw)
{
	return hostile_reseal(raw, FRAME_MIN_BYTES, FRAME_REQUEST, 1);
}

static uint32_t build_command_too_long(struct raw *raw)
{
	uint32_t size = hostile_earn(raw);
	raw->out[FRAME_HEAD_BYTES + 4]++; /* the command's own size */
	return hostile_reseal(raw, size, FRAME_REQUEST, 1);
}

static uint32_t build_command_huge(struct raw *raw)
{
	uint32_t size = hostile_earn(raw);
	memset(raw->out + FRAME_HEAD_BYTES + 4, 0xff, 4);
	return hostile_reseal(raw, size, FRAME_REQUEST, 1);
}

static uint32_t build_second_hello(struct raw *raw)
{
	struct command command = raw_hello_command(78, 0);
	return hostile_hello(raw, &command);
}

static uint32_t build_reply(struct raw *raw)
{
	return hostile_reseal(raw, hostile_earn(raw), FRAME_REPLY, 1);
}

static uint32_t build_checksum(struct raw *raw)
{
	uint32_t size = hostile_earn(raw);
	raw->out[size - 1] ^= 1;
	return size;
}

static uint32_t build_size(struct raw *raw, uint32_t declared)
{
	uint32_t size = hostile_earn(raw);
	memcpy(raw->out, &declared, sizeof declared);
	return size;
}

static uint32_t build_size_zero(struct raw *raw)
{
	return build_size(raw, 0);
}

static uint32_t build_size_small(struct raw *raw)
{
	return build_size(raw, FRAME_MIN_BYTES - 1);
}

static uint32_t build_size_over(struct raw *raw)
{
	return build_size(raw, LIMIT_FRAME_BYTES + 1);
}

static uint32_t build_size_half(struct raw *raw)
{
	return build_size(raw, UINT32_C(1) << 31);
}

static uint32_t build_size_full(struct raw *raw)
{
	return build_size(raw, UINT32_MAX);
}

static uint32_t build_kind_zero(struct raw *raw)
{
	uint32_t size = hostile_earn(raw);
	raw->out[4] = 0;
	return size;
}

static uint32_t build_kind_high(struct raw *raw)
{
	uint32_t size = hostile_earn(raw);
	raw->out[4] = 200;
	return size;
}

static uint32_t build_hello_large(struct raw *raw)
{
	uint32_t size = build_second_hello(raw), declared = LIMIT_HELLO_BYTES + 1;
	memcpy(raw->out, &declared, sizeof declared);
	return size;
}

const struct hostile_row hostile_rows[] = {
    {"an HTTP request", build_http, ERROR_BAD_MAGIC, false},
    {"zeros", build_zeros, ERROR_BAD_MAGIC, false},
    {"ones", build_ones, ERROR_BAD_MAGIC, false},
    {"a hello with another magic", build_magic, ERROR_BAD_MAGIC, false},
    {"a hello of a newer version", build_version_new, ERROR_BAD_VERSION, false},
    {"a hello of an older version", build_version_old, ERROR_BAD_VERSION, false},
    {"an app name of broken UTF-8", build_app_broken, ERROR_MALFORMED, false},
    {"an app name of overlong UTF-8", build_app_overlong, ERROR_MALFORMED, false},
    {"an app name with a surrogate", build_app_surrogate, ERROR_MALFORMED, false},
    {"an app name that is too long", build_app_long, ERROR_MALFORMED, false},
    {"a hello over its limit", build_hello_large, ERROR_FRAME_TOO_LARGE, false},
    {"a request before hello", hostile_earn, ERROR_HELLO_EXPECTED, false},
    {"a second hello", build_second_hello, ERROR_FRAME_BROKEN, true},
    {"a frame only servers send", build_reply, ERROR_FRAME_BROKEN, true},
    {"a frame of size 0", build_size_zero, ERROR_FRAME_BROKEN, true},
    {"a frame smaller than its head", build_size_small, ERROR_FRAME_BROKEN, true},
    {"a frame of kind 0", build_kind_zero, ERROR_FRAME_BROKEN, true},
    {"a frame of an unknown kind", build_kind_high, ERROR_FRAME_BROKEN, true},
    {"a frame one byte over the limit", build_size_over, ERROR_FRAME_TOO_LARGE, true},
    {"a frame of 2^31 bytes", build_size_half, ERROR_FRAME_TOO_LARGE, true},
    {"a frame of 2^32 - 1 bytes", build_size_full, ERROR_FRAME_TOO_LARGE, true},
    {"a wrong checksum", build_checksum, ERROR_FRAME_CHECKSUM, true},
    {"more commands announced than held", build_count_high, ERROR_FRAME_COUNT, true},
    {"no command announced, one held", build_count_zero, ERROR_FRAME_COUNT, true},
    {"an empty frame", build_empty, ERROR_FRAME_COUNT, true},
    {"a command longer than its frame", build_command_too_long, ERROR_FRAME_COUNT, true},
    {"a command of 2^32 - 1 bytes", build_command_huge, ERROR_FRAME_COUNT, true},
};

const size_t hostile_row_count = sizeof hostile_rows / sizeof hostile_rows[0];
