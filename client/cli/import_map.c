/* import_map.c -- see import_map.h.  To add a field: its name here, its place in the enum, and how
 * it is read in import_parse.c. */
#include "client/cli/import_map.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/common/ascii.h"
#include "protocol/common/number.h"
#include "protocol/common/suggest.h"

const char *const import_field_names[IMPORT_FIELDS] = {"customer", "day", "amount", "items",
						       "order"};

bool import_because(struct import_reason *why, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why->text, sizeof why->text, format, arguments);
	va_end(arguments);
	return false;
}

/* --- parsing --- */

static int find_field(const char *name, size_t size, struct import_reason *why)
{
	char text[IMPORT_NAME_BYTES];
	snprintf(text, sizeof text, "%.*s", (int)(size < sizeof text ? size : sizeof text - 1),
		 name);
	for (int field = 0; field < IMPORT_FIELDS; field++)
		if (strcmp(text, import_field_names[field]) == 0)
			return field;
	for (int field = 0; field < IMPORT_FIELDS; field++)
		if (suggest_is_near(text, import_field_names[field])) {
			import_because(why, "no field \"%s\"; did you mean \"%s\"?", text,
				       import_field_names[field]);
			return -1;
		}
	import_because(why, "no field \"%s\"; there are customer, day, amount, items and order",
		       text);
	return -1;
}

/* "7" or "dollar_value", cut out of the map. */
static bool set_column(struct import_map *map, int field, const char *text,
		       struct import_reason *why)
{
	uint64_t column;
	const char *name = import_field_names[field];
	if (import_map_has(map, (enum import_field)field))
		return import_because(why, "%s is given twice", name);
	switch (number_unsigned(text, ROWS_FIELDS_MAX, &column)) {
	case NUMBER_FINE:
		if (column == 0)
			return import_because(why, "%s=0: columns are counted from 1", name);
		map->column[field] = (unsigned)column;
		return true;
	case NUMBER_TOO_LARGE:
		return import_because(why, "%s=%s: columns go up to %u", name, text,
				      ROWS_FIELDS_MAX);
	default:
		snprintf(map->name[field], sizeof map->name[field], "%s", text);
		return true;
	}
}

static bool parse_pair(struct import_map *map, const char *pair, size_t size,
		       struct import_reason *why)
{
	char column[IMPORT_NAME_BYTES];
	const char *equals = memchr(pair, '=', size);
	size_t before = equals == NULL ? 0 : (size_t)(equals - pair);
	size_t after = equals == NULL ? 0 : size - before - 1;
	if (before == 0 || after == 0)
		return import_because(why, "\"%.*s\" is not FIELD=COLUMN, such as customer=1",
				      (int)(size < 80 ? size : 80), pair);
	if (after >= sizeof column)
		return import_because(why, "the column name \"%.20s...\" is over %zu bytes",
				      equals + 1, sizeof column - 1);
	snprintf(column, sizeof column, "%.*s", (int)after, equals + 1);
	int field = find_field(pair, before, why);
	return field >= 0 && set_column(map, field, column, why);
}

static bool is_complete(const struct import_map *map, struct import_reason *why)
{
	for (int field = IMPORT_CUSTOMER; field <= IMPORT_AMOUNT; field++)
		if (!import_map_has(map, (enum import_field)field))
			return import_because(why, "no column is named for %s: add %s=COLUMN",
					      import_field_names[field], import_field_names[field]);
	return true;
}

bool import_map_parse(struct import_map *map, const char *text, struct import_reason *why)
{
	*map = (struct import_map){0};
	for (;;) {
		size_t size = strcspn(text, ",");
		if (!parse_pair(map, text, size, why))
			return false;
		if (text[size] == '\0')
			return is_complete(map, why);
		text += size + 1;
	}
}

bool import_map_has(const struct import_map *map, enum import_field field)
{
	return map->column[field] != 0 || map->name[field][0] != '\0';
}

bool import_map_has_names(const struct import_map *map)
{
	for (int field = 0; field < IMPORT_FIELDS; field++)
		if (map->name[field][0] != '\0')
			return true;
	return false;
}

/* --- the header --- */

static bool same_name(const struct rows_field *column, const char *name)
{
	return column->size == strlen(name) && ascii_same(column->text, name, column->size);
}

static bool not_there(const struct import_map *map, int field, const struct rows_split *header,
		      struct import_reason *why)
{
	const char *name = map->name[field];
	for (size_t i = 0; i < header->count; i++)
		if (suggest_is_near(name, header->fields[i].text))
			return import_because(why,
					      "no column \"%s\" for %s in the header; did you mean "
					      "\"%s\"?",
					      name, import_field_names[field],
					      header->fields[i].text);
	return import_because(why, "no column \"%s\" for %s in the header, whose %zu %s \"%.40s\"",
			      name, import_field_names[field], header->count,
			      header->count == 1 ? "column is" : "columns begin with",
			      header->count == 0 ? "" : header->fields[0].text);
}

bool import_map_resolve(struct import_map *map, const struct rows_split *header,
			struct import_reason *why)
{
	for (int field = 0; field < IMPORT_FIELDS; field++) {
		if (map->name[field][0] == '\0')
			continue;
		for (size_t i = 0; i < header->count && map->column[field] == 0; i++)
			if (same_name(&header->fields[i], map->name[field]))
				map->column[field] = (unsigned)i + 1;
		if (map->column[field] == 0)
			return not_there(map, field, header, why);
	}
	return true;
}

static bool has_digit(const struct rows_split *row, unsigned column)
{
	const char *text = column <= row->count ? row->fields[column - 1].text : "";
	return text[strcspn(text, "0123456789")] != '\0';
}

bool import_map_is_header(const struct import_map *map, const struct rows_split *first)
{
	return !has_digit(first, map->column[IMPORT_CUSTOMER]) &&
	       !has_digit(first, map->column[IMPORT_AMOUNT]);
}
