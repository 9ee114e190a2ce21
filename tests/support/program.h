/* program.h -- conditions as tests write them: a program, step by step (predicate.h). */
#ifndef CRMDB_TESTS_SUPPORT_PROGRAM_H
#define CRMDB_TESTS_SUPPORT_PROGRAM_H
#include "protocol/predicate.h"

struct program {
	struct wire_writer w;
	uint16_t at; /* column of what is written next; 0: none */
	uint8_t bytes[2 * LIMIT_PREDICATE_BYTES];
};

void program_open(struct program *program);
struct wire_text program_text(const struct program *program);

void program_all(struct program *program);
void program_saved(struct program *program, struct wire_text name);
void program_joint(struct program *program, enum predicate_op op, uint16_t count);
/* A test and, by the calls behind it, its values. */
void program_test(struct program *program, const char *field, enum predicate_comparison comparison,
		  uint16_t count);
void program_decimal(struct program *program, int64_t mantissa, uint8_t places);
void program_from(struct program *program, int64_t count, char unit);
void program_value(struct program *program, const struct predicate_value *value);

#endif
