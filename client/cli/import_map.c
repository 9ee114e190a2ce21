/* import_map.c -- see import_map.h.  To add a field: its name in import_order.c, or its row in
 * protocol/people.def. */
#include "client/cli/import_map.h"

#include <stdarg.h>
#include <string.h>

#include "protocol/common/ascii.h"
#include "protocol/common/number.h"
#include "protocol/common/suggest.h"

bool import_because(struct import_reason *why, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why->text, sizeof why->text, format, arguments);
	va_end(arguments);
	return false;
}

/* --- parsing --- */

static bool find_field(const struct import_schema *schema, const char *text, size_t *field,
		       struct import_reason *why)
{
	size_t size = strlen(text);
	for (*field = 0; *field < schema->count(schema); ++*field)
		if (strlen(schema->name(schema, *field)) == size &&
		    ascii_same(schema->name(schema, *field), text, size))
			return true;
	for (*field = 0; *field < schema->count(schema); ++*field)
		if (suggest_is_near(text, schema->name(schema, *field)))
			return import_because(why, "no field \"%s\"; did you mean \"%s\"?", text,
					      schema->name(schema, *field));
	return import_because(why, "no field \"%s\"; %s", text, schema->all);
}

/* "7" or "dollar_value", cut out of the map. */
static bool set_column(struct import_column *column, const char *name, const char *text,
		       struct import_reason *why)
{
	uint64_t number;
	switch (number_unsigned(text, ROWS_FIELDS_MAX, &number)) {
	case NUMBER_FINE:
		if (number == 0)
			return import_because(why, "%s=0: columns are counted from 1", name);
		column->column = (unsigned)number;
		return true;
	case NUMBER_TOO_LARGE:
		return import_because(why, "%s=%s: columns go up to %u", name, text,
				      ROWS_FIELDS_MAX);
	default:
		snprintf(column->name, sizeof column->name, "%s", text);
		return true;
	}
}

static bool add_column(struct import_map *map, const char *field, const char *text,
		       struct import_reason *why)
{
	const struct import_schema *schema = map->schema;
	struct import_column column = {0};
	if (!find_field(schema, field, &column.field, why))
		return false;
	const char *name = schema->name(schema, column.field);
	if ((schema->traits(schema, column.field) & IMPORT_MANY) == 0 &&
	    import_map_has(map, column.field))
		return import_because(why, "%s is given twice", name);
	if (!set_column(&column, name, text, why))
		return false;
	if (map->count == IMPORT_COLUMNS_MAX)
		return import_because(why, "more than %u columns are mapped", IMPORT_COLUMNS_MAX);
	map->columns[map->count++] = column;
	return true;
}

static bool parse_pair(struct import_map *map, const char *pair, size_t size,
		       struct import_reason *why)
{
	char field[IMPORT_NAME_BYTES], column[IMPORT_NAME_BYTES];
	const char *equals = memchr(pair, '=', size);
	size_t before = equals == NULL ? 0 : (size_t)(equals - pair);
	size_t after = equals == NULL ? 0 : size - before - 1;
	if (before == 0 || after == 0)
		return import_because(why, "\"%.*s\" is not FIELD=COLUMN, such as %s=1",
				      (int)(size < 80 ? size : 80), pair,
				      map->schema->name(map->schema, 0));
	if (after >= sizeof column)
		return import_because(why, "the column name \"%.20s...\" is over %zu bytes",
				      equals + 1, sizeof column - 1);
	snprintf(field, sizeof field, "%.*s",
		 (int)(before < sizeof field ? before : sizeof field - 1), pair);
	snprintf(column, sizeof column, "%.*s", (int)after, equals + 1);
	return add_column(map, field, column, why);
}

bool import_map_parse(struct import_map *map, const char *text, struct import_reason *why)
{
	for (;;) {
		size_t size = strcspn(text, ",");
		if (!parse_pair(map, text, size, why))
			return false;
		if (text[size] == '\0')
			return true;
		text += size + 1;
	}
}

bool import_map_is_complete(const struct import_map *map, struct import_reason *why)
{
	const struct import_schema *schema = map->schema;
	for (size_t field = 0; field < schema->count(schema); field++)
		if ((schema->traits(schema, field) & IMPORT_NEEDED) != 0 &&
		    !import_map_has(map, field))
			return import_because(why, "no column is named for %s: add %s=COLUMN",
					      schema->name(schema, field),
					      schema->name(schema, field));
	return true;
}

static const struct import_column *first_of(const struct import_map *map, size_t field)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->columns[i].field == field)
			return &map->columns[i];
	return NULL;
}

bool import_map_has(const struct import_map *map, size_t field)
{
	return first_of(map, field) != NULL;
}

unsigned import_map_column(const struct import_map *map, size_t field)
{
	const struct import_column *first = first_of(map, field);
	return first == NULL ? 0 : first->column;
}

bool import_map_has_names(const struct import_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->columns[i].name[0] != '\0')
			return true;
	return false;
}

static bool has_digit(const struct rows_split *row, unsigned column)
{
	const char *text = column > 0 && column <= row->count ? row->fields[column - 1].text : "";
	return text[strcspn(text, "0123456789")] != '\0';
}

bool import_map_is_header(const struct import_map *map, const struct rows_split *first)
{
	for (size_t i = 0; i < map->count; i++)
		if ((map->schema->traits(map->schema, map->columns[i].field) & IMPORT_NUMBER) !=
			0 &&
		    has_digit(first, map->columns[i].column))
			return false;
	return true;
}
