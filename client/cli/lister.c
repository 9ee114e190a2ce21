/* lister.c -- see lister.h. */
#include "client/cli/lister.h"

#include <inttypes.h>
#include <stdlib.h>

#include "client/cli/commas.h"
#include "client/cli/json.h"
#include "client/cli/table.h"

static void fill_member(const struct facts *facts, const void *item, struct cell *cells)
{
	const crm_member *member = item;
	unsigned digits = facts->digits;
	cells[0] = id_cell("customer", member->customer);
	cells[1] = text_cell("tier", facts_tier(facts, member->tier));
	cells[2] = text_cell("stage", facts_stage(facts, member->stage));
	cells[3] = text_cell("band", member->band);
	cells[4] = money_cell("spend", member->spend, digits);
	cells[5] = money_cell("spend12", member->spend12, digits);
	cells[6] = number_cell("points", CELL_NUMBER, member->points);
	cells[7] = count_cell("orders", member->orders);
	cells[8] = count_cell("orders12", member->orders12);
	cells[9] = day_cell("first_day", member->first_day);
	cells[10] = day_cell("last_day", member->last_day);
	cells[11] = day_cell("previous_day", member->previous_day);
}

static void fill_due(const struct facts *facts, const void *item, struct cell *cells)
{
	const crm_due *due = item;
	cells[0] = id_cell("customer", due->customer);
	cells[1] = day_cell("day", due->day);
	cells[2] = text_cell("tier", facts_tier(facts, due->tier));
	cells[3] = text_cell("stage", facts_stage(facts, due->stage));
	cells[4] = money_cell("spend", due->spend, facts->digits);
	cells[5] = cell_if(due->channel != NULL, text_cell("channel", due->channel));
}

static const crm_member no_member = {.band = ""};
static const crm_due no_due;

const struct lister_kind lister_members = {"members", 12, true, &no_member, fill_member};
const struct lister_kind lister_due = {"due", 6, false, &no_due, fill_due};

bool lister_begin(struct lister *lister)
{
	size_t rows = lister->format == SHOW_TABLE ? LISTER_ROWS : 1;
	const struct lister_kind *kind = lister->kind;
	lister->cells = calloc(rows * kind->columns, sizeof *lister->cells);
	lister->rows = 0;
	lister->shown = 0;
	if (lister->cells == NULL)
		return false;
	kind->fill(lister->facts, kind->nobody, lister->cells); /* for the names */
	if (lister->format == SHOW_CSV)
		commas_print_head(lister->out, &(struct sheet){lister->cells, kind->columns, 0});
	if (lister->format == SHOW_JSON)
		fprintf(lister->out, "{\n  \"%s\": [", kind->name);
	return true;
}

static void print_table(struct lister *lister)
{
	struct sheet sheet = {lister->cells, lister->kind->columns, lister->rows};
	table_print(lister->screen, lister->out, &sheet);
	lister->rows = 0;
}

bool lister_add(struct lister *lister, const void *item)
{
	size_t columns = lister->kind->columns;
	if (lister->rows == LISTER_ROWS)
		print_table(lister);
	struct sheet row = {lister->cells + lister->rows * columns, columns, 1};
	lister->kind->fill(lister->facts, item, row.cells);
	bool first = lister->shown++ == 0;
	if (lister->format == SHOW_TABLE) {
		lister->rows++;
		return true;
	}
	if (lister->format == SHOW_CSV) {
		commas_print_rows(lister->out, &row);
		return true;
	}
	fputs(first ? "\n    " : ",\n    ", lister->out);
	return json_print_row(lister->out, row.cells, columns);
}

/* "3 of 61,204 · round trip 0.52 ms · next: after '71999.00:42:9f3a01cc'"; not counted: "3 due" */
static void print_foot(const struct lister *lister, const struct lister_end *end, FILE *out)
{
	struct cell shown = count_cell("", lister->shown), total = count_cell("", end->total);
	char texts[2][CELL_TEXT_BYTES];
	if (lister->kind->counted)
		fprintf(out, "%s of %s", cell_format(&shown, texts[0]),
			cell_format(&total, texts[1]));
	else
		fprintf(out, "%s %s", cell_format(&shown, texts[0]), lister->kind->name);
	fputs(show_dot(lister->screen), out);
	show_round_trip(out, end->round_trip_us);
	if (end->next != NULL)
		fprintf(out, "%snext: after '%s'", show_dot(lister->screen), end->next);
	fputc('\n', out);
}

static void end_json(const struct lister *lister, const struct lister_end *end)
{
	const char *quote = end->next == NULL ? "" : "\"";
	fprintf(lister->out, "%s],\n", lister->shown == 0 ? "" : "\n  ");
	if (lister->kind->counted)
		fprintf(lister->out, "  \"total\": %" PRIu64 ",\n", end->total);
	fprintf(lister->out, "  \"next\": %s%s%s\n}\n", quote,
		end->next == NULL ? "null" : end->next, quote);
}

void lister_end(struct lister *lister, const struct lister_end *end)
{
	if (lister->format == SHOW_JSON)
		end_json(lister, end);
	if (lister->format == SHOW_CSV && end->next != NULL)
		print_foot(lister, end, stderr); /* the list is not whole */
	if (lister->format != SHOW_TABLE)
		return;
	if (lister->rows > 0 || lister->shown == 0)
		print_table(lister);
	print_foot(lister, end, lister->out);
}

void lister_free(struct lister *lister)
{
	free(lister->cells);
}
