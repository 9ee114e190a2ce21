/* json.c -- see json.h.  Numbers above 2^53 are written as strings: readers that keep numbers as
 * doubles would change them. */
#include "client/cli/json.h"

#include <inttypes.h>
#include <json-c/json.h>

#define EXACT_MAX (INT64_C(1) << 53)

static json_object *unsigned_value(uint64_t value)
{
	char text[24];
	if (value <= EXACT_MAX)
		return json_object_new_int64((int64_t)value);
	snprintf(text, sizeof text, "%" PRIu64, value);
	return json_object_new_string(text);
}

static json_object *signed_value(int64_t value)
{
	char text[24];
	if (value <= EXACT_MAX && value >= -EXACT_MAX)
		return json_object_new_int64(value);
	snprintf(text, sizeof text, "%" PRId64, value);
	return json_object_new_string(text);
}

static json_object *cell_value(const struct cell *cell)
{
	char text[CELL_TEXT_BYTES];
	switch (cell->kind) {
	case CELL_COUNT:
	case CELL_ID:
		return unsigned_value(cell->as.count);
	case CELL_NUMBER:
	case CELL_CHANGE:
		return signed_value(cell->as.number);
	case CELL_FLAG:
		return json_object_new_boolean(cell->as.flag);
	case CELL_TIME:
		cell_format_time(cell->as.number, "T", "Z", text);
		return json_object_new_string(text);
	case CELL_TEXT:
	case CELL_UUID:
		break;
	}
	return json_object_new_string(cell_format(cell, text));
}

/* NULL: out of memory. */
static json_object *row_object(const struct cell *cells, size_t count)
{
	json_object *object = json_object_new_object();
	for (size_t i = 0; i < count && object != NULL; i++) {
		json_object *value = cell_value(&cells[i]);
		if (value != NULL && json_object_object_add(object, cells[i].name, value) == 0)
			continue;
		json_object_put(value);
		json_object_put(object);
		object = NULL;
	}
	return object;
}

static bool print(FILE *out, json_object *object)
{
	const char *text = json_object_to_json_string_ext(
	    object,
	    JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text != NULL)
		fprintf(out, "%s\n", text);
	json_object_put(object);
	return text != NULL;
}

bool json_print(FILE *out, const struct sheet *sheet)
{
	json_object *object = row_object(sheet->cells, sheet->columns);
	return object != NULL && print(out, object);
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

bool json_print_page(FILE *out, const char *name, const struct sheet *sheet, uint64_t next)
{
	json_object *page = json_object_new_object();
	json_object *array = rows_array(sheet);
	json_object *from = next == 0 ? NULL : unsigned_value(next);
	bool fine = page != NULL && array != NULL && (next == 0 || from != NULL);
	if (fine && json_object_object_add(page, name, array) == 0 &&
	    json_object_object_add(page, "next", from) == 0)
		return print(out, page);
	json_object_put(page);
	if (!fine) {
		json_object_put(array);
		json_object_put(from);
	}
	return false;
}
