/* added.h -- fields added while the server runs: which there are, and their columns.
 *
 *   fields    128 size number | 129 colour choice, dropped | 130 vip boolean | ...   in their order
 *   columns   size --> [ - | 4096 x i64 | - | ... ]          an array for a range of rows
 *
 *   kind            cell   none        value
 *   number, money   i64    INT64_MIN   scaled by 10^places; minor units
 *   date            u16    0           days from 1899-12-31
 *   boolean         u8     0           1 false, 2 true
 *   choice          u8     0           code of its text (words.h)
 *   tags            u64    0           bit code - 1
 *
 * Elsewhere a value is one u64, as attributes.h says: 0 is none, numbers and money are zigzag + 1.
 *
 *   D1  A number is given out once, and so is a name: it means one field for ever, so that whoever
 *       still knows it writes nothing into another.  A field can have names it had before.
 *   D2  A range of a column is made when a row of it gets its first value: a field nobody has costs
 *       nothing.  Its memory was reserved (E2).
 */
#ifndef CRMDB_ENGINE_ADDED_H
#define CRMDB_ENGINE_ADDED_H
#include "protocol/catalogue.h"
#include "protocol/limits.h"
#include "protocol/person.h"
#include "server/base/memory.h"
#include "server/engine/rows.h"

#define ADDED_FIRST PERSON_ADDED /* number of the first one */
#define ADDED_CHOICES 250u       /* texts a choice can have: a cell is u8 */

struct added_field {
	uint16_t number;       /* ADDED_FIRST + its place */
	uint8_t kind;          /* enum field_kind */
	uint8_t places;        /* of a number */
	bool dropped;          /* for ever */
	struct wire_text name; /* points to `letters` */
	char letters[LIMIT_NAME_BYTES];
	uint64_t valued; /* rows that have a value */
	void **ranges;   /* NULL: no row of that range has a value */
	uint32_t capacity, made;
};

/* A name that a field has or had. */
struct added_name {
	uint16_t number;
	uint8_t size;
	char letters[LIMIT_NAME_BYTES];
};

struct added_spare; /* an array of a range that is in no column yet */

#define ADDED_WIDTHS 3u /* cells of 1, 2 and 8 bytes */

struct added {
	const struct memory *memory; /* borrowed until added_close */
	uint32_t count;              /* fields ever added */
	uint64_t events;             /* that added, renamed or dropped one */
	uint64_t last;               /* the last of them */
	struct added_field fields[LIMIT_FIELDS_ADDED];
	uint32_t name_count;
	struct added_name names[LIMIT_FIELD_NAMES]; /* in the order they came */
	struct added_spare *spares[ADDED_WIDTHS];
	uint32_t spare_count[ADDED_WIDTHS];
};

void added_open(struct added *added, const struct memory *memory);
void added_close(struct added *added);

/* Room for `events` more events, of the fields there are, where `rows` rows are in use.  False: out
 * of memory. */
bool added_reserve(struct added *added, uint32_t rows, uint64_t events);

/* Add the next field; rename one; drop one and its values.  Cannot fail: decide proved them
 * possible. */
void added_make(struct added *added, const struct added_field *field);
void added_rename(struct added *added, uint16_t number, struct wire_text name);
void added_drop(struct added *added, uint16_t number);

/* The field of a number, dropped or not; NULL: none has it. */
const struct added_field *added_by_number(const struct added *added, uint16_t number);
/* The field that has this name now. */
const struct added_field *added_named(const struct added *added, struct wire_text name);
/* The number of the field that has or had this name (D1); 0: none. */
uint16_t added_owner(const struct added *added, struct wire_text name);

/* A value as one u64; 0: none, and of a dropped field always. */
uint64_t added_get(const struct added *added, uint32_t row, uint16_t number);
/* Needs room reserved where the row had none.  Cannot fail. */
void added_set(struct added *added, uint32_t row, uint16_t number, uint64_t value);

/* A number or an amount as one u64, and back; INT64_MIN is 0, none. */
static inline uint64_t added_from_number(int64_t number)
{
	uint64_t bits = (uint64_t)number;
	return number == INT64_MIN ? 0 : (bits << 1 ^ (number < 0 ? UINT64_MAX : 0)) + 1;
}

static inline int64_t added_to_number(uint64_t value)
{
	uint64_t bits = value - 1;
	return value == 0 ? INT64_MIN : (int64_t)(bits >> 1 ^ (bits & 1 ? UINT64_MAX : 0));
}

static inline bool added_has_words(unsigned kind)
{
	return kind == FIELD_KIND_choice || kind == FIELD_KIND_tags;
}

static inline bool added_is_numeric(unsigned kind)
{
	return kind == FIELD_KIND_number || kind == FIELD_KIND_money;
}

/* For whoever reads columns whole: those of an engine.  Fields are borrowed until engine_free. */
struct engine;
uint32_t added_count(const struct engine *engine); /* ever added; some are dropped */
const struct added_field *added_at(const struct engine *engine, uint32_t place);
const struct added_field *added_find(const struct engine *engine, struct wire_text name);
/* ROWS_RANGE cells, as the table above says; NULL: all are none.  Until the next event. */
const void *added_column(const struct engine *engine, const struct added_field *field,
			 uint32_t range);

#endif
