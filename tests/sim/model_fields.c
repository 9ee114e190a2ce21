/* model_fields.c -- see model_fields.h. */
#include "tests/sim/model_fields.h"

#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/person.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_people.h"

const struct field_name model_field_names[] = {
    {"size", ERROR_OK},
    {"colour", ERROR_OK},
    {"club", ERROR_OK},
    {"pet", ERROR_OK},
    {"a", ERROR_OK},
    {"a_", ERROR_OK},
    {"b2", ERROR_OK},
    {"motto", ERROR_OK},
    {"tier", ERROR_SEGMENT_EXISTS},
    {"birth_date", ERROR_SEGMENT_EXISTS},
    {"Size", ERROR_SEGMENT_NAME},
    {"between", ERROR_SEGMENT_NAME},
    {"", ERROR_SEGMENT_NAME},
};
const uint32_t model_field_names_all = sizeof model_field_names / sizeof model_field_names[0];

static bool same(struct wire_text a, struct wire_text b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

/* --- the table --- */

/* Place from 1 of the live field of a name, in small letters or large; 0: none. */
static uint32_t named(const struct field_table *table, struct wire_text name)
{
	if (same(name, text_of("Size")))
		name = text_of("size");
	for (uint32_t i = 0; i < table->count; i++)
		if (table->fields[i].live && same(table->fields[i].name, name))
			return i + 1;
	return 0;
}

static uint32_t owner(const struct field_table *table, struct wire_text name)
{
	for (uint32_t i = 0; i < table->had; i++)
		if (same(table->names[i], name))
			return table->owners[i];
	return 0;
}

static void own(struct field_table *table, struct wire_text name, uint32_t place)
{
	if (owner(table, name) != 0)
		return;
	if (table->had == FIELD_NAMES)
		fail_now("fields have more names than are drawn");
	table->names[table->had] = name;
	table->owners[table->had++] = place;
}

/* The place of the field that a command is about, which nothing stands against. */
static uint32_t place_of(const struct field_table *table, const struct command *command)
{
	if (command->opcode == OP_field_add)
		return table->count;
	return named(table, command->opcode == OP_field_rename ? command->as.field_rename.name
							       : command->as.field_drop.name) -
	       1;
}

static void change(struct field_table *table, const struct command *command)
{
	const struct msg_field_add *add = &command->as.field_add;
	uint32_t place =
	    command->opcode == OP_field_add ? table->count + 1 : place_of(table, command) + 1;
	struct field_state *field = &table->fields[place - 1];
	if (place == 0 || place > FIELD_NAMES)
		fail_now("there are more fields than names are drawn");
	if (command->opcode == OP_field_drop) {
		field->live = false;
		return;
	}
	if (command->opcode == OP_field_add) {
		*field = (struct field_state){.kind = add->kind, .live = true};
		table->count++;
	}
	field->name = command->opcode == OP_field_add ? add->name : command->as.field_rename.to;
	own(table, field->name, place);
}

void model_table(const struct model *model, uint64_t at, struct field_table *table)
{
	memset(table, 0, sizeof *table);
	for (uint64_t number = 1; number <= at && number <= model->last; number++) {
		const struct fact *fact = model_fact(model, number);
		if (fact->intent != NULL && model_is_field(fact->intent->command.opcode))
			change(table, &fact->intent->command);
	}
}

bool model_is_field(uint16_t opcode)
{
	return opcode == OP_field_add || opcode == OP_field_rename || opcode == OP_field_drop;
}

/* --- values --- */

static void add_text(struct care_texts *texts, struct wire_text text)
{
	if (care_has(texts, text))
		return;
	if (texts->count == CARE_TEXTS || text.size >= CARE_TEXT_BYTES)
		fail_now("the simulation draws more values than its model keeps");
	memcpy(texts->text[texts->count], text.bytes, text.size);
	texts->text[texts->count++][text.size] = '\0';
}

/* The values a command gives a field, added to what there is.  *says: it names the field. */
static void take_values(const struct wire_list *list, uint32_t place, struct care_texts *texts,
			bool *says)
{
	struct wire_reader r = {list->bytes, list->bytes + list->size, false};
	struct rec_assignment value;
	*says = false;
	for (uint32_t i = 0; i < list->count && decode_rec_assignment(&r, &value); i++) {
		if (value.field != PERSON_ADDED + place)
			continue;
		*says = true;
		if (value.value.size > 0)
			add_text(texts, value.value);
	}
}

struct care_texts model_field_values(const struct model *model, uint64_t customer, uint32_t place,
				     uint64_t at)
{
	struct care_texts texts, given;
	memset(&texts, 0, sizeof texts);
	for (uint32_t i = 0; i < model->people_count; i++) {
		const struct person *person = &model->people[i];
		for (uint32_t k = 0; person->id == customer && k < person->count; k++) {
			const struct fact *fact = model_fact(model, person->events[k]);
			if (person->events[k] > at || fact->intent == NULL)
				continue;
			const struct command *command = &fact->intent->command;
			const struct wire_list *list = model_fields(command);
			bool says = command->opcode == OP_customer_erase ||
				    command->opcode == OP_customer_put,
			     named_here = false;
			memset(&given, 0, sizeof given);
			if (list != NULL)
				take_values(list, place, &given, &named_here);
			if (says || named_here)
				texts = given;
		}
	}
	return texts;
}

struct care_texts model_field_words(const struct model *model, uint32_t place, uint64_t at)
{
	struct care_texts words;
	uint32_t fields = 0;
	bool ignored;
	memset(&words, 0, sizeof words);
	for (uint64_t number = 1; number <= at && number <= model->last; number++) {
		const struct fact *fact = model_fact(model, number);
		const struct command *command =
		    fact->intent == NULL ? NULL : &fact->intent->command;
		const struct wire_list *list = command == NULL ? NULL : model_fields(command);
		if (list != NULL)
			take_values(list, place, &words, &ignored);
		if (command == NULL || command->opcode != OP_field_add || fields++ != place)
			continue;
		const struct wire_text *values = &command->as.field_add.values;
		if (values->size > 0) { /* "w2,w1" */
			add_text(&words, (struct wire_text){values->bytes, 2});
			add_text(&words, (struct wire_text){values->bytes + 3, 2});
		}
	}
	return words;
}

/* --- rules --- */

static enum error name_fault(const struct field_table *table, struct wire_text name, uint32_t place)
{
	uint32_t has = owner(table, name);
	for (uint32_t i = 0; i < model_field_names_all; i++)
		if (same(text_of(model_field_names[i].text), name) &&
		    model_field_names[i].error != ERROR_OK)
			return model_field_names[i].error;
	if (named(table, name) != 0)
		return ERROR_SEGMENT_EXISTS;
	return has != 0 && has != place ? ERROR_FIELD_NAME_USED : ERROR_OK;
}

static bool is_fixed(struct wire_text name)
{
	for (uint32_t i = 0; i < model_field_names_all; i++)
		if (same(text_of(model_field_names[i].text), name))
			return model_field_names[i].error == ERROR_SEGMENT_EXISTS;
	return false;
}

static bool has_words(unsigned kind)
{
	return kind == FIELD_KIND_choice || kind == FIELD_KIND_tags;
}

static enum error add_fault(const struct field_table *table, const struct msg_field_add *m,
			    struct error_detail *detail)
{
	enum error error = name_fault(table, m->name, 0);
	if (error != ERROR_OK)
		return error;
	if (m->kind == FIELD_KIND_tier) {
		*detail = (struct error_detail){m->kind, m->places};
		return ERROR_FIELD_KIND;
	}
	return m->values.size > 0 && !has_words(m->kind) ? ERROR_FIELD_VALUES : ERROR_OK;
}

enum error model_field_fault(const struct field_table *table, const struct command *command,
			     struct error_detail *detail)
{
	*detail = (struct error_detail){0, 0};
	if (command->opcode == OP_field_add)
		return add_fault(table, &command->as.field_add, detail);
	struct wire_text name = command->opcode == OP_field_drop ? command->as.field_drop.name
								 : command->as.field_rename.name;
	uint32_t place = named(table, name);
	if (place == 0)
		return is_fixed(name) ? ERROR_FIELD_FIXED : ERROR_QUERY_FIELD;
	return command->opcode == OP_field_drop
		   ? ERROR_OK
		   : name_fault(table, command->as.field_rename.to, place);
}

static bool is_number(struct wire_text text)
{
	for (uint32_t i = 0; i < text.size; i++)
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return false;
	return true;
}

enum error model_values_fault(const struct field_table *table, const struct wire_list *list,
			      struct error_detail *detail)
{
	struct wire_reader r = {list->bytes, list->bytes + list->size, false};
	uint32_t seen[FIELD_NAMES] = {0};
	struct rec_assignment value;
	for (uint32_t i = 0; i < list->count && decode_rec_assignment(&r, &value); i++) {
		if (value.field < PERSON_ADDED)
			continue;
		uint32_t place = value.field - PERSON_ADDED;
		*detail = (struct error_detail){value.field, 0};
		if (place >= table->count || !table->fields[place].live)
			return ERROR_FIELD_UNKNOWN;
		if (value.value.size == 0)
			continue;
		unsigned kind = table->fields[place].kind;
		bool truth =
		    same(value.value, text_of("true")) || same(value.value, text_of("false"));
		if (kind == FIELD_KIND_number && !is_number(value.value))
			return ERROR_NUMBER_INVALID;
		if (kind == FIELD_KIND_boolean && !truth)
			return ERROR_CHOICE_INVALID;
		detail->b = kind == FIELD_KIND_tags ? 64 : 1;
		if (++seen[place] > detail->b)
			return ERROR_FIELD_TOO_MANY;
	}
	return ERROR_OK;
}

bool model_field_follows(const struct model *model, const struct event *event,
			 const struct command *command)
{
	struct field_table table;
	struct error_detail detail;
	uint64_t customers = 0;
	model_table(model, event->number - 1, &table);
	if (model_field_fault(&table, command, &detail) != ERROR_OK)
		return false;
	uint32_t place = place_of(&table, command);
	bool add = command->opcode == OP_field_add;
	bool words = add && command->as.field_add.values.size > 0;
	for (uint32_t i = 0; command->opcode == OP_field_drop && i < model->people_count; i++)
		customers +=
		    model_field_values(model, model->people[i].id, place, event->number - 1).count >
		    0;
	uint8_t type = add                                  ? EVENT_field_added
		       : command->opcode == OP_field_rename ? EVENT_field_renamed
							    : EVENT_field_dropped;
	return event->type == type && event->previous == 0 && event->actor == 0 &&
	       event->flags == EVENT_KEYED &&
	       event->parts == (PART_field | (words ? (uint32_t)PART_words : 0)) &&
	       event->field.number == PERSON_ADDED + place && event->field.customers == customers;
}
