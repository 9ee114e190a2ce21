/* rows.c -- see rows.h.  Only where a record ends is decided here; what its fields are, in
 * rows_split.c.
 *
 *             quote                  quote
 *   START ------------> QUOTED <----------------> CLOSED      a line end within QUOTED is data,
 *     ^ \ other                                   /           elsewhere it ends the record
 *     |  `-----> PLAIN <-------------------------'  other: not RFC 4180, refused later
 *     `--------- separator, from each but QUOTED
 *
 *   W1  At most ROWS_BYTES_MAX bytes of a record are held, however long it is.
 *   W2  A record ends where RFC 4180 says, also one that is too long: guessing an end within quotes
 *       could take a part of a text for an order.
 */
#include "client/cli/rows.h"

#include <stdlib.h>
#include <string.h>

enum place {
	START,
	PLAIN,
	QUOTED,
	CLOSED
};

static bool is_blank(int c)
{
	return c == ' ' || c == '\t';
}

static enum place step(const struct rows *rows, enum place place, int c)
{
	if (rows->separator == ROWS_BLANKS)
		return PLAIN;
	if (place == QUOTED)
		return c == '"' ? CLOSED : QUOTED;
	if (c == rows->separator)
		return START;
	if (c == '"')
		return place == PLAIN ? PLAIN : QUOTED;
	if (is_blank(c) && place != PLAIN)
		return place;
	return PLAIN;
}

bool rows_begin(struct rows *rows, FILE *in, char separator)
{
	*rows = (struct rows){in, separator, malloc(ROWS_BYTES_MAX), 1, 0};
	return rows->text != NULL;
}

void rows_end(struct rows *rows)
{
	free(rows->text);
	rows->text = NULL;
}

static int next_byte(struct rows *rows)
{
	int c = getc_unlocked(rows->in);
	rows->bytes += c != EOF;
	rows->line += c == '\n';
	return c;
}

/* The bytes up to the end of a record; `row->size` counts them all. */
static enum rows_yield read_record(struct rows *rows, struct row *row)
{
	enum place place = START;
	int c;
	*row = (struct row){rows->text, 0, rows->line, rows->line};
	while ((c = next_byte(rows)) != EOF && (c != '\n' || place == QUOTED)) {
		if (row->size < ROWS_BYTES_MAX)
			rows->text[row->size] = (char)c; /* W1 */
		row->size++;
		place = step(rows, place, c);
		row->last = rows->line;
	}
	if (c == EOF && ferror(rows->in))
		return ROWS_FAILED;
	if (c == EOF && row->size == 0)
		return ROWS_END;
	return place == QUOTED ? ROWS_UNCLOSED : ROWS_RECORD;
}

/* The byte order mark some programs put before UTF-8. */
static void drop_mark(struct row *row)
{
	if (row->line != 1 || row->size < 3 || memcmp(row->text, "\xef\xbb\xbf", 3) != 0)
		return;
	row->text += 3;
	row->size -= 3;
}

static bool is_empty(const struct row *row)
{
	for (size_t i = 0; i < row->size; i++)
		if (!is_blank(row->text[i]))
			return false;
	return true;
}

enum rows_yield rows_next(struct rows *rows, struct row *row)
{
	enum rows_yield yield;
	do {
		yield = read_record(rows, row);
		if (yield == ROWS_END || yield == ROWS_FAILED)
			return yield;
		bool whole = row->size <= ROWS_BYTES_MAX;
		if (!whole)
			row->size = ROWS_BYTES_MAX;
		else if (row->size > 0 && row->text[row->size - 1] == '\r')
			row->size--;
		drop_mark(row);
		if (!whole && yield == ROWS_RECORD)
			yield = ROWS_TOO_LONG;
	} while (is_empty(row) && yield == ROWS_RECORD);
	return yield;
}
