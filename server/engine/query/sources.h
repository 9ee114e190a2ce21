/* sources.h -- the fields a question can name, as the engine reads them.
 *
 *   "last_order" --sources_find--> { date, DAY, u16 at offset 81,920 of a range }
 *
 * A value is an i64: a number times 10^places, minor units, days since 1970-01-01, a tier's, a
 * stage's or a choice's number, bits; SOURCE_NULL is no value.  What a column holds is `raw`.
 *
 *   Q1  Raw values rise with values, and none of them stands at one end: an interval of values is
 *       an interval of raw values.
 */
#ifndef CRMDB_ENGINE_QUERY_SOURCES_H
#define CRMDB_ENGINE_QUERY_SOURCES_H
#include <string.h>

#include "protocol/catalogue.h"
#include "server/engine/state.h"

#define SOURCE_NULL INT64_MIN

enum source_form {
	SOURCE_PLAIN,
	SOURCE_ID,
	SOURCE_DAY,
	SOURCE_DATE,
	SOURCE_CODE,
	SOURCE_BITS,
	SOURCE_I64,
	SOURCE_BOOLEAN
};

struct source {
	struct wire_text name; /* borrowed: static, or of the engine */
	enum field_kind kind;
	enum source_form form;
	uint8_t places;  /* decimal places of a number; of money those of the currency */
	uint8_t width;   /* bytes of a raw value; computed ones have 8 */
	uint32_t offset; /* of the column in a range; SOURCE_COMPUTED: worked out */
	uint16_t place;  /* in catalogue_fields; CATALOGUE_COUNT and more: added at run time */
	uint16_t words;  /* field of words.h its choices or tags are texts of; 0: none */
};
#define SOURCE_COMPUTED UINT32_MAX
#define SOURCE_ADDED (UINT32_MAX - 1) /* in added.h, by its place */

/* False: no such field, or one of the profile, which cannot be asked for. */
bool sources_find(const struct engine *engine, struct wire_text name, struct source *out);
/* The column of saved segments, as if it were a field: its place is behind all others. */
struct source sources_segments(void);
#define SOURCES_PLACES (CATALOGUE_COUNT + LIMIT_FIELDS_ADDED + 1)
/* The name most like this one, or an empty text. */
struct wire_text sources_near(const struct engine *engine, struct wire_text name);
struct wire_text sources_near_saved(const struct engine *engine, struct wire_text name);

/* A raw value of `width` bytes where it lies: each width on its own, for a copy of any size is a
 * call. */
static inline uint64_t source_word(const uint8_t *at, uint32_t width)
{
	uint64_t eight;
	uint32_t four;
	uint16_t two;
	switch (width) {
	case 1:
		return *at;
	case 2:
		memcpy(&two, at, sizeof two);
		return two;
	case 4:
		memcpy(&four, at, sizeof four);
		return four;
	default:
		memcpy(&eight, at, sizeof eight);
		return eight;
	}
}

/* The raw value of a row. */
uint64_t sources_raw(const struct engine *engine, const struct source *source, uint32_t row,
		     int32_t today);
/* A computed one, SOURCE_NULL or 0 (CODE, BITS) for none; sources_compute.c. */
int64_t sources_compute(const struct engine *engine, uint32_t place, uint32_t row, int32_t today);

int64_t source_value(const struct source *source, uint64_t raw);
/* The raw value of a value there can be, or of SOURCE_NULL. */
uint64_t source_raw(const struct source *source, int64_t value);
/* The least and the greatest value a field can have, beside none. */
struct source_span {
	int64_t least, greatest;
};
struct source_span source_span(const struct engine *engine, const struct source *source);
bool source_has_null(const struct source *source);

/* The value a text names: of a tier, a choice, a boolean.  SOURCE_NULL: no value has this name;
 * *near is then what might have been meant, or empty. */
int64_t sources_named(const struct engine *engine, const struct source *source,
		      struct wire_text text, struct wire_text *near);
/* The text of a value of a tier, a choice: never of SOURCE_NULL.  Borrowed: static, or of the
 * engine as long as it lives. */
struct wire_text sources_text(const struct engine *engine, const struct source *source,
			      int64_t value);
/* The text of a bit, from 0; of a consent into `room` (SOURCE_BIT_BYTES). */
#define SOURCE_BIT_BYTES 48u
struct wire_text sources_bit_text(const struct engine *engine, const struct source *source,
				  unsigned bit, char *room);
/* The bit a text names, of tags; 0: none. */
uint64_t sources_bit(const struct engine *engine, const struct source *source,
		     struct wire_text text);

#endif
