/* import_map_header.c -- names of the map, found in the header; see import_map.h.
 *
 *   M1  A column is one field at most, and what --map says goes before what the header says.
 */
#include "client/cli/import_map.h"

#include <string.h>

#include "protocol/common/ascii.h"
#include "protocol/common/suggest.h"

static bool same_name(const struct rows_field *column, const char *name)
{
	return column->size == strlen(name) && ascii_same(column->text, name, column->size);
}

static bool not_there(const struct import_map *map, const struct import_column *column,
		      const struct rows_split *header, struct import_reason *why)
{
	const char *name = column->name, *field = map->schema->name(map->schema, column->field);
	for (size_t i = 0; i < header->count; i++)
		if (suggest_is_near(name, header->fields[i].text))
			return import_because(why,
					      "no column \"%s\" for %s in the header; did you mean "
					      "\"%s\"?",
					      name, field, header->fields[i].text);
	return import_because(why, "no column \"%s\" for %s in the header, whose %zu %s \"%.40s\"",
			      name, field, header->count,
			      header->count == 1 ? "column is" : "columns begin with",
			      header->count == 0 ? "" : header->fields[0].text);
}

bool import_map_resolve(struct import_map *map, const struct rows_split *header,
			struct import_reason *why)
{
	for (size_t at = 0; at < map->count; at++) {
		struct import_column *column = &map->columns[at];
		for (size_t i = 0; i < header->count && column->column == 0; i++)
			if (same_name(&header->fields[i], column->name))
				column->column = (unsigned)i + 1;
		if (column->column == 0)
			return not_there(map, column, header, why);
	}
	return true;
}

static bool is_mapped(const struct import_map *map, unsigned column)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->columns[i].column == column)
			return true;
	return false;
}

/* False: it has no field's name, or that of a field that has its column. */
static bool adopt(struct import_map *map, const struct rows_field *name, unsigned column)
{
	const struct import_schema *schema = map->schema;
	size_t field = 0;
	while (field < schema->count(schema) && !same_name(name, schema->name(schema, field)))
		field++;
	if (field == schema->count(schema) || map->count == IMPORT_COLUMNS_MAX ||
	    ((schema->traits(schema, field) & IMPORT_MANY) == 0 && import_map_has(map, field)))
		return false;
	map->columns[map->count++] = (struct import_column){.field = field, .column = column};
	return true;
}

/* The field a name may be a slip of; NULL: it is none, or it is no slip. */
static const char *meant(const struct import_schema *schema, const struct rows_field *name)
{
	const char *near = NULL;
	for (size_t field = 0; field < schema->count(schema); field++) {
		if (same_name(name, schema->name(schema, field)))
			return NULL;
		if (near == NULL && suggest_is_near(name->text, schema->name(schema, field)))
			near = schema->name(schema, field);
	}
	return near;
}

/* "a", "fone" (phone?) */
static void leave(const struct import_schema *schema, const struct rows_field *name,
		  struct import_reason *left)
{
	const char *field = meant(schema, name);
	size_t used = strlen(left->text), room = sizeof left->text - used;
	int size = snprintf(left->text + used, room, "%s\"%.40s\"%s%s%s", used > 0 ? ", " : "",
			    name->text, field != NULL ? " (" : "", field != NULL ? field : "",
			    field != NULL ? "?)" : "");
	if (size >= (int)room)
		left->text[used] = '\0';
}

void import_map_adopt(struct import_map *map, const struct rows_split *header,
		      struct import_reason *left)
{
	left->text[0] = '\0';
	for (size_t i = 0; i < header->count; i++)
		if (!is_mapped(map, (unsigned)i + 1) && /* M1 */
		    !adopt(map, &header->fields[i], (unsigned)i + 1))
			leave(map->schema, &header->fields[i], left);
}
