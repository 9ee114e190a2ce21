/* show_history.c -- the events of one customer.
 *
 * A table says "none → bronze" in one column and leaves out the columns that none of its events
 * fills, and those of keep-tests where orders alone moved the tier; programs get both names in two,
 * and all columns always.  What an event does not tell is empty.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/commas.h"
#include "client/cli/json.h"
#include "client/cli/show_private.h"
#include "client/cli/table.h"

/* An entry and the texts its cells borrow. */
struct line {
	crm_entry entry;
	struct entry_texts texts;
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

static size_t fill_grades(const struct shown *shown, const crm_entry *entry,
			  struct entry_texts *texts, struct cell *cells)
{
	const struct facts *facts = shown->facts;
	const char *tiers[2] = {facts_tier(facts, entry->tier_before),
				facts_tier(facts, entry->tier)};
	const char *stages[2] = {facts_stage(facts, entry->stage_before),
				 facts_stage(facts, entry->stage)};
	bool tier = entry->tells_tier != 0, stage = entry->tells_stage != 0;
	size_t n = 0;
	if (shown->format == SHOW_TABLE) {
		tiers[1] = change(shown, tiers[0], tiers[1], texts->tier);
		stages[1] = change(shown, stages[0], stages[1], texts->stage);
	} else {
		cells[n++] = cell_if(tier, text_cell("tier_before", tiers[0]));
		cells[n++] = cell_if(stage, text_cell("stage_before", stages[0]));
	}
	cells[n++] = cell_if(tier, text_cell("tier", tiers[1]));
	cells[n++] = cell_if(stage, text_cell("stage", stages[1]));
	return n;
}

/* What only an event has that changed or kept the tier. */
static size_t fill_test(const struct shown *shown, const crm_entry *entry, struct cell *cells)
{
	bool told = entry->tier_cause != NULL;
	size_t n = 0;
	cells[n++] = cell_if(told, text_cell("tier_cause", entry->tier_cause));
	cells[n++] =
	    cell_if(told, money_cell("tier_metric", entry->tier_metric, shown->facts->digits));
	cells[n++] = cell_if(told, day_cell("tier_until", entry->tier_until));
	return n;
}

static size_t fill_points(const crm_entry *entry, struct cell *cells)
{
	bool told = entry->tells_points != 0;
	size_t n = 0;
	/* The difference of two balances fits: the server keeps them within int64_t. */
	cells[n++] =
	    cell_if(told, number_cell("change", CELL_CHANGE,
				      (int64_t)((uint64_t)entry->after - (uint64_t)entry->before)));
	cells[n++] = cell_if(told, number_cell("before", CELL_NUMBER, entry->before));
	cells[n++] = cell_if(told, number_cell("after", CELL_NUMBER, entry->after));
	return n;
}

/* A day needs no key. */
static bool has_key(const crm_entry *entry)
{
	static const crm_key none;
	return memcmp(&entry->key, &none, sizeof none) != 0;
}

/* Which columns there are. */
struct columns {
	bool orders, points, grades, tests, care;
};

/* Returns the columns. */
static size_t fill_line(const struct shown *shown, const struct columns *columns,
			const crm_entry *entry, struct entry_texts *texts, struct cell *cells)
{
	size_t n = fill_start(entry, cells);
	if (columns->orders)
		n += fill_order(shown, entry, cells + n);
	if (columns->points)
		n += fill_points(entry, cells + n);
	if (columns->grades)
		n += fill_grades(shown, entry, texts, cells + n);
	if (columns->tests)
		n += fill_test(shown, entry, cells + n);
	if (columns->care)
		n += show_fill_care(shown, entry, texts->told, cells + n);
	cells[n++] = cell_if(has_key(entry), uuid_cell("key", entry->key.bytes));
	return n;
}

size_t show_fill_entry(const struct shown *shown, const crm_entry *entry, struct entry_texts *texts,
		       struct cell *cells)
{
	static const struct columns all = {true, true, true, true, true};
	return fill_line(shown, &all, entry, texts, cells);
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

/* Fill in the lines, and which columns they fill.  False: no entry there. */
static bool read_lines(const crm_result *result, struct line *lines, size_t rows,
		       struct columns *columns)
{
	for (size_t i = 0; i < rows; i++) {
		const crm_entry *entry = &lines[i].entry;
		if (crm_result_history_entry(result, 0, (uint32_t)i, &lines[i].entry) != 0)
			return false;
		columns->orders = columns->orders || entry->order[0] != '\0';
		columns->points = columns->points || entry->tells_points;
		columns->grades = columns->grades || entry->tells_tier || entry->tells_stage;
		columns->tests = columns->tests || (entry->tier_cause != NULL &&
						    strcmp(entry->tier_cause, "order") != 0);
		columns->care = columns->care || show_tells_care(entry);
	}
	return true;
}

bool show_history(const struct shown *shown)
{
	int size = crm_result_history_size(shown->result, 0);
	size_t rows = size > 0 ? (size_t)size : 0, count;
	struct line *lines = calloc(rows + 1, sizeof *lines);
	struct cell *cells = calloc((rows + 1) * SHEET_COLUMNS, sizeof *cells);
	bool all = shown->format != SHOW_TABLE;
	struct columns columns = {all, all, all, all, all};
	bool fine = size >= 0 && lines != NULL && cells != NULL &&
		    read_lines(shown->result, lines, rows, &columns);
	if (fine) {
		count = fill_line(shown, &columns, &lines[0].entry, &lines[0].texts,
				  cells); /* names, if no rows */
		for (size_t i = 1; i < rows; i++)
			fill_line(shown, &columns, &lines[i].entry, &lines[i].texts,
				  &cells[i * count]);
		fine = print_history(shown, &(struct sheet){cells, count, rows});
	}
	free(cells);
	free(lines);
	return fine;
}
