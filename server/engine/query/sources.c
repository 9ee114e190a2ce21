/* sources.c -- see sources.h.
 *
 * To add a field: catalogue.def, sources.def, and its case in sources_compute.c if no column holds
 * it.
 */
#include "server/engine/query/sources.h"

#include <stddef.h>
#include <string.h>

#include "protocol/person.h"

/* --- the table --- */

struct place {
	uint32_t offset;
	uint8_t width, form;
};

static const struct place places[CATALOGUE_COUNT] = {
#define DENSE(name, column, form)                                                                  \
	[CATALOGUE_##name] = {offsetof(struct rows_range, column),                                 \
			      sizeof(((struct rows_range *)0)->column[0]), SOURCE_##form},
#define COMPUTED(name, form) [CATALOGUE_##name] = {SOURCE_COMPUTED, 8, SOURCE_##form},
#include "server/engine/query/sources.def"
};

/* Field of people.def whose words a field's values are; 0: none. */
static uint16_t words_of(const struct catalogue_field *field)
{
	const struct person_field *person = person_field_named(field->name, strlen(field->name));
	bool words = person != NULL &&
		     (person->kind == PERSON_KIND_WORD || person->kind == PERSON_KIND_TAGS);
	return words ? person->number : 0;
}

/* A field added at run time. */
static bool added_source(const struct engine *engine, const struct added_field *field,
			 struct source *out)
{
	static const struct {
		uint8_t width, form;
	} cells[] = {
	    [FIELD_KIND_number] = {8, SOURCE_I64},  [FIELD_KIND_money] = {8, SOURCE_I64},
	    [FIELD_KIND_date] = {2, SOURCE_DATE},   [FIELD_KIND_boolean] = {1, SOURCE_BOOLEAN},
	    [FIELD_KIND_choice] = {1, SOURCE_CODE}, [FIELD_KIND_tags] = {8, SOURCE_BITS},
	};
	if (field == NULL || field->dropped)
		return false;
	*out = (struct source){.name = field->name,
			       .kind = (enum field_kind)field->kind,
			       .form = (enum source_form)cells[field->kind].form,
			       .places = field->places,
			       .width = cells[field->kind].width,
			       .offset = SOURCE_ADDED,
			       .place = (uint16_t)(CATALOGUE_COUNT + field->number - ADDED_FIRST)};
	if (field->kind == FIELD_KIND_money)
		out->places = (uint8_t)engine->genesis.currency_digits;
	if (added_has_words(field->kind))
		out->words = field->number;
	return true;
}

static bool catalogue_source(const struct engine *engine, uint32_t place, struct source *out)
{
	if (catalogue_fields[place].kind == FIELD_KIND_text)
		return false;
	const struct catalogue_field *field = &catalogue_fields[place];
	*out = (struct source){.name = {field->name, (uint32_t)strlen(field->name)},
			       .kind = field->kind,
			       .form = (enum source_form)places[place].form,
			       .width = places[place].width,
			       .offset = places[place].offset,
			       .place = (uint16_t)place,
			       .words = words_of(field)};
	if (field->kind == FIELD_KIND_money)
		out->places = (uint8_t)engine->genesis.currency_digits;
	return true;
}

struct source sources_segments(void)
{
	return (struct source){.kind = FIELD_KIND_tags,
			       .form = SOURCE_BITS,
			       .width = sizeof(rows_u64),
			       .offset = offsetof(struct rows_range, segments),
			       .place = SOURCES_PLACES - 1};
}

bool sources_find(const struct engine *engine, struct wire_text name, struct source *out)
{
	int place = catalogue_find(name.bytes, name.size);
	if (place < 0)
		return added_source(engine, added_find(engine, name), out);
	return catalogue_source(engine, (uint32_t)place, out);
}

/* --- raw values --- */

uint64_t sources_raw(const struct engine *engine, const struct source *source, uint32_t row,
		     int32_t today)
{
	if (source->offset == SOURCE_COMPUTED)
		return (uint64_t)sources_compute(engine, source->place, row, today);
	const uint8_t *column = (const uint8_t *)rows_at(&engine->rows, row) + source->offset;
	if (source->offset == SOURCE_ADDED)
		column = added_column(engine, added_at(engine, source->place - CATALOGUE_COUNT),
				      row / ROWS_RANGE);
	if (column == NULL)
		return source_raw(source, SOURCE_NULL);
	return source_word(column + (size_t)(row % ROWS_RANGE) * source->width, source->width);
}

#define DATE_BASE (PERSON_DAY_MIN - 1) /* the day of raw 0 */
#define SIGN_BIT (UINT64_C(1) << 63)

int64_t source_value(const struct source *source, uint64_t raw)
{
	switch (source->form) {
	case SOURCE_ID:
		return (int64_t)(raw ^ SIGN_BIT);
	case SOURCE_DAY:
		return raw == ROWS_NO_DAY ? SOURCE_NULL : (int64_t)raw;
	case SOURCE_DATE:
		return raw == 0 ? SOURCE_NULL : (int64_t)raw + DATE_BASE;
	case SOURCE_CODE:
	case SOURCE_BITS:
		return raw == 0 ? SOURCE_NULL : (int64_t)raw;
	case SOURCE_BOOLEAN:
		return raw == 0 ? SOURCE_NULL : (int64_t)raw - 1;
	case SOURCE_PLAIN:
	case SOURCE_I64:
		break;
	}
	return (int64_t)raw;
}

uint64_t source_raw(const struct source *source, int64_t value)
{
	switch (source->form) {
	case SOURCE_ID:
		return (uint64_t)value ^ SIGN_BIT;
	case SOURCE_DAY:
		return value == SOURCE_NULL ? ROWS_NO_DAY : (uint64_t)value;
	case SOURCE_DATE:
		return value == SOURCE_NULL ? 0 : (uint64_t)(value - DATE_BASE);
	case SOURCE_CODE:
	case SOURCE_BITS:
		return value == SOURCE_NULL ? 0 : (uint64_t)value;
	case SOURCE_BOOLEAN:
		return value == SOURCE_NULL ? 0 : (uint64_t)value + 1;
	case SOURCE_PLAIN:
	case SOURCE_I64:
		break;
	}
	return (uint64_t)value;
}

struct source_span source_span(const struct engine *engine, const struct source *source)
{
	switch (source->form) {
	case SOURCE_ID:
		return (struct source_span){INT64_MIN + 1, INT64_MAX};
	case SOURCE_DAY:
		return (struct source_span){0, ROWS_NO_DAY - 1};
	case SOURCE_DATE:
		return (struct source_span){PERSON_DAY_MIN, PERSON_DAY_MAX};
	case SOURCE_CODE:
		return (struct source_span){1, source->width == 1 ? UINT8_MAX : UINT16_MAX};
	case SOURCE_BOOLEAN:
		return (struct source_span){0, 1};
	case SOURCE_PLAIN:
		if (source->width == 1)
			return (struct source_span){0, source->kind == FIELD_KIND_tier
							   ? engine->programme.tier_count - 1
							   : STAGE_COUNT - 1};
		if (source->width == 4)
			return (struct source_span){0, UINT32_MAX};
		break;
	case SOURCE_BITS:
	case SOURCE_I64:
		break;
	}
	return (struct source_span){INT64_MIN + 1, INT64_MAX};
}

bool source_has_null(const struct source *source)
{
	return source->form != SOURCE_PLAIN && source->form != SOURCE_ID;
}
