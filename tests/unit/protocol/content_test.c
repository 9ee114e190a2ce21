/* content_test.c -- what the content hash of a request depends on (messages.c, M3).
 *
 * It is stored with every event, for ever: golden vectors hold its values (golden_test.c).
 */
#include <string.h>

#include "tests/support/cmocka_tests.h"
#include "tests/support/codecs.h"

static struct command command_of(uint16_t opcode)
{
	struct command command;
	memset(&command, 0, sizeof command);
	command.opcode = opcode;
	return command;
}

static struct command earn(uint64_t customer, int64_t points, uint8_t key)
{
	struct command command = command_of(OP_points_earn);
	command.as.points_earn.customer = customer;
	command.as.points_earn.points = points;
	memset(command.as.points_earn.key.bytes, key, 16);
	return command;
}

static void fields_count(void **state)
{
	struct command a = earn(1, 2, 3), customer = earn(9, 2, 3), points = earn(1, 9, 3);
	(void)state;
	assert_true(command_content(&a) == command_content(&a));
	assert_true(command_content(&a) != command_content(&customer));
	assert_true(command_content(&a) != command_content(&points));
}

static void key_does_not_count(void **state)
{
	struct command a = earn(1, 2, 3), b = earn(1, 2, 200);
	(void)state;
	assert_true(command_content(&a) == command_content(&b));
}

static void opcode_counts(void **state)
{
	struct command a = earn(1, 2, 3), b = a;
	(void)state;
	b.opcode = OP_points_redeem; /* the same fields at the same places */
	assert_true(command_content(&a) != command_content(&b));
}

static void flags_do_not_count(void **state)
{
	struct command a = earn(1, 2, 3), b = a;
	(void)state;
	b.flags = 7;
	assert_true(command_content(&a) == command_content(&b));
}

/* Decode a history request with `options` of its OPTIONs on the wire. */
static struct command history(uint64_t from, uint32_t limit, unsigned options)
{
	uint8_t bytes[64];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct command command;
	struct error_detail detail;
	wire_write_u16(&w, OP_history);
	wire_write_u16(&w, 0);
	wire_write_u32(&w, options == 0 ? 8 : options == 1 ? 16 : 20);
	wire_write_u64(&w, 42);
	if (options > 0)
		wire_write_u64(&w, from);
	if (options > 1)
		wire_write_u32(&w, limit);
	struct wire_reader r = {bytes, w.at, false};
	assert_int_equal(command_decode(&r, &command, &detail), ERROR_OK);
	assert_int_equal(command.as.history.given, 1 + options);
	return command;
}

static void absent_option_equals_default(void **state)
{
	struct command absent = history(0, 0, 0), one = history(0, 0, 1), both = history(0, 0, 2);
	struct command from = history(5, 0, 1), from_both = history(5, 0, 2);
	(void)state;
	assert_true(command_content(&absent) == command_content(&one));
	assert_true(command_content(&absent) == command_content(&both));
	assert_true(command_content(&from) == command_content(&from_both));
	assert_true(command_content(&absent) != command_content(&from));
}

static void later_option_keeps_earlier_default(void **state)
{
	struct command limit = history(0, 7, 2), from = history(7, 0, 2), both = history(7, 7, 2);
	(void)state;
	assert_true(command_content(&limit) != command_content(&from));
	assert_true(command_content(&limit) != command_content(&both));
}

/* Texts that only together are equal must not hash equal. */
static void text_borders_count(void **state)
{
	struct command a = command_of(OP_hello), b = command_of(OP_hello);
	(void)state;
	a.as.hello.app = (wire_text){"ab", 2};
	a.as.hello.credential = (wire_text){"c", 1};
	b.as.hello.app = (wire_text){"a", 1};
	b.as.hello.credential = (wire_text){"bc", 2};
	assert_true(command_content(&a) != command_content(&b));
}

/* Every field of every message but the key changes the hash, and nothing else does. */
static void every_message(void **state)
{
	(void)state;
	for (size_t i = 0; i < codec_count; i++) {
		union codec_value a, b;
		if (codecs[i].kind != CODEC_MESSAGE)
			continue;
		codecs[i].fill_whole(&a, 1);
		codecs[i].fill_whole(&b, 1);
		assert_true(command_content(&a.command) == command_content(&b.command));
		codecs[i].fill_whole(&b, 2);
		if (message_info(codecs[i].opcode)->field_count > 0)
			assert_true(command_content(&a.command) != command_content(&b.command));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_count),
	    cmocka_unit_test(key_does_not_count),
	    cmocka_unit_test(opcode_counts),
	    cmocka_unit_test(flags_do_not_count),
	    cmocka_unit_test(absent_option_equals_default),
	    cmocka_unit_test(later_option_keeps_earlier_default),
	    cmocka_unit_test(text_borders_count),
	    cmocka_unit_test(every_message),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
