/* commas.c -- see commas.h.  A text is written byte for byte; it is quoted where a comma, a quote,
 * a blank at its ends or a control byte would make it another. */
#include "client/cli/commas.h"

#include <string.h>

static bool needs_quotes(const char *text)
{
	size_t size = strlen(text);
	if (size > 0 && (text[0] == ' ' || text[size - 1] == ' '))
		return true;
	for (size_t i = 0; i < size; i++)
		if (text[i] == ',' || text[i] == '"' || (unsigned char)text[i] < ' ')
			return true;
	return false;
}

static void print_text(FILE *out, const char *text)
{
	if (!needs_quotes(text)) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

void commas_print_head(FILE *out, const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->columns; i++) {
		print_text(out, sheet->cells[i].name);
		fputc(i + 1 == sheet->columns ? '\n' : ',', out);
	}
}

void commas_print_rows(FILE *out, const struct sheet *sheet)
{
	char text[CELL_TEXT_BYTES];
	for (size_t i = 0; i < sheet->rows * sheet->columns; i++) {
		print_text(out, cell_plain(&sheet->cells[i], text));
		fputc((i + 1) % sheet->columns == 0 ? '\n' : ',', out);
	}
}

void commas_print(FILE *out, const struct sheet *sheet)
{
	commas_print_head(out, sheet);
	commas_print_rows(out, sheet);
}
