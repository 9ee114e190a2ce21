/* json.c -- see json.h.  Numbers above 2^53 are written as strings: readers that keep numbers as
 * doubles would change them.  Money is a string always: 0.1 is no double. */
#include "client/cli/json.h"

#include <json-c/json.h>

#define EXACT_MAX (INT64_C(1) << 53)

/* False: out of memory.  *value NULL is null. */
static bool make_value(const struct cell *cell, json_object **value)
{
	char text[CELL_TEXT_BYTES];
	bool exact = false;
	*value = NULL;
	if (cell->none)
		return true;
	if (cell->kind == CELL_COUNT || cell->kind == CELL_ID)
		exact = cell->as.count <= EXACT_MAX;
	else if (cell->kind == CELL_NUMBER || cell->kind == CELL_CHANGE)
		exact = cell->as.number <= EXACT_MAX && cell->as.number >= -EXACT_MAX;
	if (exact)
		*value = json_object_new_int64(cell->as.number);
	else if (cell->kind == CELL_FLAG)
		*value = json_object_new_boolean(cell->as.flag);
	else
		*value = json_object_new_string(cell_plain(cell, text));
	return *value != NULL;
}

/* NULL: out of memory. */
static json_object *row_object(const struct cell *cells, size_t count)
{
	json_object *object = json_object_new_object(), *value;
	for (size_t i = 0; i < count && object != NULL; i++) {
		if (make_value(&cells[i], &value) &&
		    json_object_object_add(object, cells[i].name, value) == 0)
			continue;
		json_object_put(value);
		json_object_put(object);
		object = NULL;
	}
	return object;
}

static bool write_object(FILE *out, json_object *object, int flags)
{
	const char *text = json_object_to_json_string_ext(
	    object, flags | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text != NULL)
		fputs(text, out);
	json_object_put(object);
	return text != NULL;
}

static bool print(FILE *out, json_object *object)
{
	if (!write_object(out, object, JSON_C_TO_STRING_PRETTY))
		return false;
	fputc('\n', out);
	return true;
}

bool json_print(FILE *out, const struct sheet *sheet)
{
	json_object *object = row_object(sheet->cells, sheet->columns);
	return object != NULL && print(out, object);
}

bool json_print_row(FILE *out, const struct cell *cells, size_t columns)
{
	json_object *object = row_object(cells, columns);
	return object != NULL && write_object(out, object, 0);
}

static json_object *rows_array(const struct sheet *sheet)
{
	json_object *array = json_object_new_array();
	for (size_t row = 0; row < sheet->rows && array != NULL; row++) {
		json_object *object =
		    row_object(sheet->cells + row * sheet->columns, sheet->columns);
		if (object != NULL && json_object_array_add(array, object) == 0)
			continue;
		json_object_put(object);
		json_object_put(array);
		array = NULL;
	}
	return array;
}

/* {"<name>": rows}.  NULL: out of memory. */
static json_object *list_object(const char *name, const struct sheet *sheet)
{
	json_object *list = json_object_new_object();
	json_object *array = rows_array(sheet);
	if (list != NULL && array != NULL && json_object_object_add(list, name, array) == 0)
		return list;
	json_object_put(array);
	json_object_put(list);
	return NULL;
}

bool json_print_list(FILE *out, const char *name, const struct sheet *sheet)
{
	json_object *list = list_object(name, sheet);
	return list != NULL && print(out, list);
}

bool json_print_page(FILE *out, const char *name, const struct sheet *sheet, uint64_t next)
{
	struct cell cell = {.kind = CELL_ID, .none = next == 0, .as.count = next};
	json_object *page = list_object(name, sheet), *from;
	if (page == NULL)
		return false;
	if (make_value(&cell, &from) && json_object_object_add(page, "next", from) == 0)
		return print(out, page);
	json_object_put(from);
	json_object_put(page);
	return false;
}
