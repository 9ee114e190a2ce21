/* show_history.c -- the events of one customer.
 *
 * A table says "none → bronze" in one column; programs get both names in two.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/commas.h"
#include "client/cli/json.h"
#include "client/cli/show_private.h"
#include "client/cli/table.h"

#define CHANGE_BYTES (2 * NAME_BYTES + 8)

/* An entry and the texts its cells borrow. */
struct line {
	crm_entry entry;
	char tier[CHANGE_BYTES], stage[CHANGE_BYTES], told[TOLD_BYTES];
};

/* What some line tells; programs get all columns. */
struct tells {
	bool orders, care;
};

static const char *change(const struct shown *shown, const char *before, const char *after,
			  char *text)
{
	if (strcmp(before, after) == 0)
		return after;
	snprintf(text, CHANGE_BYTES, "%s %s %s", before, show_arrow(shown->screen), after);
	return text;
}

/* What every event has. */
static size_t fill_start(const crm_entry *entry, struct cell *cells)
{
	size_t n = 0;
	cells[n++] = id_cell("event", entry->event);
	cells[n++] = number_cell("time", CELL_TIME, entry->time_us);
	cells[n++] = text_cell("type", entry->type);
	return n;
}

/* What only an order has. */
static size_t fill_order(const struct shown *shown, const crm_entry *entry, struct cell *cells)
{
	bool order = entry->order[0] != '\0';
	unsigned digits = shown->facts->digits;
	size_t n = 0;
	cells[n++] = cell_if(order, text_cell("order", entry->order));
	cells[n++] = cell_if(order, day_cell("day", entry->day));
	cells[n++] = cell_if(order, money_cell("amount", entry->amount, digits));
	cells[n++] = cell_if(order, count_cell("items", entry->items));
	cells[n++] = cell_if(order, money_cell("spend", entry->spend, digits));
	return n;
}

static size_t fill_grades(const struct shown *shown, struct line *line, struct cell *cells)
{
	const crm_entry *entry = &line->entry;
	const struct facts *facts = shown->facts;
	const char *tiers[2] = {facts_tier(facts, entry->tier_before),
				facts_tier(facts, entry->tier)};
	const char *stages[2] = {facts_stage(facts, entry->stage_before),
				 facts_stage(facts, entry->stage)};
	bool order = entry->order[0] != '\0';
	size_t n = 0;
	if (shown->format == SHOW_TABLE) {
		tiers[1] = change(shown, tiers[0], tiers[1], line->tier);
		stages[1] = change(shown, stages[0], stages[1], line->stage);
	} else {
		cells[n++] = cell_if(order, text_cell("tier_before", tiers[0]));
		cells[n++] = cell_if(order, text_cell("stage_before", stages[0]));
	}
	cells[n++] = cell_if(order, text_cell("tier", tiers[1]));
	cells[n++] = cell_if(order, text_cell("stage", stages[1]));
	return n;
}

static size_t fill_points(const crm_entry *entry, struct cell *cells)
{
	size_t n = 0;
	/* The difference of two balances fits: the server keeps them within int64_t. */
	cells[n++] = number_cell("change", CELL_CHANGE,
				 (int64_t)((uint64_t)entry->after - (uint64_t)entry->before));
	cells[n++] = number_cell("before", CELL_NUMBER, entry->before);
	cells[n++] = number_cell("after", CELL_NUMBER, entry->after);
	return n;
}

/* Returns the columns. */
static size_t fill_line(const struct shown *shown, const struct tells *tells, struct line *line,
			struct cell *cells)
{
	const crm_entry *entry = &line->entry;
	size_t n = fill_start(entry, cells);
	if (tells->orders)
		n += fill_order(shown, entry, cells + n);
	n += fill_points(entry, cells + n);
	if (tells->orders)
		n += fill_grades(shown, line, cells + n);
	if (tells->care)
		n += show_fill_care(shown, entry, line->told, cells + n);
	cells[n++] = uuid_cell("key", entry->key.bytes);
	return n;
}

static bool print_history(const struct shown *shown, struct sheet *sheet)
{
	uint64_t next = crm_result_history_next(shown->result, 0);
	if (shown->format == SHOW_JSON)
		return json_print_page(shown->out, "entries", sheet, next);
	if (shown->format == SHOW_CSV) {
		commas_print(shown->out, sheet);
		if (next != 0)
			fprintf(stderr, "next: from %" PRIu64 "\n", next);
		return true;
	}
	table_print(shown->screen, shown->out, sheet);
	fprintf(shown->out, "%zu event%s", sheet->rows, sheet->rows == 1 ? "" : "s");
	if (next != 0)
		fprintf(shown->out, "%snext: from %" PRIu64, show_dot(shown->screen), next);
	fputc('\n', shown->out);
	return true;
}

/* Fill in the lines.  False: no entry there. */
static bool read_lines(const crm_result *result, struct line *lines, size_t rows,
		       struct tells *tells)
{
	for (size_t i = 0; i < rows; i++) {
		if (crm_result_history_entry(result, 0, (uint32_t)i, &lines[i].entry) != 0)
			return false;
		tells->orders = tells->orders || lines[i].entry.order[0] != '\0';
		tells->care = tells->care || show_tells_care(&lines[i].entry);
	}
	return true;
}

/* A table leaves out the columns that no line has; programs get them always. */
bool show_history(const struct shown *shown)
{
	int size = crm_result_history_size(shown->result, 0);
	size_t rows = size > 0 ? (size_t)size : 0, columns;
	struct line *lines = calloc(rows + 1, sizeof *lines);
	struct cell *cells = calloc((rows + 1) * SHEET_COLUMNS, sizeof *cells);
	bool all = shown->format != SHOW_TABLE;
	struct tells tells = {all, all};
	bool fine = size >= 0 && lines != NULL && cells != NULL &&
		    read_lines(shown->result, lines, rows, &tells);
	if (fine) {
		columns = fill_line(shown, &tells, &lines[0], cells); /* names, if no rows */
		for (size_t i = 1; i < rows; i++)
			fill_line(shown, &tells, &lines[i], &cells[i * columns]);
		fine = print_history(shown, &(struct sheet){cells, columns, rows});
	}
	free(cells);
	free(lines);
	return fine;
}
