/* import_fields.c -- see import_fields.h.
 *
 *   F1  A value that passed here passes the server's check of it: it is the same function.  What an
 *       added field can have is the server's alone to judge: kinds and words may change meanwhile.
 */
#include "client/cli/import_fields.h"

#include <string.h>

#include "client/cli/import_added.h"
#include "client/cli/import_cell.h"

/* --- the schema --- */

/* What is set by a command. */
struct field {
	const char *name;
	uint16_t number;
	uint32_t many; /* values */
};

static struct field field_at(const struct import_schema *schema, size_t place)
{
	const struct import_added *added = schema->added;
	if (place <= person_field_count) {
		const struct person_field *field = &person_fields[place - 1];
		return (struct field){field->name, field->number, field->many};
	}
	size_t at = place - 1 - person_field_count;
	return (struct field){added->names[at].name, added->names[at].number, added->most[at]};
}

static const char *name(const struct import_schema *schema, size_t field)
{
	return field == 0 ? "id" : field_at(schema, field).name;
}

static unsigned traits(const struct import_schema *schema, size_t field)
{
	if (field == 0)
		return IMPORT_NEEDED | IMPORT_NUMBER;
	return field_at(schema, field).many > 1 ? IMPORT_MANY : 0;
}

static size_t field_count(const struct import_schema *schema)
{
	return 1 + person_field_count + (schema->added == NULL ? 0 : schema->added->count);
}

const struct import_schema import_person_schema = {
    field_count, name, traits,
    "there are id, those of a profile (see import --help) and those that were added, which a dry "
    "run does not know",
    NULL};

/* --- where --- */

static bool is_of(const struct import_map *map, size_t place, int64_t number)
{
	size_t field = map->columns[place].field;
	return field > 0 && field_at(map->schema, field).number == number;
}

/* "card (columns 5, 6): " */
void import_fields_place(const struct import_map *map, enum error error, int64_t number,
			 struct import_reason *out)
{
	char columns[IMPORT_REASON_BYTES / 2] = "";
	const char *field = "";
	size_t used = 0, found = 0;
	out->text[0] = '\0';
	if (strstr(error_info((uint16_t)error)->sentence, "{a:field}") == NULL)
		return;
	for (size_t i = 0; i < map->count; i++)
		if (is_of(map, i, number) && used + 16 < sizeof columns) {
			field = name(map->schema, map->columns[i].field);
			used += (size_t)snprintf(columns + used, sizeof columns - used, "%s%u",
						 found++ > 0 ? ", " : "", map->columns[i].column);
		}
	if (found > 0)
		snprintf(out->text, sizeof out->text, "%s (column%s %s): ", field,
			 found > 1 ? "s" : "", columns);
}

/* --- values --- */

/* What a row is read into, and why it may not be. */
struct reading {
	struct import_fields *out;
	const struct import_fields_rules *rules;
	struct field field;
	struct import_cell cell;
};

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

/* phone (column 3): the phone is not ... (PHONE_INVALID) */
static bool refuse(const struct reading *reading, enum error error, struct error_detail detail)
{
	char sentence[IMPORT_REASON_BYTES];
	struct error_words words = {text_of(reading->field.name), {0}};
	size_t size =
	    error_format_words((uint16_t)error, &detail, &words, sentence, sizeof sentence);
	snprintf(sentence + size, sizeof sentence - size, " (%s)",
		 error_info((uint16_t)error)->name);
	return import_cell_say(&reading->cell, sentence);
}

/* Of columns that are several fields. */
static const char too_much[] = "the values of the row are over 64 KiB together";

/* F1.  `text` is NUL-terminated. */
static bool add_value(const struct reading *reading, const char *text, size_t size)
{
	struct import_fields *out = reading->out;
	const struct field *field = &reading->field;
	struct rec_assignment record = {field->number, {text, (uint32_t)size}};
	struct error_detail detail;
	enum error error = person_check_value(record.field, record.value, &detail);
	if (error == ERROR_OK && out->count == LIMIT_PROFILE_VALUES) {
		error = ERROR_FIELD_TOO_MANY;
		detail = (struct error_detail){field->number, field->many};
	}
	if (error != ERROR_OK)
		return refuse(reading, error, detail);
	out->list[out->count++] = (crm_assignment){field->name, text};
	encode_rec_assignment(&out->writer, &record);
	return !out->writer.failed || import_cell_say(&reading->cell, too_much);
}

/* What stands between two ; without blanks around it; empty ones are none. */
static bool add_parts(const struct reading *reading, char *at, const char *end)
{
	while (at < end) {
		char *begin = at + strspn(at, " \t");
		size_t size = reading->rules->whole ? strlen(begin) : strcspn(begin, ";");
		at = begin + size + 1;
		while (size > 0 && (begin[size - 1] == ' ' || begin[size - 1] == '\t'))
			size--;
		begin[size] = '\0';
		if (size > 0 && !add_value(reading, begin, size))
			return false;
	}
	return true;
}

/* A cell that is not empty. */
static bool add_cell(const struct reading *reading)
{
	struct import_fields *out = reading->out;
	const struct rows_field *text = reading->cell.text;
	char *copy = out->text + out->used;
	if (reading->field.many == 1)
		return add_value(reading, text->text, text->size);
	if (text->size >= sizeof out->text - out->used)
		return import_cell_say(&reading->cell, too_much);
	memcpy(copy, text->text, text->size + 1);
	out->used += text->size + 1;
	return add_parts(reading, copy, copy + text->size);
}

/* All cells of a field, by the order of the map. */
static bool read_field(struct reading *reading, size_t number, const struct rows_split *row)
{
	const struct import_map *map = reading->rules->map;
	uint32_t before = reading->out->count;
	reading->field = field_at(map->schema, number);
	reading->cell.name = reading->field.name;
	for (size_t i = 0; i < map->count; i++) {
		if (map->columns[i].field != number)
			continue;
		reading->cell.column = map->columns[i].column;
		if (!import_cell_find(&reading->cell, row) ||
		    (reading->cell.text->size > 0 && !add_cell(reading)))
			return false;
	}
	return reading->out->count > before || !reading->rules->clears ||
	       !import_map_has(map, number) || add_value(reading, "", 0);
}

/* --- the row --- */

struct wire_list import_fields_encoded(const struct import_fields *fields)
{
	return (struct wire_list){fields->encoded, (uint32_t)(fields->writer.at - fields->encoded),
				  fields->count};
}

/* What the fields are together. */
static bool check(const struct import_fields *fields, const struct import_map *map,
		  struct import_reason *why)
{
	struct wire_list list = import_fields_encoded(fields);
	struct error_detail detail = {0, 0};
	struct import_reason at;
	enum error error = person_check(&list, &detail);
	char sentence[IMPORT_REASON_BYTES / 2];
	if (error == ERROR_OK)
		return true;
	import_fields_place(map, error, detail.a, &at);
	error_format((uint16_t)error, detail, sentence, sizeof sentence);
	return import_because(why, "%.150s%s (%s)", at.text, sentence,
			      error_info((uint16_t)error)->name);
}

bool import_fields_read(struct import_fields *fields, const struct import_fields_rules *rules,
			const struct rows_split *row, struct import_reason *why)
{
	struct reading reading = {.out = fields, .rules = rules, .cell = {.why = why}};
	fields->count = 0;
	fields->used = 0;
	fields->writer =
	    (struct wire_writer){fields->encoded, fields->encoded + sizeof fields->encoded, false};
	for (size_t field = 1; field < field_count(rules->map->schema); field++)
		if (!read_field(&reading, field, row))
			return false;
	return check(fields, rules->map, why);
}
