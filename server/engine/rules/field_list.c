/* field_list.c -- the fields that questions can name: those of catalogue.def, then the added ones.
 *
 * A page is as many records as fit an answer; `next` is a place in catalogue.def and behind it in
 * the table of added fields, so that it stays right while fields are added and dropped.
 */
#include "server/engine/attributes.h"
#include "server/engine/rules/rules.h"

#include <stdio.h>

#include "protocol/grades.h"

#define VALUES_BYTES 2048u                 /* of one field */
#define RECORD_BYTES (VALUES_BYTES + 512u) /* of one record: name and doc are short */

/* A list of texts with commas between them, as far as they fit. */
struct texts {
	char bytes[VALUES_BYTES];
	uint32_t size;
	bool full;
};

static void append(struct texts *texts, const char *text, size_t size)
{
	size_t comma = texts->size > 0;
	texts->full = texts->full || texts->size + comma + size > sizeof texts->bytes;
	if (texts->full)
		return;
	if (comma > 0)
		texts->bytes[texts->size++] = ',';
	memcpy(texts->bytes + texts->size, text, size);
	texts->size += (uint32_t)size;
}

static void append_choices(struct texts *texts, enum choice_list list)
{
	const char *name;
	for (unsigned i = 1; (name = choice_name(list, i)) != NULL; i++)
		append(texts, name, strlen(name));
}

static void append_words(struct texts *texts, const struct engine *engine, uint16_t field)
{
	uint32_t count = words_count(&engine->words, field);
	for (uint32_t code = 1; code <= count && !texts->full; code++) {
		struct wire_text text = words_text(&engine->words, field, code);
		append(texts, text.bytes, text.size);
	}
}

/* "marketing:sms" */
static void append_consents(struct texts *texts)
{
	const char *purpose, *channel;
	for (unsigned i = 1; (purpose = choice_name(CHOICE_purpose, i)) != NULL; i++)
		for (unsigned k = 1; (channel = choice_name(CHOICE_channel, k)) != NULL; k++) {
			char text[64];
			append(texts, text,
			       (size_t)snprintf(text, sizeof text, "%s:%s", purpose, channel));
		}
}

static void append_bands(struct texts *texts)
{
#define BAND(name, number, doc) append(texts, #name, sizeof #name - 1);
#include "protocol/grades.def"
}

/* The values of a field of catalogue.def; `person`: the same one of people.def, or NULL. */
static void append_values(struct texts *texts, const struct engine *engine, int place,
			  const struct person_field *person)
{
	switch (place) {
	case CATALOGUE_tier:
		append(texts, engine->genesis.tiers.bytes, engine->genesis.tiers.size);
		return;
	case CATALOGUE_stage:
		append(texts, engine->genesis.stages.bytes, engine->genesis.stages.size);
		return;
	case CATALOGUE_band:
		append_bands(texts);
		return;
	case CATALOGUE_consents:
		append_consents(texts);
		return;
	default:
		break;
	}
	if (person == NULL)
		return;
	if (person->kind == PERSON_KIND_GENDER)
		append_choices(texts, CHOICE_gender);
	else if (person->kind == PERSON_KIND_CHANNEL)
		append_choices(texts, CHOICE_channel);
	else if (person->kind == PERSON_KIND_WORD || person->kind == PERSON_KIND_TAGS)
		append_words(texts, engine, person->number);
}

static void write_own(struct wire_writer *w, const struct engine *engine, int place)
{
	const struct catalogue_field *field = &catalogue_fields[place];
	size_t size = strlen(field->name);
	const struct person_field *person = person_field_named(field->name, size);
	struct texts texts;
	texts.size = 0;
	texts.full = false;
	append_values(&texts, engine, place, person);
	struct rec_field record = {.number = person == NULL ? 0 : person->number,
				   .name = {field->name, (uint32_t)size},
				   .kind = (uint8_t)field->kind,
				   .values = {texts.bytes, texts.size},
				   .doc = {field->doc, (uint32_t)strlen(field->doc)}};
	encode_rec_field(w, &record);
}

static void write_added(struct wire_writer *w, const struct engine *engine,
			const struct added_field *field)
{
	struct texts texts;
	texts.size = 0;
	texts.full = false;
	if (added_has_words(field->kind))
		append_words(&texts, engine, field->number);
	struct rec_field record = {.number = field->number,
				   .name = field->name,
				   .kind = field->kind,
				   .places = field->places,
				   .added = 1,
				   .values = {texts.bytes, texts.size}};
	encode_rec_field(w, &record);
}

void field_list_decide(const struct engine *engine, const struct request *request,
		       struct decision *decision)
{
	uint32_t at = request->command->as.field_list.from, count = 0;
	uint32_t end = CATALOGUE_COUNT + engine->added.count;
	struct wire_writer w = {request->room,
				request->room + LIMIT_ANSWER_BYTES - ANSWER_HEAD_BYTES - 64, false};
	for (; at < end && (size_t)(w.end - w.at) >= RECORD_BYTES; at++) {
		const struct added_field *field =
		    at < CATALOGUE_COUNT ? NULL : &engine->added.fields[at - CATALOGUE_COUNT];
		if (field != NULL && field->dropped)
			continue;
		if (field == NULL)
			write_own(&w, engine, (int)at);
		else
			write_added(&w, engine, field);
		count++;
	}
	ENSURE(!w.failed);
	outcome_answer(decision);
	decision->saw = engine->applied; /* the words of every field are in it */
	decision->answer.as.field_list.fields =
	    (struct wire_list){request->room, (uint32_t)(w.at - request->room), count};
	decision->answer.as.field_list.next = (uint16_t)(at < end ? at : 0);
}
