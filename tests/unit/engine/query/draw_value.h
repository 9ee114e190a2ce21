/* draw_value.h -- values to ask for: mostly ones that somebody in a snapshot has, or beside them.
 */
#ifndef CRMDB_TESTS_ENGINE_QUERY_DRAW_VALUE_H
#define CRMDB_TESTS_ENGINE_QUERY_DRAW_VALUE_H
#include <ctype.h>

#include "tests/unit/engine/query/crowd_life.h"
#include "tests/unit/engine/query/snapshot.h"

#define DRAW_TEXTS 16u /* more than a test has values */

/* In letters of any case. */
static inline struct wire_text draw_say(struct crowd *crowd, struct wire_text text)
{
	static char texts[DRAW_TEXTS][64];
	static uint32_t used;
	char *room = texts[used++ % DRAW_TEXTS];
	assert_true(text.size < sizeof texts[0]);
	bool loud = crowd_roll(crowd, 8) == 0;
	for (uint32_t i = 0; i < text.size; i++)
		room[i] = (char)(loud ? toupper((unsigned char)text.bytes[i]) : text.bytes[i]);
	return (struct wire_text){room, text.size};
}

static inline void draw_number(struct crowd *crowd, struct predicate_value *value,
			       const struct naive_value *have)
{
	static const int64_t far[] = {INT64_MAX, INT64_MIN + 1, -1, 1, 100, 0, 2};
	value->kind = VALUE_DECIMAL;
	value->detail = (uint8_t)have->places;
	value->number = have->number > INT64_MAX ? 7 : (int64_t)have->number;
	if (crowd_roll(crowd, 12) == 0)
		value->number = far[crowd_roll(crowd, 7)];
	else if (crowd_roll(crowd, 3) == 0)
		value->number += (int64_t)crowd_roll(crowd, 3) - 1;
	if (crowd_roll(crowd, 8) == 0 && value->number < 1000000 && value->number > -1000000) {
		value->number *= 100;
		value->detail = (uint8_t)(value->detail + 2); /* 5.00 is 5 */
	}
}

static inline bool draw_text(struct crowd *crowd, struct predicate_value *value, struct seen *seen,
			     uint32_t place, const struct naive_value *have)
{
	value->kind = VALUE_TEXT;
	value->text = have->text;
	for (unsigned bit = 0; have->bits != 0 && bit < 64; bit++)
		if ((have->bits >> bit & 1) != 0)
			value->text = seen_tag(seen, place, bit);
	value->text = draw_say(crowd, value->text);
	return true;
}

/* Mostly one that somebody has. */
static inline bool draw_value_of(struct crowd *crowd, const struct snapshot *now, uint32_t place,
				 struct predicate_value *value)
{
	struct naive_value have = {.none = true};
	struct seen *seen = NULL;
	for (int tries = 0; tries < 20 && have.none; tries++) {
		if (now->count == 0)
			return false;
		seen = &now->seen[crowd_roll(crowd, now->count)];
		have = seen_value(seen, place);
	}
	*value = (struct predicate_value){.at = 0};
	switch (catalogue_fields[place].kind) {
	case FIELD_KIND_number:
	case FIELD_KIND_money:
		draw_number(crowd, value, &have);
		return true;
	case FIELD_KIND_date:
		value->kind = crowd_roll(crowd, 4) == 0 ? VALUE_FROM : VALUE_DATE;
		value->number =
		    (int64_t)(have.none ? 10000 : have.number) + (int64_t)crowd_roll(crowd, 3) - 1;
		value->number = value->number < PERSON_DAY_MIN ? PERSON_DAY_MIN : value->number;
		if (value->kind == VALUE_FROM) {
			value->number = (int64_t)crowd_roll(crowd, 40) - 30;
			value->detail = (uint8_t) "ddwm"[crowd_roll(crowd, 4)];
		}
		return true;
	default:
		return !have.none && draw_text(crowd, value, seen, place, &have);
	}
}

#endif
