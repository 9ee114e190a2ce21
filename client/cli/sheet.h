/* sheet.h -- what a command found, before it has a format: rows of named cells.
 *
 * Each format writes the same sheet: table.c for people, json.c for programs.
 */
#ifndef CRMDB_CLI_SHEET_H
#define CRMDB_CLI_SHEET_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHEET_COLUMNS 16u

enum cell_kind {
	CELL_COUNT,  /* unsigned; 9,870 in a table */
	CELL_NUMBER, /* signed */
	CELL_CHANGE, /* signed, shown with its sign */
	CELL_ID,     /* unsigned, never grouped: it is typed again */
	CELL_TEXT,
	CELL_UUID,
	CELL_TIME, /* microseconds since 1970, UTC */
	CELL_FLAG,
};

struct cell {
	const char *name; /* of the column */
	enum cell_kind kind;
	union {
		uint64_t count; /* COUNT, ID */
		int64_t number; /* NUMBER, CHANGE, TIME */
		const char *text;
		const uint8_t *uuid; /* 16 bytes */
		bool flag;
	} as;
};

/* Rows of the same columns, one after the other.  Texts are borrowed. */
struct sheet {
	struct cell *cells;
	size_t columns, rows;
};

#define CELL_TEXT_BYTES 64u

/* A cell as text: 9,870, +500, 2026-11-22 06:42:17.123456 or as it is.  `text` holds
 * CELL_TEXT_BYTES; returns it, or the cell's own text. */
const char *cell_format(const struct cell *cell, char *text);

/* 1234567 as "1,234,567"; `text` holds CELL_TEXT_BYTES.  Returns text. */
const char *cell_group_digits(int64_t value, char *text);

/* "2026-11-22" + separator + "06:42:17.123456" + zone. */
void cell_format_time(int64_t us, const char *separator, const char *zone, char *text);

#endif
