/* program.c -- see program.h. */
#include "tests/support/program.h"

#include <string.h>

void program_open(struct program *program)
{
	program->w =
	    (struct wire_writer){program->bytes, program->bytes + sizeof program->bytes, false};
	program->at = 0;
}

struct wire_text program_text(const struct program *program)
{
	return (struct wire_text){(const char *)program->bytes,
				  (uint32_t)(program->w.at - program->bytes)};
}

void program_all(struct program *program)
{
	program_joint(program, PREDICATE_ALL, 0);
}

void program_saved(struct program *program, struct wire_text name)
{
	predicate_write(&program->w, &(struct predicate_step){
					 .op = PREDICATE_SAVED, .at = program->at, .name = name});
}

void program_joint(struct program *program, enum predicate_op op, uint16_t count)
{
	predicate_write(&program->w, &(struct predicate_step){.op = op, .count = count});
}

void program_test(struct program *program, const char *field, enum predicate_comparison comparison,
		  uint16_t count)
{
	struct predicate_step step = {.op = PREDICATE_TEST,
				      .at = program->at,
				      .comparison = comparison,
				      .count = count,
				      .name = {field, (uint32_t)strlen(field)}};
	predicate_write(&program->w, &step);
}

void program_value(struct program *program, const struct predicate_value *value)
{
	predicate_write_value(&program->w, value);
}

void program_decimal(struct program *program, int64_t mantissa, uint8_t places)
{
	struct predicate_value value = {
	    .at = program->at, .kind = VALUE_DECIMAL, .number = mantissa, .detail = places};
	program_value(program, &value);
}

void program_from(struct program *program, int64_t count, char unit)
{
	struct predicate_value value = {
	    .at = program->at, .kind = VALUE_FROM, .number = count, .detail = (uint8_t)unit};
	program_value(program, &value);
}
