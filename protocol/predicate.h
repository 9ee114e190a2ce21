/* predicate.h -- a condition as a bounded program in postfix form: what the server receives in
 * place of text.
 *
 *   tier >= gold and not (region = north or @lapsed)
 *   | TEST tier >= "gold" | TEST region = "north" | SAVED lapsed | OR 2 | NOT | AND 2 |
 *
 *   ALL    u8 op                           TEST   u8 op, u16 at, u8 comparison, u16 count, field,
 *   NOT    u8 op                                  count values
 *   AND OR u8 op, u8 arity                 SAVED  u8 op, u16 at, name
 *   value  u16 at, u8 kind, then DECIMAL i64 mantissa, u8 places | DATE i64 days since 1970-01-01
 *                                | FROM i64 count, u8 'd' 'w' 'm' 'y', from today | TEXT name
 *   field, name   u8 size, bytes;  at: column in the text (0 for none), for errors
 *
 *   P1  A program has at most LIMIT_PREDICATE_BYTES, _STEPS and _VALUES, is nested at most _DEPTH
 *       deep, and leaves exactly one step at its end.
 *   P2  A test is true only of a customer who has a value, whichever test it is: != and `not in`
 *       too.  IS_NULL alone is true of one who has none.  NOT turns any step around.
 *   P3  WITHIN of a yearly field: its next day is at most so far ahead, whatever the sign; of a
 * date: at most so far ahead (count > 0) or so long ago (< 0: no sign was written), today in both.
 *
 * Nothing here allocates or keeps state: any thread may call anything.
 */
#ifndef CRMDB_PROTOCOL_PREDICATE_H
#define CRMDB_PROTOCOL_PREDICATE_H
#include "protocol/errors.h"
#include "protocol/limits.h"
#include "protocol/wire.h"

enum predicate_op {
	PREDICATE_ALL = 1,
	PREDICATE_TEST,
	PREDICATE_SAVED,
	PREDICATE_NOT,
	PREDICATE_AND,
	PREDICATE_OR
};

enum predicate_comparison {
	COMPARE_EQUAL = 1,
	COMPARE_NOT_EQUAL,
	COMPARE_LESS,
	COMPARE_AT_MOST,
	COMPARE_GREATER,
	COMPARE_AT_LEAST,
	COMPARE_IN,      /* 1 value or more */
	COMPARE_NOT_IN,  /* likewise */
	COMPARE_BETWEEN, /* 2 values, both inclusive */
	COMPARE_NOT_BETWEEN,
	COMPARE_WITHIN,  /* 1 FROM */
	COMPARE_HAS,     /* 1 TEXT */
	COMPARE_IS_NULL, /* no value */
	COMPARE_IS_NOT_NULL
};

enum predicate_value_kind {
	VALUE_DECIMAL = 1,
	VALUE_DATE,
	VALUE_FROM,
	VALUE_TEXT
};

struct predicate_value {
	uint16_t at;
	enum predicate_value_kind kind;
	int64_t number; /* mantissa, day, or count */
	uint8_t detail; /* decimal places, or unit */
	struct wire_text text;
};

struct predicate_step {
	enum predicate_op op;
	uint16_t at;
	enum predicate_comparison comparison;
	uint16_t count;        /* values of a test; arity of AND and OR; 1 for NOT; else 0 */
	struct wire_text name; /* field of a test, or saved segment */
	struct wire_reader values;
};

/* The next step; false: the end, or bytes that are none (then the reader has failed).  Its values
 * are read from step->values. */
bool predicate_next(struct wire_reader *r, struct predicate_step *step);
bool predicate_next_value(struct wire_reader *r, struct predicate_value *value);

/* Write a step: a TEST is followed by its values.  The writer fails when there is no room. */
void predicate_write(struct wire_writer *w, const struct predicate_step *step);
void predicate_write_value(struct wire_writer *w, const struct predicate_value *value);

/* P1.  ERROR_OK; ERROR_PREDICATE_BROKEN (a: offset of the step that is none) or
 * ERROR_PREDICATE_TOO_LARGE (a: how much, b: of how much). */
enum error predicate_check(struct wire_text program, struct error_detail *detail);

#endif
