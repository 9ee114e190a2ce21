/* naive.h -- does a customer pass a condition?  The slow way: the program read step by step, each
 * test asked of values and texts as they are said, none of the server's code for conditions used.
 *
 * Who asks says what a customer is: a value for each field of the catalogue.
 */
#ifndef CRMDB_TESTS_SUPPORT_NAIVE_H
#define CRMDB_TESTS_SUPPORT_NAIVE_H
#include "protocol/catalogue.h"
#include "protocol/predicate.h"

__extension__ typedef __int128 naive_number;

struct naive_value {
	bool none;
	unsigned places;       /* of a decimal number */
	naive_number number;   /* decimal, date; the rank of a tier */
	struct wire_text text; /* of a choice, a tier */
	uint64_t bits;         /* of tags, whose texts tag() knows */
};

struct naive {
	void *context; /* the customer */
	int32_t today;
	struct naive_value (*value)(void *context, uint32_t place);
	struct wire_text (*tag)(void *context, uint32_t place, unsigned bit);
	int (*rank)(void *context, struct wire_text tier);
	/* Is the customer in a saved segment?  -1: there is none of that name.  NULL: none is asked
	 * for. */
	int (*saved)(void *context, struct wire_text name);
};

/* Needs a program that predicate_check passes. */
bool naive_passes(const struct naive *naive, struct wire_text program);

/* What its values are refused for: dates outside of 1900 to 2099, ends of between that are the
 * wrong way round. */
enum error naive_fault(const struct naive *naive, struct wire_text program);

/* Does a yearly day come on one of the days from `from` to `to`? */
bool naive_comes(int32_t yearly, int64_t from, int64_t to);
/* In any case of letters. */
bool naive_same(struct wire_text a, struct wire_text b);

#endif
