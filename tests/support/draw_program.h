/* draw_program.h -- random conditions over the fields somebody knows values of. */
#ifndef CRMDB_TESTS_SUPPORT_DRAW_PROGRAM_H
#define CRMDB_TESTS_SUPPORT_DRAW_PROGRAM_H
#include "protocol/catalogue.h"
#include "tests/support/program.h"

struct draw_program {
	void *context;
	uint64_t (*roll)(void *context, uint64_t sides);
	/* A field to ask for. */
	uint32_t (*field)(void *context);
	/* A value of it, that need not be anybody's; text is borrowed until the next program.
	 * False: it has none that could be named. */
	bool (*value)(void *context, uint32_t place, struct predicate_value *value);
};

/* Nested up to `depth` deep.  Two values may be in the wrong order. */
void draw_program(const struct draw_program *draw, struct program *program, unsigned depth);

#endif
