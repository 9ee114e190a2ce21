/* lister.c -- see lister.h. */
#include "client/cli/lister.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/commas.h"
#include "client/cli/json.h"
#include "client/cli/table.h"

struct lister_text {
	struct lister_text *next;
	char bytes[];
};

struct cell lister_text_cell(struct lister *lister, const char *name, crm_text text)
{
	struct lister_text *kept = malloc(sizeof *kept + text.size + 1);
	lister->failed = lister->failed || kept == NULL;
	if (kept == NULL)
		return text_cell(name, "");
	if (text.size > 0)
		memcpy(kept->bytes, text.bytes, text.size);
	kept->bytes[text.size] = '\0';
	kept->next = lister->texts;
	lister->texts = kept;
	return text_cell(name, kept->bytes);
}

static void forget_texts(struct lister *lister)
{
	while (lister->texts != NULL) {
		struct lister_text *next = lister->texts->next;
		free(lister->texts);
		lister->texts = next;
	}
}

bool lister_begin(struct lister *lister)
{
	size_t rows = lister->format == SHOW_TABLE ? LISTER_ROWS : 1;
	lister->cells = calloc(rows * lister->columns, sizeof *lister->cells);
	lister->rows = 0;
	lister->shown = 0;
	if (lister->cells == NULL)
		return false;
	lister->kind->fill(lister, NULL, lister->cells); /* for the names */
	if (lister->format == SHOW_CSV)
		commas_print_head(lister->out, &(struct sheet){lister->cells, lister->columns, 0});
	if (lister->format == SHOW_JSON)
		fprintf(lister->out, "{\n  \"%s\": [", lister->kind->name);
	return !lister->failed;
}

static void print_table(struct lister *lister)
{
	struct sheet sheet = {lister->cells, lister->columns, lister->rows};
	table_print(lister->screen, lister->out, &sheet);
	lister->rows = 0;
	forget_texts(lister);
}

/* A row of a format that needs no widths. */
static bool print_row(struct lister *lister, const struct sheet *row, bool first)
{
	bool fine = true;
	if (lister->format == SHOW_CSV) {
		commas_print_rows(lister->out, row);
	} else {
		fputs(first ? "\n    " : ",\n    ", lister->out);
		fine = json_print_row(lister->out, row->cells, row->columns);
	}
	forget_texts(lister);
	return fine;
}

bool lister_add(struct lister *lister, const void *item)
{
	size_t columns = lister->columns;
	if (lister->rows == LISTER_ROWS)
		print_table(lister);
	struct sheet row = {lister->cells + lister->rows * columns, columns, 1};
	lister->kind->fill(lister, item, row.cells);
	bool first = lister->shown++ == 0;
	if (lister->format != SHOW_TABLE)
		return print_row(lister, &row, first) && !lister->failed;
	lister->rows++;
	return !lister->failed;
}

/* "3 groups", "1 group", "3 due" */
static void print_count(const struct lister *lister, const char *shown, FILE *out)
{
	const char *name = lister->kind->name;
	size_t size = strlen(name);
	bool one = lister->shown == 1 && name[size - 1] == 's';
	fprintf(out, "%s %.*s", shown, (int)(size - one), name);
}

/* "3 of 61,204 · server 0.31 ms · round trip 0.52 ms · next: after '...'"; not counted: "3 due" */
static void print_foot(const struct lister *lister, const struct lister_end *end, FILE *out)
{
	struct cell shown = count_cell("", lister->shown), total = count_cell("", end->total);
	char texts[2][CELL_TEXT_BYTES];
	if (lister->kind->counted)
		fprintf(out, "%s of %s", cell_format(&shown, texts[0]),
			cell_format(&total, texts[1]));
	else
		print_count(lister, cell_format(&shown, texts[0]), out);
	fputs(show_dot(lister->screen), out);
	if (end->server_us >= 0)
		fprintf(out, "server %" PRId64 ".%03d ms%s", end->server_us / 1000,
			(int)(end->server_us % 1000), show_dot(lister->screen));
	show_round_trip(out, end->round_trip_us);
	if (end->next != NULL)
		fprintf(out, "%snext: after '%s'", show_dot(lister->screen), end->next);
	fputc('\n', out);
}

static void end_json(const struct lister *lister, const struct lister_end *end)
{
	const char *quote = end->next == NULL ? "" : "\"";
	fprintf(lister->out, "%s]", lister->shown == 0 ? "" : "\n  ");
	if (lister->kind->counted)
		fprintf(lister->out, ",\n  \"total\": %" PRIu64, end->total);
	if (lister->kind->paged)
		fprintf(lister->out, ",\n  \"next\": %s%s%s", quote,
			end->next == NULL ? "null" : end->next, quote);
	fputs("\n}\n", lister->out);
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
	forget_texts(lister);
	free(lister->cells);
}
