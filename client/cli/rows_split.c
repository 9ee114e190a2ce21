/* rows_split.c -- see rows_split.h.  Quoted fields are libcsv's business, in its strict mode: a
 * quote in the wrong place is refused, not guessed at.  Blank-aligned columns have no quotes.
 *
 *   F1  The texts of all fields and their NULs fit the store: each NUL takes the place of a
 *       separator, but for the last.
 */
#include "client/cli/rows_split.h"

#include <stdlib.h>
#include <string.h>

#define STORE_BYTES (ROWS_BYTES_MAX + 1)

bool rows_split_begin(struct rows_split *split, char separator)
{
	split->separator = separator;
	split->store = malloc(STORE_BYTES);
	if (csv_init(&split->csv, CSV_STRICT) != 0 || split->store == NULL)
		return false;
	csv_set_delim(&split->csv, (unsigned char)separator);
	csv_set_blk_size(&split->csv, ROWS_BYTES_MAX);
	return true;
}

void rows_split_end(struct rows_split *split)
{
	csv_free(&split->csv);
	free(split->store);
}

static void add_field(void *text, size_t size, void *context)
{
	struct rows_split *split = context;
	char *to = split->store + split->used;
	if (split->used + size >= STORE_BYTES)
		return; /* F1: cannot be */
	if (size > 0)
		memcpy(to, text, size);
	to[size] = '\0';
	split->used += size + 1;
	if (split->count < ROWS_FIELDS_MAX)
		split->fields[split->count++] = (struct rows_field){to, size};
}

static void end_row(int end, void *context)
{
	struct rows_split *split = context;
	(void)end;
	split->ended++;
}

static const char *split_quoted(struct rows_split *split, const struct row *row)
{
	size_t taken = csv_parse(&split->csv, row->text, row->size, add_field, end_row, split);
	if (taken == row->size) {
		csv_fini(&split->csv, add_field, end_row, split);
		return split->ended > 1 ? "a carriage return stands within the row" : NULL;
	}
	bool memory = csv_error(&split->csv) == CSV_ENOMEM;
	csv_fini(&split->csv, NULL, NULL, NULL); /* back to the start of a row */
	return memory ? "there is no memory for its fields"
		      : "a quote stands in the wrong place: write \"\" for one within quotes";
}

static void split_blanks(struct rows_split *split, const struct row *row)
{
	const char *at = row->text, *end = row->text + row->size;
	while (at < end) {
		const char *start = at;
		while (at < end && *at != ' ' && *at != '\t')
			at++;
		if (at > start)
			add_field((void *)(uintptr_t)start, (size_t)(at - start), split);
		else
			at++;
	}
}

const char *rows_split_fields(struct rows_split *split, const struct row *row)
{
	split->used = split->count = split->ended = 0;
	if (memchr(row->text, '\0', row->size) != NULL)
		return "it holds a NUL byte: is the file UTF-16? (iconv -f UTF-16 -t UTF-8)";
	if (split->separator != ROWS_BLANKS)
		return split_quoted(split, row);
	split_blanks(split, row);
	return NULL;
}
