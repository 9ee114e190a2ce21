/* rows.h -- the records of a delimited file, one after the other, in bounded memory.
 *
 *   12,"ACME,        a record may hold line ends in quotes (RFC 4180): lines 1 and 2
 *   Ltd",3.50
 *   13,Zenith,4      line 3; LF and CRLF both end a line, the last one may lack it
 */
#ifndef CRMDB_CLI_ROWS_H
#define CRMDB_CLI_ROWS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ROWS_BYTES_MAX 65536u /* of one record; the rest of a longer one is skipped, not kept */
#define ROWS_BLANKS '\0'      /* the separator that stands for runs of blanks */

enum rows_yield {
	ROWS_RECORD,
	ROWS_TOO_LONG, /* its first ROWS_BYTES_MAX bytes are there */
	ROWS_UNCLOSED, /* the file ends within quotes */
	ROWS_END,
	ROWS_FAILED, /* the file cannot be read: errno */
};

struct rows {
	FILE *in;
	char separator;
	char *text; /* ROWS_BYTES_MAX bytes */
	uint64_t line;
	uint64_t bytes; /* read so far */
};

struct row {
	const char *text; /* without its line end; borrowed until the next */
	size_t size;
	uint64_t line; /* the one it starts on, from 1 */
	uint64_t last; /* the one it ends on */
};

/* Begin at the start of `in`, which is borrowed until rows_end.  False: out of memory. */
bool rows_begin(struct rows *rows, FILE *in, char separator);
void rows_end(struct rows *rows);

/* The next record that is not blank. */
enum rows_yield rows_next(struct rows *rows, struct row *row);

#endif
