/* query_dump.h -- a program as one line, without columns:
 *
 *   tier in t:gold,t:vip | spend >= d:100050/2 | AND 2
 */
#ifndef CRMDB_TESTS_UNIT_PROTOCOL_QUERY_DUMP_H
#define CRMDB_TESTS_UNIT_PROTOCOL_QUERY_DUMP_H
#include <stdio.h>

#include "protocol/predicate.h"

#define DUMP_BYTES 65536u

static const char *const dump_comparisons[] = {
    [COMPARE_EQUAL] = "=",         [COMPARE_NOT_EQUAL] = "!=",
    [COMPARE_LESS] = "<",          [COMPARE_AT_MOST] = "<=",
    [COMPARE_GREATER] = ">",       [COMPARE_AT_LEAST] = ">=",
    [COMPARE_IN] = "in",           [COMPARE_NOT_IN] = "not in",
    [COMPARE_BETWEEN] = "between", [COMPARE_NOT_BETWEEN] = "not between",
    [COMPARE_WITHIN] = "within",   [COMPARE_HAS] = "has",
    [COMPARE_IS_NULL] = "is null", [COMPARE_IS_NOT_NULL] = "is not null",
};

static inline int dump_value(const struct predicate_value *value, char *out, size_t size)
{
	switch (value->kind) {
	case VALUE_DECIMAL:
		return snprintf(out, size, "d:%lld/%u", (long long)value->number, value->detail);
	case VALUE_DATE:
		return snprintf(out, size, "day:%lld", (long long)value->number);
	case VALUE_FROM:
		return snprintf(out, size, "from:%lld%c", (long long)value->number, value->detail);
	default:
		return snprintf(out, size, "t:%.*s", (int)value->text.size, value->text.bytes);
	}
}

static inline int dump_step(struct predicate_step *step, char *out, size_t size)
{
	static const char *const ops[] = {[PREDICATE_ALL] = "ALL",
					  [PREDICATE_NOT] = "NOT",
					  [PREDICATE_AND] = "AND",
					  [PREDICATE_OR] = "OR"};
	struct predicate_value value;
	int length;
	if (step->op == PREDICATE_SAVED)
		return snprintf(out, size, "@%.*s", (int)step->name.size, step->name.bytes);
	if (step->op == PREDICATE_AND || step->op == PREDICATE_OR)
		return snprintf(out, size, "%s %u", ops[step->op], step->count);
	if (step->op != PREDICATE_TEST)
		return snprintf(out, size, "%s", ops[step->op]);
	length = snprintf(out, size, "%.*s %s", (int)step->name.size, step->name.bytes,
			  dump_comparisons[step->comparison]);
	for (unsigned i = 0; i < step->count && predicate_next_value(&step->values, &value); i++) {
		length += snprintf(out + length, size - (size_t)length, i == 0 ? " " : ",");
		length += dump_value(&value, out + length, size - (size_t)length);
	}
	return length;
}

/* Into `out` (DUMP_BYTES); returns it. */
static inline const char *dump_program(struct wire_text program, char *out)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct predicate_step step;
	int length = 0;
	out[0] = '\0';
	while (predicate_next(&r, &step)) {
		length += snprintf(out + length, DUMP_BYTES - (size_t)length, "%s",
				   length == 0 ? "" : " | ");
		length += dump_step(&step, out + length, DUMP_BYTES - (size_t)length);
	}
	return out;
}

#endif
