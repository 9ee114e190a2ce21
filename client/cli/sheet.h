/* sheet.h -- what a command found, before it has a format: rows of named cells.
 *
 * Each format writes the same sheet: table.c for people, json.c and commas.c for programs.
 */
#ifndef CRMDB_CLI_SHEET_H
#define CRMDB_CLI_SHEET_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHEET_COLUMNS 32u

enum cell_kind {
	CELL_COUNT,  /* unsigned; 9,870 in a table */
	CELL_NUMBER, /* signed */
	CELL_CHANGE, /* signed, shown with its sign */
	CELL_MONEY,  /* minor units; 1,234.50 */
	CELL_ID,     /* unsigned, never grouped: it is typed again */
	CELL_TEXT,
	CELL_UUID,
	CELL_TIME, /* microseconds since 1970, UTC */
	CELL_DAY,  /* since 1970-01-01 */
	CELL_FLAG,
};

struct cell {
	const char *name; /* of the column */
	enum cell_kind kind;
	bool none;      /* no value: shown empty; null in JSON */
	uint8_t digits; /* MONEY: minor units are 10^-digits */
	union {
		uint64_t count; /* COUNT, ID */
		int64_t number; /* NUMBER, CHANGE, MONEY, TIME, DAY */
		const char *text;
		const uint8_t *uuid; /* 16 bytes */
		bool flag;
	} as;
};

/* Rows of the same columns, one after the other.  Texts are borrowed.  The first row is there even
 * when `rows` is 0: it names the columns. */
struct sheet {
	struct cell *cells;
	size_t columns, rows;
};

#define CELL_TEXT_BYTES 64u

/* A cell for people: 9,870, +500, 1,234.50, 2026-11-22 06:42:17.123456 or as it is.  `text` holds
 * CELL_TEXT_BYTES; returns it, or the cell's own text. */
const char *cell_format(const struct cell *cell, char *text);
/* The same for programs: 9870, 500, 1234.50, 2026-11-22T06:42:17.123456Z, true. */
const char *cell_plain(const struct cell *cell, char *text);

/* 1234567 as "1,234,567", -123450 with 2 digits as "-1,234.50"; `text` holds CELL_TEXT_BYTES.
 * Return text. */
const char *cell_group_digits(int64_t value, char *text);
const char *cell_group_money(int64_t minor, unsigned digits, char *text);

/* "2026-11-22" + separator + "06:42:17.123456" + zone. */
void cell_format_time(int64_t us, const char *separator, const char *zone, char *text);

#endif
