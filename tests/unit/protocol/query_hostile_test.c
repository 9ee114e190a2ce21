/* query_hostile_test.c -- any text at all is parsed or refused at a place in it, and what is parsed
 * is a program; random programs printed as text parse to themselves. */
#include <stdlib.h>
#include <string.h>

#include "protocol/common/date.h"
#include "protocol/query/query.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/guard.h"
#include "tests/unit/protocol/query_dump.h"

static uint8_t room[LIMIT_PREDICATE_BYTES];
static uint64_t seed;

static uint32_t draw(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33) % below;
}

static int begin(void **state)
{
	const char *text = getenv("SEED");
	(void)state;
	seed = text == NULL ? 42 : strtoull(text, NULL, 10);
	print_message("SEED=%llu\n", (unsigned long long)seed);
	return 0;
}

/* --- anything at all --- */

static bool try(const char *line, size_t size)
{
	struct complaint complaint = {{0}, SIZE_MAX};
	struct query_source source = {line, size, 0, room};
	struct error_detail detail;
	struct query query;
	if (query_parse(&query, &source, &complaint)) {
		assert_int_equal(predicate_check(query.program, &detail), ERROR_OK);
		return true;
	}
	assert_true(complaint.at <= size);
	assert_true(complaint.message[0] != '\0');
	assert_non_null(memchr(complaint.message, '\0', sizeof complaint.message));
	return false;
}

static const char long_one[] =
    "explain segment tier in (gold, 'vip') and not (spend >= 1_000.50 or @lapsed) show name, tier "
    "order by spend desc limit 10 after null:5:9f3a01cc for marketing by sms";
static const char *const lines[] = {
    long_one,
    "segment last_order not between -1y and 2026-11-22 or birthday within +2w",
    "count by tier, stage where region is not null and tags has vegan",
    "percentile 99.9 spend by tier where consents has 'a:b'",
    "stream all show id, gap for service by email",
};

static void every_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		for (size_t size = 0; size <= strlen(lines[i]); size++)
			try((const char *)guard_copy(lines[i], size), size);
}

/* Each byte of each line in turn becomes some other one. */
static void other_bytes(void **state)
{
	static const char bytes[] = "\0 ()',\"=<>!&5k-_.:@\x80\xc3\xff";
	char line[256];
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		size_t size = strlen(lines[i]);
		for (size_t at = 0; at < size; at++)
			for (size_t b = 0; b < sizeof bytes - 1; b++) {
				memcpy(line, lines[i], size);
				line[at] = bytes[b];
				try((const char *)guard_copy(line, size), size);
			}
	}
}

static void random_tokens(void **state)
{
	static const char *const heads[] = {"segment", "count", "count by tier where", "stream",
					    "sum spend where"};
	static const char *const tokens[] = {
	    "all",   "by",    "tier", "spend", "and",   "or",    "not",  "in",     "(",
	    ")",     ",",     "=",    "!=",    ">",     "is",    "null", "has",    "within",
	    "90d",   "-6m",   "10k",  "5",     "'vip'", "order", "asc",  "limit",  "show",
	    "after", "1:2:3", "'",    "1.005", "for",   "@x",    "gold", "between"};
	unsigned parsed = 0;
	(void)state;
	for (int i = 0; i < 20000; i++) {
		char line[256];
		size_t size = (size_t)snprintf(line, sizeof line, "%s ", heads[draw(5)]);
		uint32_t count = draw(14);
		for (uint32_t n = 0; n < count; n++)
			size += (size_t)snprintf(line + size, sizeof line - size, "%s ",
						 tokens[draw(sizeof tokens / sizeof tokens[0])]);
		parsed += try(line, size);
	}
	assert_true(parsed > 50);
}

/* A million parentheses, nots and commas are refused as ten are, without a deep stack. */
static void nesting(void **state)
{
	static const struct {
		const char *head, *part;
	} rows[] = {{"count ", "("},         {"count ", "not "},        {"count not ", "(not "},
		    {"count a in (1", ",1"}, {"count a=1", " and a=1"}, {"count ", "x"},
		    {"count a=1", " "},      {"count a = '", "x"}};
	size_t parts = 1000000;
	char *line = malloc(16 + 8 * parts);
	(void)state;
	assert_non_null(line);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t size = strlen(rows[i].head), step = strlen(rows[i].part);
		memcpy(line, rows[i].head, size);
		for (size_t n = 0; n < parts; n++, size += step)
			memcpy(line + size, rows[i].part, step);
		assert_int_equal(try(line, size), i == 6);
	}
	free(line);
}

/* A line of 16 KiB is parsed when its program fits. */
static void long_line(void **state)
{
	size_t most = 20000;
	char *line = malloc(most);
	assert_non_null(line);
	size_t size = (size_t)snprintf(line, most, "count owner in ('x'");
	(void)state;
	while (size < 16000)
		size += (size_t)snprintf(line + size, most - size,
					 ", 'owner number %4u of the shop'", draw(10000));
	size += (size_t)snprintf(line + size, most - size, ")");
	assert_true(try(line, size));
	free(line);
}

/* --- random programs --- */

static const char *const names[] = {"tier", "spend12", "last_order", "x", "\xe7\x8e\x8b_1"};

static void random_value(struct wire_writer *w, bool span)
{
	static const char *const texts[] = {"gold", "12-abc", "it's", "and", "", "10", "a b"};
	const char *text = texts[draw(7)];
	struct predicate_value value = {.kind = (enum predicate_value_kind)(1 + draw(4))};
	if (span)
		value.kind = VALUE_FROM;
	value.number = (int64_t)draw(2000000) - 1000000;
	if (value.kind == VALUE_DECIMAL)
		value.detail = (uint8_t)draw(7);
	if (value.kind == VALUE_FROM)
		value.detail = (uint8_t) "dwmy"[draw(4)];
	if (value.kind == VALUE_DATE)
		value.number = draw(40000);
	value.text = (struct wire_text){text, (uint32_t)strlen(text)};
	predicate_write_value(w, &value);
}

static void random_test(struct wire_writer *w)
{
	const char *name = names[draw(5)];
	struct predicate_step step = {.op = PREDICATE_TEST,
				      .comparison = (enum predicate_comparison)(1 + draw(14)),
				      .count = 1,
				      .name = {name, (uint32_t)strlen(name)}};
	if (step.comparison == COMPARE_IN || step.comparison == COMPARE_NOT_IN)
		step.count = (uint16_t)(1 + draw(4));
	if (step.comparison == COMPARE_BETWEEN || step.comparison == COMPARE_NOT_BETWEEN)
		step.count = 2;
	if (step.comparison >= COMPARE_IS_NULL)
		step.count = 0;
	predicate_write(w, &step);
	for (uint16_t i = 0; i < step.count; i++)
		random_value(w, step.comparison == COMPARE_WITHIN);
}

static void random_condition(struct wire_writer *w, unsigned depth)
{
	struct predicate_step step = {.op = (enum predicate_op)(PREDICATE_TEST + draw(5))};
	unsigned count = step.op == PREDICATE_NOT ? 1 : 2 + draw(3);
	if (depth == 0 || step.op == PREDICATE_TEST) {
		random_test(w);
		return;
	}
	if (step.op == PREDICATE_SAVED) {
		step.name = (struct wire_text){"best", 4};
		predicate_write(w, &step);
		return;
	}
	for (unsigned i = 0; i < count; i++)
		random_condition(w, depth - 1);
	step.count = (uint16_t)count;
	predicate_write(w, &step);
}

/* --- ... as text --- */

static int print_value(const struct predicate_value *value, char *out, size_t size)
{
	long long number = value->number, scale = 1;
	char day[DATE_TEXT_BYTES];
	switch (value->kind) {
	case VALUE_DATE:
		date_format((int32_t)number, day);
		return snprintf(out, size, "%s", day);
	case VALUE_FROM:
		return snprintf(out, size, "%+lld%c", number, value->detail);
	case VALUE_DECIMAL:
		for (unsigned i = 0; i < value->detail; i++)
			scale *= 10;
		if (scale == 1)
			return snprintf(out, size, "%lld", number);
		return snprintf(out, size, "%s%lld.%0*lld", number < 0 ? "-" : "",
				llabs(number) / scale, value->detail, llabs(number) % scale);
	default:
		return snprintf(out, size, "\"%.*s\"", (int)value->text.size, value->text.bytes);
	}
}

static void print_test(struct predicate_step *step, char *out, size_t size)
{
	bool list = step->comparison == COMPARE_IN || step->comparison == COMPARE_NOT_IN;
	struct predicate_value value;
	size_t length =
	    (size_t)snprintf(out, size, "%.*s %s %s", (int)step->name.size, step->name.bytes,
			     dump_comparisons[step->comparison], list ? "(" : "");
	for (unsigned i = 0; predicate_next_value(&step->values, &value) && i < step->count; i++) {
		length += (size_t)snprintf(out + length, size - length, "%s",
					   i == 0 ? ""
					   : list ? ", "
						  : " and ");
		length += (size_t)print_value(&value, out + length, size - length);
	}
	snprintf(out + length, size - length, "%s", list ? ")" : "");
}

#define TEXT_BYTES 16384u
#define STACK 64u

/* Every step in parentheses, but a test or saved segment. */
static void print_joint(char stack[STACK][TEXT_BYTES], unsigned *top,
			const struct predicate_step *step)
{
	const char *word = step->op == PREDICATE_AND ? " and " : " or ";
	char text[TEXT_BYTES];
	size_t length =
	    (size_t)snprintf(text, sizeof text, step->op == PREDICATE_NOT ? "(not " : "(");
	*top -= step->count;
	for (unsigned i = 0; i < step->count; i++)
		length += (size_t)snprintf(text + length, sizeof text - length, "%s%s",
					   i == 0 ? "" : word, stack[*top + i]);
	snprintf(text + length, sizeof text - length, ")");
	memcpy(stack[(*top)++], text, sizeof text);
}

static char stack[STACK][TEXT_BYTES];

static const char *print_program(struct wire_text program)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct predicate_step step;
	unsigned top = 0;
	while (predicate_next(&r, &step)) {
		if (step.op == PREDICATE_TEST)
			print_test(&step, stack[top++], TEXT_BYTES);
		else if (step.op == PREDICATE_SAVED)
			snprintf(stack[top++], TEXT_BYTES, "@best");
		else
			print_joint(stack, &top, &step);
	}
	assert_int_equal(top, 1);
	return stack[0];
}

static void random_programs(void **state)
{
	static char line[TEXT_BYTES + 8], dumps[2][DUMP_BYTES];
	static uint8_t made[LIMIT_PREDICATE_BYTES];
	struct error_detail detail;
	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct wire_writer w = {made, made + sizeof made, false};
		random_condition(&w, 4);
		struct wire_text program = {(const char *)made, (uint32_t)(w.at - made)};
		if (w.failed || predicate_check(program, &detail) != ERROR_OK)
			continue;
		snprintf(line, sizeof line, "count %s", print_program(program));
		struct query_source source = {line, strlen(line), 0, room};
		struct complaint complaint;
		struct query query;
		if (!query_parse(&query, &source, &complaint))
			fail_msg("%s: at %zu: %s", line, complaint.at, complaint.message);
		assert_string_equal(dump_program(query.program, dumps[0]),
				    dump_program(program, dumps[1]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(every_truncation, begin),
	    cmocka_unit_test_setup(other_bytes, begin),
	    cmocka_unit_test_setup(random_tokens, begin),
	    cmocka_unit_test_setup(nesting, begin),
	    cmocka_unit_test_setup(long_line, begin),
	    cmocka_unit_test_setup(random_programs, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
