/* show_event.c -- an event of a feed, one line in every format.
 *
 *   table   event=7  time=2026-11-27 23:53:40.000001  type=order_placed  order=A-991 ...
 *   json    one object a line, all members always
 *   csv     a line of names before the first, all columns always
 */
#include <inttypes.h>
#include <string.h>

#include "client/cli/commas.h"
#include "client/cli/json.h"
#include "client/cli/show_private.h"

#define BITS_BYTES 192u /* "0,1,2 ... 63" */

static struct cell bits_cell(const char *name, uint64_t bits, char text[BITS_BYTES])
{
	size_t size = 0;
	text[0] = '\0';
	for (unsigned bit = 0; bit < 64; bit++)
		if ((bits >> bit & 1) != 0)
			size += (size_t)snprintf(text + size, BITS_BYTES - size, "%s%u",
						 size == 0 ? "" : ",", bit);
	return cell_if(bits != 0, text_cell(name, text));
}

static void print_words(const struct shown *shown, const struct cell *cells, size_t count)
{
	char text[CELL_TEXT_BYTES];
	for (size_t i = 0; i < count; i++) {
		if (cells[i].none)
			continue;
		fprintf(shown->out, "%s%s=", i == 0 ? "" : "  ", cells[i].name);
		const char *value = cell_format(&cells[i], text);
		screen_write(shown->screen, shown->out, value, strlen(value));
	}
	fputc('\n', shown->out);
}

bool show_event(const struct shown *shown, const crm_event *event, bool first)
{
	struct entry_texts texts;
	struct cell cells[SHEET_COLUMNS];
	char entered[BITS_BYTES], left[BITS_BYTES];
	size_t count = show_fill_entry(shown, &event->entry, &texts, cells);
	cells[count++] = cell_if(event->customer != 0, id_cell("customer", event->customer));
	cells[count++] = bits_cell("entered", event->entered, entered);
	cells[count++] = bits_cell("left", event->left, left);
	struct sheet sheet = {cells, count, 1};
	switch (shown->format) {
	case SHOW_CSV:
		if (first)
			commas_print_head(shown->out, &sheet);
		commas_print_rows(shown->out, &sheet);
		return true;
	case SHOW_JSON:
		if (!json_print_row(shown->out, cells, count))
			return false;
		fputc('\n', shown->out);
		return true;
	case SHOW_TABLE:
		break;
	}
	print_words(shown, cells, count);
	return true;
}
