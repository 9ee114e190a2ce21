/* bind.h -- a predicate program, checked and bound to the fields and values there are.
 *
 *   postfix bytes --bind--> tree of nodes; a leaf asks one field
 *
 *        AND                        leaf  IN     field, intervals of its values
 *       /   \                             BITS   field, mask: any of these bits
 *    IN tier  NOT
 *               \
 *             BITS tags
 *
 *   B1  A bound condition names fields by what they are, values by numbers: it stays right while
 *       fields are renamed and words added.
 *   B2  A test is false for a customer without a value; only IS_NULL's set has SOURCE_NULL in it.
 *   B3  Relative dates are fixed to `today` when it is bound.
 *   B4  What was bound once can be bound again on any later day, whatever fields are called then: a
 *       date behind the calendar is its last day, and a range whose ends have met is empty.
 *
 * All of it is in one struct of fixed size: nothing is allocated, so binding cannot run out.
 */
#ifndef CRMDB_ENGINE_QUERY_BIND_H
#define CRMDB_ENGINE_QUERY_BIND_H
#include "protocol/predicate.h"
#include "server/engine/query/intervals.h"
#include "server/engine/query/sources.h"

#define BOUND_INTERVALS (2 * LIMIT_PREDICATE_VALUES + 8 * LIMIT_PREDICATE_STEPS)

#define BOUND_COST_USUAL 32u /* of a condition, in bytes read a row */

enum bound_op {
	BOUND_ALL,
	BOUND_IN,
	BOUND_BITS,
	BOUND_SAVED, /* mask: bit of a saved segment */
	BOUND_NOT,
	BOUND_AND,
	BOUND_OR
};

struct bound_node {
	enum bound_op op;
	uint16_t first, next; /* first child, next sibling; 0: none */
	uint16_t cost;        /* of a chunk, in bytes read a row; decides who is asked first */
	struct source source; /* of a leaf */
	struct intervals set; /* in values; of a leaf IN */
	uint64_t mask;        /* of BITS, SAVED */
};

struct bound {
	struct bound_node nodes[LIMIT_PREDICATE_STEPS + 1]; /* 0 is none */
	struct interval intervals[BOUND_INTERVALS];
	uint32_t used; /* of intervals */
	uint16_t root, count;
	int32_t today;
	bool saved; /* asks for saved segments */
};

/* How much longer judging a row takes than by a few narrow fields: slices are shorter by it. */
static inline uint32_t bound_weight(const struct bound *bound)
{
	return 1 + bound->nodes[bound->root].cost / BOUND_COST_USUAL;
}

/* What is wrong with a question. */
struct bind_fault {
	enum error error;
	struct error_detail detail;
	struct error_words words;
	char near[LIMIT_WORD_BYTES]; /* behind words.near */
};

/* False: *fault says what is wrong where. */
bool bind_program(const struct engine *engine, struct wire_text program, struct bound *out,
		  struct bind_fault *fault);

/* The same of one that was found right before, or whose parts were, perhaps on another day: its
 * dates are what they are today (B4).  False: it has too many steps, or names what there is not. */
bool bind_kept(const struct engine *engine, struct wire_text program, struct bound *out,
	       struct bind_fault *fault);

/* A condition without saved segments that was bound before: the same for today (B4). */
void bind_again(const struct engine *engine, struct wire_text program, struct bound *bound);

/* near = "; did you mean "NEAR"?", or nothing. */
void bind_suggest(struct bind_fault *fault, struct wire_text near);
/* Refuse: at column `at`, about `word`.  False. */
bool bind_refuse(struct bind_fault *fault, enum error error, uint16_t at, struct wire_text word);

/* bind_value.c: the set of values that pass a test on a field, which the leaf gets.  False: *fault.
 */
struct binder {
	const struct engine *engine;
	struct bound *bound;
	struct bind_fault *fault;
	int64_t said; /* the number read last; ids below 1 are one value, and still in order */
	bool again;   /* nodes have the sources they had before */
	bool lenient; /* B4 */
};
bool bind_test(struct binder *binder, const struct predicate_step *step, struct bound_node *leaf);
/* `count` units from a day: it never falls as the day rises.  False: no day there is. */
bool bind_shift(int32_t day, int64_t count, uint8_t unit, int64_t *out);

#endif
