/* import_cell.c -- see import_cell.h. */
#include "client/cli/import_cell.h"

#include "protocol/common/number.h"
#include "protocol/common/utf8.h"

#define SHOWN_BYTES 40 /* of a value, in a reason */

bool import_cell_say(const struct import_cell *cell, const char *sentence)
{
	return import_because(cell->why, "%s (column %u): %s", cell->name, cell->column, sentence);
}

bool import_cell_refuse(const struct import_cell *cell, const char *is)
{
	const char *text = cell->text->text;
	size_t shown = cell->text->size;
	const char *more = "";
	if (shown > SHOWN_BYTES) {
		for (shown = SHOWN_BYTES; ((unsigned char)text[shown] & 0xc0) == 0x80;)
			shown--; /* whole characters */
		more = "...";
	}
	return import_because(cell->why, "%s (column %u): \"%.*s%s\" %s", cell->name, cell->column,
			      (int)shown, text, more, is);
}

bool import_cell_find(struct import_cell *cell, const struct rows_split *row)
{
	if (cell->column > row->count)
		return import_because(cell->why, "%s (column %u): the row has only %zu column%s",
				      cell->name, cell->column, row->count,
				      row->count == 1 ? "" : "s");
	cell->text = &row->fields[cell->column - 1];
	return utf8_is_valid(cell->text->text, cell->text->size) ||
	       import_cell_say(cell, "it is not UTF-8: convert the file with iconv");
}

bool import_cell_number(const struct import_cell *cell, uint64_t max, uint64_t *out)
{
	switch (number_unsigned(cell->text->text, max, out)) {
	case NUMBER_FINE:
		return true;
	case NUMBER_TOO_LARGE:
		return import_cell_refuse(cell, "is too large");
	default:
		return import_cell_refuse(cell, cell->text->text[0] == '-'
						    ? "is not a whole number from 0 up"
						    : "is not a whole number");
	}
}

bool import_cell_customer(const struct import_cell *cell, uint64_t *out)
{
	if (cell->text->size == 0)
		return import_cell_say(cell, "it is empty");
	return import_cell_number(cell, UINT64_MAX, out) &&
	       (*out != 0 || import_cell_refuse(cell, "is not a customer: ids start at 1"));
}
