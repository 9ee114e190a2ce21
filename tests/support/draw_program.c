/* draw_program.c -- see draw_program.h. */
#include "tests/support/draw_program.h"

#define IN_MOST 12u

static const enum predicate_comparison ordered[] = {
    COMPARE_EQUAL,    COMPARE_NOT_EQUAL,   COMPARE_LESS,   COMPARE_AT_MOST,    COMPARE_GREATER,
    COMPARE_AT_LEAST, COMPARE_IN,          COMPARE_NOT_IN, COMPARE_BETWEEN,    COMPARE_BETWEEN,
    COMPARE_IS_NULL,  COMPARE_NOT_BETWEEN, COMPARE_WITHIN, COMPARE_IS_NOT_NULL};
static const enum predicate_comparison chosen[] = {COMPARE_EQUAL,   COMPARE_NOT_EQUAL,  COMPARE_IN,
						   COMPARE_NOT_IN,  COMPARE_EQUAL,      COMPARE_IN,
						   COMPARE_IS_NULL, COMPARE_IS_NOT_NULL};
static const enum predicate_comparison tagged[] = {COMPARE_HAS, COMPARE_HAS, COMPARE_IS_NULL,
						   COMPARE_IS_NOT_NULL};
static const enum predicate_comparison yearly[] = {COMPARE_WITHIN, COMPARE_WITHIN, COMPARE_IS_NULL,
						   COMPARE_IS_NOT_NULL};

static enum predicate_comparison comparison_of(const struct draw_program *draw,
					       enum field_kind kind)
{
#define PICK(list) list[draw->roll(draw->context, sizeof(list) / sizeof(list)[0])]
	if (kind == FIELD_KIND_choice || kind == FIELD_KIND_boolean)
		return PICK(chosen);
	if (kind == FIELD_KIND_tags)
		return PICK(tagged);
	if (kind == FIELD_KIND_yearly)
		return PICK(yearly);
	enum predicate_comparison comparison = PICK(ordered);
	return comparison == COMPARE_WITHIN && kind != FIELD_KIND_date ? COMPARE_EQUAL : comparison;
#undef PICK
}

static uint16_t count_of(const struct draw_program *draw, enum predicate_comparison comparison)
{
	switch (comparison) {
	case COMPARE_IN:
	case COMPARE_NOT_IN:
		return (uint16_t)(1 + draw->roll(draw->context, IN_MOST));
	case COMPARE_BETWEEN:
	case COMPARE_NOT_BETWEEN:
		return 2;
	case COMPARE_IS_NULL:
	case COMPARE_IS_NOT_NULL:
		return 0;
	default:
		return 1;
	}
}

static void duration(const struct draw_program *draw, struct predicate_value *value)
{
	static const int64_t counts[] = {0, 1, 7, 13, 30, 90, 365, 366};
	static const char units[] = "dddwmy";
	value->kind = VALUE_FROM;
	value->detail = (uint8_t)units[draw->roll(draw->context, 6)];
	value->number = counts[draw->roll(draw->context, value->detail == 'd' ? 8 : 4)];
	if (draw->roll(draw->context, 3) == 0)
		value->number = -value->number;
}

static void test(const struct draw_program *draw, struct program *program)
{
	uint32_t place = draw->field(draw->context);
	const struct catalogue_field *field = &catalogue_fields[place];
	enum predicate_comparison comparison = comparison_of(draw, field->kind);
	struct predicate_value values[IN_MOST] = {{0}};
	uint16_t count = count_of(draw, comparison);
	bool known = true;
	for (uint16_t i = 0; i < count && known; i++)
		if (comparison == COMPARE_WITHIN)
			duration(draw, &values[i]);
		else
			known = draw->value(draw->context, place, &values[i]);
	if (!known) {
		comparison = COMPARE_IS_NULL;
		count = 0;
	}
	program_test(program, field->name, comparison, count);
	for (uint16_t i = 0; i < count; i++)
		program_value(program, &values[i]);
}

void draw_program(const struct draw_program *draw, struct program *program, unsigned depth)
{
	uint64_t kind = draw->roll(draw->context, 20);
	if (depth == 0 || kind < 9) {
		if (draw->roll(draw->context, 60) == 0)
			program_all(program);
		else
			test(draw, program);
		return;
	}
	if (kind < 12) {
		draw_program(draw, program, depth - 1);
		program_joint(program, PREDICATE_NOT, 1);
		return;
	}
	uint16_t count = (uint16_t)(2 + draw->roll(draw->context, 3));
	for (uint16_t i = 0; i < count; i++)
		draw_program(draw, program, depth - 1);
	program_joint(program, kind < 17 ? PREDICATE_AND : PREDICATE_OR, count);
}
