/* attributes.c -- see attributes.h; what a command makes of them is in attributes_decide.c.
 *
 *   A1  A record tells a change: before is what the column holds, after is different.
 *   A2  Words come before what uses them, in the same event.
 */
#include "server/engine/attributes.h"

#include "protocol/choices.h"
#include "protocol/common/date.h"
#include "protocol/common/money.h"
#include "server/base/varint.h"

/* --- fields --- */

static const enum attribute_form forms[] = {
    [PERSON_KIND_DATE] = ATTRIBUTE_DATE,       [PERSON_KIND_WORD] = ATTRIBUTE_WORD,
    [PERSON_KIND_TAGS] = ATTRIBUTE_TAGS,       [PERSON_KIND_GENDER] = ATTRIBUTE_GENDER,
    [PERSON_KIND_CHANNEL] = ATTRIBUTE_CHANNEL,
};

static const enum attribute_form added_forms[] = {
    [FIELD_KIND_number] = ATTRIBUTE_NUMBER,   [FIELD_KIND_money] = ATTRIBUTE_NUMBER,
    [FIELD_KIND_date] = ATTRIBUTE_DATE,       [FIELD_KIND_choice] = ATTRIBUTE_WORD,
    [FIELD_KIND_boolean] = ATTRIBUTE_BOOLEAN, [FIELD_KIND_tags] = ATTRIBUTE_TAGS,
};

struct attribute attributes_added(const struct engine *engine, const struct added_field *field)
{
	bool money = field->kind == FIELD_KIND_money;
	return (struct attribute){
	    .number = field->number,
	    .form = added_forms[field->kind],
	    .places = money ? (unsigned)engine->genesis.currency_digits : field->places,
	    .words = field->kind == FIELD_KIND_tags ? WORDS_TAGS : ADDED_CHOICES};
}

bool attributes_next(const struct engine *engine, uint32_t *place, struct attribute *out)
{
	const uint32_t own = (uint32_t)person_field_count;
	for (; *place < own; ++*place) {
		const struct person_field *field = &person_fields[*place];
		if (!field->attribute)
			continue;
		*out = (struct attribute){.number = field->number, .form = forms[field->kind]};
		out->words = out->form == ATTRIBUTE_TAGS ? WORDS_TAGS : WORDS_MOST;
		++*place;
		return true;
	}
	for (; *place - own < engine->added.count; ++*place) {
		const struct added_field *field = &engine->added.fields[*place - own];
		if (field->dropped)
			continue;
		*out = attributes_added(engine, field);
		++*place;
		return true;
	}
	return false;
}

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
		return added_get(&engine->added, row, field);
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
		added_set(&engine->added, row, field, value);
	}
	ENSURE(attributes_get(engine, row, field) == value);
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
		ENSURE(!r.failed && words_are_of(&engine->words, field));
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
	struct attribute attribute;
	for (uint32_t place = 0; attributes_next(engine, &place, &attribute);)
		set(engine, row, attribute.number, 0);
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

/* 1 false, 2 true. */
static uint32_t write_boolean(struct wire_writer *w, uint16_t field, uint64_t value)
{
	return write(w, field,
		     value == 1 ? (struct wire_text){"false", 5} : (struct wire_text){"true", 4});
}

static uint32_t write_tags(const struct engine *engine, uint16_t field, uint64_t value,
			   struct wire_writer *w)
{
	uint32_t count = 0;
	for (uint32_t code = 1; value != 0; code++, value >>= 1)
		if (value & 1)
			count += write(w, field, words_text(&engine->words, field, code));
	return count;
}

static uint32_t write_value(const struct engine *engine, const struct attribute *attribute,
			    uint64_t value, struct wire_writer *w)
{
	char text[MONEY_TEXT_BYTES > DATE_TEXT_BYTES ? MONEY_TEXT_BYTES : DATE_TEXT_BYTES];
	uint16_t field = attribute->number;
	switch (attribute->form) {
	case ATTRIBUTE_DATE:
		date_format(attributes_day(value), text);
		break;
	case ATTRIBUTE_NUMBER:
		money_format(added_to_number(value), attribute->places, text);
		break;
	case ATTRIBUTE_BOOLEAN:
		return write_boolean(w, field, value);
	case ATTRIBUTE_GENDER:
		return write_choice(w, CHOICE_gender, field, value);
	case ATTRIBUTE_CHANNEL:
		return write_choice(w, CHOICE_channel, field, value);
	case ATTRIBUTE_WORD:
		return write(w, field, words_text(&engine->words, field, (uint32_t)value));
	default:
		return write_tags(engine, field, value, w);
	}
	return write(w, field, (struct wire_text){text, (uint32_t)strlen(text)});
}

uint32_t attributes_list(const struct engine *engine, uint32_t row, struct wire_writer *w)
{
	struct attribute attribute;
	uint32_t count = 0;
	for (uint32_t place = 0; attributes_next(engine, &place, &attribute);) {
		uint64_t value = attributes_get(engine, row, attribute.number);
		if (value != 0)
			count += write_value(engine, &attribute, value, w);
	}
	return count;
}
