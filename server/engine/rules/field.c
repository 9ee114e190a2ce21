/* field.c -- fields of all customers: adding, renaming and dropping them while the server runs.
 *
 * A field is logical state: its events are of no customer, and replay makes the same table.  What a
 * refusal depends on is the last event of the table (I3); a name that is none depends on nothing.
 */
#include "server/engine/attributes.h"
#include "server/engine/membership.h"
#include "server/engine/rules/rules.h"

#include "protocol/common/utf8.h"
#include "protocol/name.h"
#include "server/base/varint.h"

#define PLACES_MOST 6u

/* Refused, with the text that was wrong. */
static void refuse(const struct engine *engine, struct decision *decision, enum error error,
		   struct wire_text word)
{
	outcome_refuse(decision, error, 0, 0);
	decision->saw = 0;
	outcome_saw_names(engine, decision);
	if (word.size > LIMIT_NAME_BYTES + 1)
		word.size = LIMIT_NAME_BYTES + 1;
	if (utf8_is_valid(word.bytes, word.size)) /* it was cut where a letter may go on */
		decision->answer.words.word = word;
}

/* Is it a name that nothing has, nor another field had, for the field of this number?  False:
 * refused. */
static bool can_be_named(const struct engine *engine, struct decision *decision,
			 struct wire_text name, uint16_t number)
{
	uint16_t owner = added_owner(&engine->added, name);
	enum error error = ERROR_OK;
	if (!name_is_free(name.bytes, name.size))
		error = ERROR_SEGMENT_NAME;
	else if (catalogue_find(name.bytes, name.size) >= 0 ||
		 added_named(&engine->added, name) != NULL ||
		 segments_named(&engine->segments, name) != NULL)
		error = ERROR_SEGMENT_EXISTS;
	else if (owner != 0 && owner != number)
		error = ERROR_FIELD_NAME_USED;
	if (error != ERROR_OK)
		refuse(engine, decision, error, name);
	return error == ERROR_OK;
}

/* Is there room for one more name, if it is a new one?  False: refused. */
static bool can_be_kept(const struct engine *engine, struct decision *decision,
			struct wire_text name)
{
	if (engine->added.name_count < LIMIT_FIELD_NAMES || added_owner(&engine->added, name) != 0)
		return true;
	outcome_refuse(decision, ERROR_FIELD_NAMES_FULL, LIMIT_FIELD_NAMES, 0);
	decision->saw = engine->added.last;
	return false;
}

/* The live field of this name, which can be changed.  NULL: refused. */
static const struct added_field *changeable(const struct engine *engine, struct decision *decision,
					    struct wire_text name)
{
	const struct added_field *field = added_named(&engine->added, name);
	bool fixed = field == NULL && catalogue_find(name.bytes, name.size) >= 0;
	if (field == NULL)
		refuse(engine, decision, fixed ? ERROR_FIELD_FIXED : ERROR_QUERY_FIELD, name);
	return field;
}

/* --- add --- */

static bool kind_fits(const struct msg_field_add *m)
{
	switch (m->kind) {
	case FIELD_KIND_number:
		return m->places <= PLACES_MOST;
	case FIELD_KIND_money:
	case FIELD_KIND_date:
	case FIELD_KIND_boolean:
	case FIELD_KIND_choice:
	case FIELD_KIND_tags:
		return m->places == 0;
	default:
		return false;
	}
}

/* The text up to the next comma, which is left behind. */
static struct wire_text next_value(struct wire_text *values)
{
	const char *comma = memchr(values->bytes, ',', values->size);
	uint32_t size = comma == NULL ? values->size : (uint32_t)(comma - values->bytes);
	struct wire_text value = {values->bytes, size};
	values->bytes += size + (comma != NULL);
	values->size -= size + (comma != NULL);
	return value;
}

/* Is this text one of the records of part words that were written so far? */
static bool is_written(const uint8_t *from, const uint8_t *to, struct wire_text value)
{
	struct wire_reader r = {from, to, false};
	while (r.at < r.end) {
		wire_take(&r, 1);
		varint_read(&r);
		uint32_t size = wire_read_u8(&r);
		const uint8_t *bytes = wire_take(&r, size);
		if (size == value.size && memcmp(bytes, value.bytes, size) == 0)
			return true;
	}
	return false;
}

/* The first values into records of part words.  False: they are not what the kind can have. */
static bool write_values(const struct msg_field_add *m, uint16_t number, struct wire_writer *w)
{
	uint32_t most = m->kind == FIELD_KIND_tags ? WORDS_TAGS : ADDED_CHOICES;
	struct wire_text left = m->values;
	const uint8_t *from = w->at;
	if (left.size > 0 && !added_has_words(m->kind))
		return false;
	for (uint32_t code = 1; left.size > 0; code++) {
		bool more = memchr(left.bytes, ',', left.size) != NULL;
		struct wire_text value = next_value(&left);
		if (code > most || value.size == 0 || value.size > PERSON_ADDED_BYTES ||
		    (more && left.size == 0) || !utf8_is_valid(value.bytes, value.size) ||
		    memchr(value.bytes, '\0', value.size) != NULL || is_written(from, w->at, value))
			return false;
		wire_write_u8(w, (uint8_t)number);
		varint_write(w, code);
		wire_write_u8(w, (uint8_t)value.size);
		wire_write_raw(w, value.bytes, value.size);
	}
	return true;
}

void field_add_decide(const struct engine *engine, const struct request *request,
		      struct decision *decision)
{
	const struct msg_field_add *m = &request->command->as.field_add;
	uint16_t number = (uint16_t)(ADDED_FIRST + engine->added.count);
	struct wire_writer w = {request->room, request->room + ATTRIBUTES_WORDS_BYTES, false};
	if (!can_be_named(engine, decision, m->name, number))
		return;
	if (!kind_fits(m)) {
		outcome_refuse(decision, ERROR_FIELD_KIND, m->kind, m->places);
		decision->saw = engine->added.last; /* I3: its name is free */
		return;
	}
	if (engine->added.count == LIMIT_FIELDS_ADDED) {
		outcome_refuse(decision, ERROR_FIELD_FULL, LIMIT_FIELDS_ADDED, 0);
		decision->saw = engine->added.last;
		return;
	}
	if (!can_be_kept(engine, decision, m->name))
		return;
	if (!write_values(m, number, &w)) {
		refuse(engine, decision, ERROR_FIELD_VALUES, m->name);
		return;
	}
	outcome_event(engine, request, decision, EVENT_field_added, EVENT_ROW_UNKNOWN);
	struct event *event = &decision->event;
	event->customer = 0;
	event->parts = PART_field;
	event->field = (struct part_field){
	    .number = number, .kind = m->kind, .places = m->places, .after = m->name};
	ENSURE(!w.failed);
	event->words.list =
	    (struct wire_text){(const char *)request->room, (uint32_t)(w.at - request->room)};
	if (event->words.list.size > 0)
		event->parts |= PART_words;
}

/* --- change --- */

static void change(const struct engine *engine, const struct request *request,
		   struct decision *decision, const struct added_field *field)
{
	bool drop = request->command->opcode == OP_field_drop;
	outcome_event(engine, request, decision, drop ? EVENT_field_dropped : EVENT_field_renamed,
		      EVENT_ROW_UNKNOWN);
	decision->event.customer = 0;
	decision->event.parts = PART_field;
	decision->event.field = (struct part_field){.number = field->number,
						    .kind = field->kind,
						    .places = field->places,
						    .before = field->name,
						    .customers = drop ? field->valued : 0};
}

void field_rename_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	const struct msg_field_rename *m = &request->command->as.field_rename;
	const struct added_field *field = changeable(engine, decision, m->name);
	if (field == NULL || !can_be_named(engine, decision, m->to, field->number) ||
	    !can_be_kept(engine, decision, m->to))
		return;
	change(engine, request, decision, field);
	decision->event.field.after = m->to;
}

void field_drop_decide(const struct engine *engine, const struct request *request,
		       struct decision *decision)
{
	const struct msg_field_drop *m = &request->command->as.field_drop;
	const struct added_field *field = changeable(engine, decision, m->name);
	const struct segment *user =
	    field == NULL ? NULL
			  : membership_asks_for(engine, CATALOGUE_COUNT + field->number -
							    (uint32_t)ADDED_FIRST);
	if (user != NULL) {
		refuse(engine, decision, ERROR_FIELD_USED, m->name);
		decision->answer.words.near = user->name;
	} else if (field != NULL) {
		change(engine, request, decision, field);
	}
}
