/* table.c -- boxes; see table.h.
 *
 *   ┌────┬────────┐      +----+--------+
 *   │ id │ points │      | id | points |
 *   ├────┼────────┤      +----+--------+
 *   │ 42 │  9,870 │      | 42 |  9,870 |
 *   └────┴────────┘      +----+--------+
 */
#include "client/cli/table.h"

#include <string.h>

struct box {
	const char *across, *down;
	const char *top[3], *middle[3], *bottom[3]; /* left, inner, right */
};

static const struct box boxes[2] = {
    {"-", "|", {"+", "+", "+"}, {"+", "+", "+"}, {"+", "+", "+"}},
    {"─", "│", {"┌", "┬", "┐"}, {"├", "┼", "┤"}, {"└", "┴", "┘"}},
};

/* Cells as they will be shown: row 0 is the head. */
struct grid {
	const struct screen *screen;
	FILE *out;
	const struct box *box;
	size_t columns;
	size_t widths[SHEET_COLUMNS];
};

static void print_line(const struct grid *grid, const char *const ends[3])
{
	for (size_t i = 0; i < grid->columns; i++) {
		fputs(ends[i == 0 ? 0 : 1], grid->out);
		for (size_t j = 0; j < grid->widths[i] + 2; j++)
			fputs(grid->box->across, grid->out);
	}
	fprintf(grid->out, "%s\n", ends[2]);
}

static void print_cell(const struct grid *grid, size_t column, const char *text, bool right)
{
	size_t size = strlen(text);
	size_t blank = grid->widths[column] - screen_write(grid->screen, NULL, text, size);
	fprintf(grid->out, "%s ", grid->box->down);
	screen_pad(grid->out, right ? blank : 0);
	screen_write(grid->screen, grid->out, text, size);
	screen_pad(grid->out, (right ? 0 : blank) + 1);
}

static void end_row(const struct grid *grid)
{
	fprintf(grid->out, "%s\n", grid->box->down);
}

static void widen(struct grid *grid, size_t column, const char *text)
{
	size_t width = screen_write(grid->screen, NULL, text, strlen(text));
	if (grid->widths[column] < width)
		grid->widths[column] = width;
}

static struct grid grid_of(const struct screen *screen, FILE *out, size_t columns)
{
	return (struct grid){screen, out, &boxes[screen->utf8], columns, {0}};
}

static bool is_right(const struct cell *cell)
{
	return cell->kind <= CELL_ID;
}

/* The name of a column: that of times says their zone. */
static const char *heading(const struct cell *cell, char *text)
{
	if (cell->kind != CELL_TIME)
		return cell->name;
	snprintf(text, CELL_TEXT_BYTES, "%s (UTC)", cell->name);
	return text;
}

/* A value beside its name: a time says its zone. */
static const char *value(const struct cell *cell, char *text)
{
	if (cell->kind != CELL_TIME)
		return cell_format(cell, text);
	cell_format_time(cell->as.number, " ", " UTC", text);
	return text;
}

void table_print(const struct screen *screen, FILE *out, const struct sheet *sheet)
{
	struct grid grid = grid_of(screen, out, sheet->columns);
	char text[CELL_TEXT_BYTES];
	for (size_t i = 0; i < sheet->columns; i++) {
		widen(&grid, i, heading(&sheet->cells[i], text));
		for (size_t row = 0; row < sheet->rows; row++)
			widen(&grid, i, cell_format(&sheet->cells[row * sheet->columns + i], text));
	}
	print_line(&grid, grid.box->top);
	for (size_t i = 0; i < sheet->columns; i++)
		print_cell(&grid, i, heading(&sheet->cells[i], text), is_right(&sheet->cells[i]));
	end_row(&grid);
	print_line(&grid, grid.box->middle);
	for (size_t i = 0; i < sheet->rows * sheet->columns; i++) {
		const struct cell *cell = &sheet->cells[i];
		print_cell(&grid, i % sheet->columns, cell_format(cell, text), is_right(cell));
		if ((i + 1) % sheet->columns == 0)
			end_row(&grid);
	}
	print_line(&grid, grid.box->bottom);
}

void table_print_turned(const struct screen *screen, FILE *out, const struct sheet *sheet)
{
	struct grid grid = grid_of(screen, out, 2);
	char text[CELL_TEXT_BYTES];
	for (size_t i = 0; i < sheet->columns; i++) {
		widen(&grid, 0, sheet->cells[i].name);
		widen(&grid, 1, value(&sheet->cells[i], text));
	}
	print_line(&grid, grid.box->top);
	for (size_t i = 0; i < sheet->columns; i++) {
		const struct cell *cell = &sheet->cells[i];
		print_cell(&grid, 0, cell->name, false);
		print_cell(&grid, 1, value(cell, text), is_right(cell));
		end_row(&grid);
	}
	print_line(&grid, grid.box->bottom);
}
