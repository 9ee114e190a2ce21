/* attributes.c -- see attributes.h.
 *
 *   A1  A record tells a change: before is what the column holds, after is different.
 *   A2  Words come before what uses them, in the same event.
 */
#include "server/engine/attributes.h"

#include "protocol/choices.h"
#include "protocol/common/date.h"
#include "server/base/varint.h"

/* --- columns --- */

#define SPARSE(name)                                                                               \
	case PERSON_##name:                                                                        \
		return sparse_get(&engine->sparse, row, field);
#define DENSE(name)                                                                                \
	case PERSON_##name:                                                                        \
		return *rows_##name(&engine->rows, row);

uint64_t attributes_get(const struct engine *engine, uint32_t row, uint16_t field)
{
	if (row == EVENT_ROW_UNKNOWN)
		return 0;
	switch (field) {
#include "server/engine/attributes.def"
	default:
		return 0;
	}
}

#define SPARSE(name)                                                                               \
	case PERSON_##name:                                                                        \
		sparse_set(&engine->sparse, row, field, value);                                    \
		break;
#define DENSE(name)                                                                                \
	case PERSON_##name:                                                                        \
		*rows_##name(&engine->rows, row) = (__typeof__(*rows_##name(NULL, 0)))value;       \
		break;

static void set(struct engine *engine, uint32_t row, uint16_t field, uint64_t value)
{
	switch (field) {
#include "server/engine/attributes.def"
	default:
		ENSURE(0 && "an attribute there is");
	}
	ENSURE(attributes_get(engine, row, field) == value);
}

/* --- decide --- */

struct maker {
	const struct engine *engine;
	struct wire_writer words, changes;
	uint32_t added; /* words, of the field at hand */
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
static uint32_t code_of(struct maker *maker, const struct person_field *field, const uint8_t *from,
			struct wire_text text)
{
	uint32_t most = field->kind == PERSON_KIND_TAGS ? WORDS_TAGS : WORDS_MOST;
	uint32_t count = words_count(&maker->engine->words, field->number) + maker->added;
	uint32_t code = words_find(&maker->engine->words, field->number, text);
	if (code == 0)
		code = find_added(maker, from, text);
	if (code != 0)
		return code;
	if (count >= most)
		return 0;
	maker->added++;
	wire_write_u8(&maker->words, (uint8_t)field->number);
	varint_write(&maker->words, count + 1);
	wire_write_u8(&maker->words, (uint8_t)text.size);
	wire_write_raw(&maker->words, text.bytes, text.size);
	return count + 1;
}

/* One value, not empty, as it is stored; of tags its bit.  0: the field is full. */
static uint64_t stored(struct maker *maker, const struct person_field *field, const uint8_t *from,
		       struct wire_text value)
{
	int32_t day = 0;
	uint32_t code;
	switch (field->kind) {
	case PERSON_KIND_DATE:
		date_parse(value.bytes, value.size, &day); /* passed person_check */
		return (uint64_t)(day - PERSON_DAY_MIN + 1);
	case PERSON_KIND_GENDER:
		return choice_number(CHOICE_gender, value.bytes, value.size);
	case PERSON_KIND_CHANNEL:
		return choice_number(CHOICE_channel, value.bytes, value.size);
	default:
		code = code_of(maker, field, from, value);
		if (code == 0 || field->kind == PERSON_KIND_WORD)
			return code;
		return UINT64_C(1) << (code - 1);
	}
}

/* The value the command gives a field.  False: the field is full.  *named: it says something. */
static bool wanted(struct maker *maker, const struct wire_list *fields,
		   const struct person_field *field, uint64_t *value, bool *named)
{
	struct wire_reader r = {fields->bytes, fields->bytes + fields->size, false};
	const uint8_t *from = maker->words.at;
	struct rec_assignment record;
	*value = 0;
	*named = false;
	maker->added = 0;
	for (uint32_t i = 0; i < fields->count && decode_rec_assignment(&r, &record); i++) {
		if (record.field != field->number)
			continue;
		*named = true;
		if (record.value.size == 0)
			continue;
		uint64_t part = stored(maker, field, from, record.value);
		if (part == 0)
			return false;
		*value |= part; /* only tags have several */
	}
	return true;
}

static struct wire_text text_between(const uint8_t *from, const uint8_t *to)
{
	return (struct wire_text){(const char *)from, (uint32_t)(to - from)};
}

enum error attributes_decide(const struct engine *engine, const struct attributes_change *change,
			     struct event *event, struct error_detail *detail)
{
	uint8_t *room = change->room, *words = room + ATTRIBUTES_BYTES;
	struct maker maker = {
	    engine, {words, words + ATTRIBUTES_WORDS_BYTES, false}, {room, words, false}, 0};
	for (size_t i = 0; i < person_field_count; i++) {
		const struct person_field *field = &person_fields[i];
		uint64_t before = attributes_get(engine, change->row, field->number), after;
		bool named;
		if (!field->attribute)
			continue;
		if (!wanted(&maker, change->fields, field, &after, &named)) {
			*detail = (struct error_detail){
			    field->number,
			    field->kind == PERSON_KIND_TAGS ? WORDS_TAGS : WORDS_MOST};
			return ERROR_WORDS_FULL;
		}
		if ((!named && !change->replace) || before == after)
			continue; /* A1 */
		wire_write_u8(&maker.changes, (uint8_t)field->number);
		varint_write(&maker.changes, before);
		varint_write(&maker.changes, after);
	}
	ENSURE(!maker.changes.failed && !maker.words.failed);
	event->attributes.list = text_between(room, maker.changes.at);
	event->words.list = text_between(words, maker.words.at);
	event->parts |= (event->attributes.list.size > 0 ? (uint32_t)PART_attributes : 0) |
			(event->words.list.size > 0 ? (uint32_t)PART_words : 0);
	return ERROR_OK;
}

/* --- apply --- */

static struct wire_reader reader_of(struct wire_text list)
{
	const uint8_t *bytes = (const uint8_t *)list.bytes;
	return (struct wire_reader){bytes, bytes + list.size, false};
}

void attributes_apply_words(struct engine *engine, struct wire_text list)
{
	struct wire_reader r = reader_of(list);
	while (r.at < r.end) {
		uint16_t field = wire_read_u8(&r);
		uint64_t code = varint_read(&r);
		uint32_t size = wire_read_u8(&r);
		struct wire_text text = {(const char *)wire_take(&r, size), size};
		const struct person_field *known = person_field(field);
		ENSURE(!r.failed && known != NULL && known->attribute);
		ENSURE(words_add(&engine->words, field, text) == code); /* A2 */
	}
}

void attributes_apply(struct engine *engine, struct wire_text list, uint32_t row)
{
	struct wire_reader r = reader_of(list);
	while (r.at < r.end) {
		uint16_t field = wire_read_u8(&r);
		uint64_t before = varint_read(&r), after = varint_read(&r);
		ENSURE(!r.failed && attributes_get(engine, row, field) == before); /* A1 */
		set(engine, row, field, after);
	}
}

void attributes_erase(struct engine *engine, uint32_t row)
{
	uint32_t holidays = words_count(&engine->words, PERSON_holidays);
	for (size_t i = 0; i < person_field_count; i++)
		if (person_fields[i].attribute)
			set(engine, row, person_fields[i].number, 0);
	*rows_consents(&engine->rows, row) = 0;
	*rows_birthday_care(&engine->rows, row) = 0;
	sparse_set(&engine->sparse, row, SPARSE_ANNIVERSARY_CARE, 0);
	for (uint32_t code = 1; code <= holidays; code++)
		sparse_set(&engine->sparse, row, (uint16_t)(SPARSE_HOLIDAY_CARE + code), 0);
}

/* --- list --- */

static uint32_t write(struct wire_writer *w, uint16_t field, struct wire_text value)
{
	encode_rec_assignment(w, &(struct rec_assignment){field, value});
	return 1;
}

static uint32_t write_choice(struct wire_writer *w, enum choice_list list, uint16_t field,
			     uint64_t value)
{
	const char *name = choice_name(list, (unsigned)value);
	ENSURE(name != NULL);
	return write(w, field, (struct wire_text){name, (uint32_t)strlen(name)});
}

static uint32_t write_value(const struct engine *engine, const struct person_field *field,
			    uint64_t value, struct wire_writer *w)
{
	char day[DATE_TEXT_BYTES];
	uint32_t count = 0;
	switch (field->kind) {
	case PERSON_KIND_DATE:
		date_format(attributes_day(value), day);
		return write(w, field->number, (struct wire_text){day, (uint32_t)strlen(day)});
	case PERSON_KIND_GENDER:
		return write_choice(w, CHOICE_gender, field->number, value);
	case PERSON_KIND_CHANNEL:
		return write_choice(w, CHOICE_channel, field->number, value);
	case PERSON_KIND_WORD:
		return write(w, field->number,
			     words_text(&engine->words, field->number, (uint32_t)value));
	default:
		for (uint32_t code = 1; value != 0; code++, value >>= 1)
			if (value & 1)
				count += write(w, field->number,
					       words_text(&engine->words, field->number, code));
		return count;
	}
}

uint32_t attributes_list(const struct engine *engine, uint32_t row, struct wire_writer *w)
{
	uint32_t count = 0;
	for (size_t i = 0; i < person_field_count; i++) {
		const struct person_field *field = &person_fields[i];
		uint64_t value = field->attribute ? attributes_get(engine, row, field->number) : 0;
		if (value != 0)
			count += write_value(engine, field, value, w);
	}
	return count;
}
