/* attributes_decide.c -- what a command makes of attributes; see attributes.h.
 *
 *   values of the command --attributes_check--> fine --attributes_decide--> records of an event
 *
 * Invariants: A1, A2 (attributes.c).  Added fields are checked here, those of people.def in
 * protocol/person.c: which fields were added only the engine knows.
 */
#include "server/engine/attributes.h"

#include "protocol/choices.h"
#include "protocol/common/ascii.h"
#include "protocol/common/date.h"
#include "protocol/common/money.h"
#include "server/base/varint.h"

/* --- check --- */

/* 1 false, 2 true; 0: neither. */
static uint64_t boolean_of(struct wire_text value)
{
	if (value.size == 5 && ascii_same(value.bytes, "false", 5))
		return 1;
	return value.size == 4 && ascii_same(value.bytes, "true", 4) ? 2 : 0;
}

/* False: not a number, or one too large: INT64_MIN is none. */
static bool number_of(struct wire_text value, unsigned places, int64_t *number)
{
	return money_parse(value.bytes, value.size, places, number) == MONEY_FINE &&
	       *number != INT64_MIN;
}

/* A value, not empty, of an added field. */
static enum error check_value(const struct attribute *attribute, struct wire_text value,
			      struct error_detail *detail)
{
	int64_t number;
	int32_t day;
	switch (attribute->form) {
	case ATTRIBUTE_DATE:
		return date_parse(value.bytes, value.size, &day) && day >= PERSON_DAY_MIN &&
			       day <= PERSON_DAY_MAX
			   ? ERROR_OK
			   : ERROR_DATE_INVALID;
	case ATTRIBUTE_NUMBER:
		detail->b = attribute->places;
		return number_of(value, attribute->places, &number) ? ERROR_OK
								    : ERROR_NUMBER_INVALID;
	case ATTRIBUTE_BOOLEAN:
		return boolean_of(value) != 0 ? ERROR_OK : ERROR_CHOICE_INVALID;
	default: /* any text */
		return ERROR_OK;
	}
}

enum error attributes_check(const struct engine *engine, const struct wire_list *fields,
			    struct error_detail *detail)
{
	struct wire_reader r = {fields->bytes, fields->bytes + fields->size, false};
	uint8_t values[LIMIT_FIELDS_ADDED] = {0};
	struct rec_assignment record;
	static_assert(LIMIT_PROFILE_VALUES <= 256, "values of a field are counted in a u8");
	for (uint32_t i = 0; i < fields->count && decode_rec_assignment(&r, &record); i++) {
		if (record.field < ADDED_FIRST)
			continue;
		const struct added_field *field = added_by_number(&engine->added, record.field);
		*detail = (struct error_detail){record.field, 0};
		if (field == NULL || field->dropped)
			return ERROR_FIELD_UNKNOWN;
		if (record.value.size == 0)
			continue;
		struct attribute attribute = attributes_added(engine, field);
		enum error error = check_value(&attribute, record.value, detail);
		if (error != ERROR_OK)
			return error;
		detail->b = attribute.form == ATTRIBUTE_TAGS ? WORDS_TAGS : 1;
		if (++values[record.field - ADDED_FIRST] > detail->b)
			return ERROR_FIELD_TOO_MANY;
	}
	return ERROR_OK;
}

/* --- decide --- */

struct maker {
	const struct engine *engine;
	struct wire_writer words, changes;
	uint32_t added;  /* words, of the field at hand */
	uint32_t listed; /* bytes of what the added fields will have */
	bool more;       /* one of those changes */
};

/* The code of a text the field at hand got in this very event; 0: it did not. */
static uint32_t find_added(const struct maker *maker, const uint8_t *from, struct wire_text text)
{
	struct wire_reader r = {from, maker->words.at, false};
	while (r.at < r.end) {
		wire_take(&r, 1);
		uint32_t code = (uint32_t)varint_read(&r);
		uint32_t size = wire_read_u8(&r);
		const uint8_t *bytes = wire_take(&r, size);
		if (bytes != NULL && size == text.size && memcmp(bytes, text.bytes, size) == 0)
			return code;
	}
	return 0;
}

/* The code of a text, a new one if need be.  0: the field is full.  `from`: its first new word. */
static uint32_t code_of(struct maker *maker, const struct attribute *attribute, const uint8_t *from,
			struct wire_text text)
{
	uint16_t field = attribute->number;
	uint32_t count = words_count(&maker->engine->words, field) + maker->added;
	uint32_t code = words_find(&maker->engine->words, field, text);
	if (code == 0)
		code = find_added(maker, from, text);
	if (code != 0)
		return code;
	if (count >= attribute->words)
		return 0;
	maker->added++;
	wire_write_u8(&maker->words, (uint8_t)field);
	varint_write(&maker->words, count + 1);
	wire_write_u8(&maker->words, (uint8_t)text.size);
	wire_write_raw(&maker->words, text.bytes, text.size);
	return count + 1;
}

/* One value, not empty, as it is stored; of tags its bit.  0: the field is full. */
static uint64_t stored(struct maker *maker, const struct attribute *attribute, const uint8_t *from,
		       struct wire_text value)
{
	int64_t number = 0;
	int32_t day = 0;
	uint32_t code;
	switch (attribute->form) {
	case ATTRIBUTE_DATE:
		date_parse(value.bytes, value.size, &day); /* passed a check, as all below */
		return (uint64_t)(day - PERSON_DAY_MIN + 1);
	case ATTRIBUTE_GENDER:
		return choice_number(CHOICE_gender, value.bytes, value.size);
	case ATTRIBUTE_CHANNEL:
		return choice_number(CHOICE_channel, value.bytes, value.size);
	case ATTRIBUTE_NUMBER:
		number_of(value, attribute->places, &number);
		return added_from_number(number);
	case ATTRIBUTE_BOOLEAN:
		return boolean_of(value);
	default:
		code = code_of(maker, attribute, from, value);
		if (code == 0 || attribute->form == ATTRIBUTE_WORD)
			return code;
		return UINT64_C(1) << (code - 1);
	}
}

/* The value the command gives a field.  False: the field is full.  *named: it says something. */
static bool wanted(struct maker *maker, const struct wire_list *fields,
		   const struct attribute *attribute, uint64_t *value, bool *named)
{
	struct wire_reader r = {fields->bytes, fields->bytes + fields->size, false};
	const uint8_t *from = maker->words.at;
	struct rec_assignment record;
	*value = 0;
	*named = false;
	maker->added = 0;
	for (uint32_t i = 0; i < fields->count && decode_rec_assignment(&r, &record); i++) {
		if (record.field != attribute->number)
			continue;
		*named = true;
		if (record.value.size == 0)
			continue;
		uint64_t part = stored(maker, attribute, from, record.value);
		if (part == 0)
			return false;
		*value |= part; /* only tags have several */
	}
	return true;
}

/* Bytes of the longest record that lists a value, a text of this very event among them. */
#define LISTED_BYTES (RECORD_HEAD_BYTES + 2 + 4)

static uint32_t listed_text(const struct maker *maker, uint16_t field, uint32_t code)
{
	const struct words *words = &maker->engine->words;
	return LISTED_BYTES + (code <= words_count(words, field)
				   ? words_text(words, field, code).size
				   : PERSON_ADDED_BYTES);
}

/* Bytes that a value of an added field takes at most when it is listed. */
static uint32_t listed(const struct maker *maker, const struct attribute *attribute, uint64_t value)
{
	uint32_t bytes = 0;
	if (value == 0)
		return 0;
	if (attribute->form == ATTRIBUTE_WORD)
		return listed_text(maker, attribute->number, (uint32_t)value);
	if (attribute->form != ATTRIBUTE_TAGS)
		return LISTED_BYTES + MONEY_TEXT_BYTES;
	for (uint32_t code = 1; value != 0; code++, value >>= 1)
		if (value & 1)
			bytes += listed_text(maker, attribute->number, code);
	return bytes;
}

static struct wire_text text_between(const uint8_t *from, const uint8_t *to)
{
	return (struct wire_text){(const char *)from, (uint32_t)(to - from)};
}

/* Records of one attribute, where the command changes it. */
static enum error decide_one(struct maker *maker, const struct attributes_change *change,
			     const struct attribute *attribute, struct error_detail *detail)
{
	uint64_t before = attributes_get(maker->engine, change->row, attribute->number), after;
	bool named;
	if (!wanted(maker, change->fields, attribute, &after, &named)) {
		*detail = (struct error_detail){attribute->number, attribute->words};
		return ERROR_WORDS_FULL;
	}
	if (!named && !change->replace)
		after = before;
	if (attribute->number >= ADDED_FIRST)
		maker->listed += listed(maker, attribute, after);
	if (before == after)
		return ERROR_OK; /* A1 */
	maker->more = maker->more || attribute->number >= ADDED_FIRST;
	wire_write_u8(&maker->changes, (uint8_t)attribute->number);
	varint_write(&maker->changes, before);
	varint_write(&maker->changes, after);
	return ERROR_OK;
}

enum error attributes_decide(const struct engine *engine, const struct attributes_change *change,
			     struct event *event, struct error_detail *detail)
{
	uint8_t *room = change->room, *words = room + ATTRIBUTES_BYTES;
	struct maker maker = {.engine = engine,
			      .words = {words, words + ATTRIBUTES_WORDS_BYTES, false},
			      .changes = {room, words, false}};
	struct attribute attribute;
	enum error error = ERROR_OK;
	for (uint32_t place = 0; error == ERROR_OK && attributes_next(engine, &place, &attribute);)
		error = decide_one(&maker, change, &attribute, detail);
	if (error != ERROR_OK)
		return error;
	if (maker.more && maker.listed > LIMIT_ADDED_BYTES) {
		*detail = (struct error_detail){maker.listed, LIMIT_ADDED_BYTES};
		return ERROR_ATTRIBUTES_TOO_LARGE;
	}
	ENSURE(!maker.changes.failed && !maker.words.failed);
	event->attributes.list = text_between(room, maker.changes.at);
	event->words.list = text_between(words, maker.words.at);
	event->parts |= (event->attributes.list.size > 0 ? (uint32_t)PART_attributes : 0) |
			(event->words.list.size > 0 ? (uint32_t)PART_words : 0);
	return ERROR_OK;
}
