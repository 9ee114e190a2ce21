/* cursor.h -- where a list goes on, as text that people copy.
 *
 *   71999.00:42:9f3a01cc    behind customer 42 with this spend, in the list of the query 9f3a01cc
 *   500                     from the 500th customer on, in the order of their creation
 */
#ifndef CRMDB_PROTOCOL_QUERY_CURSOR_H
#define CRMDB_PROTOCOL_QUERY_CURSOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cursor_kind {
	CURSOR_NONE, /* from the first */
	CURSOR_SPEND,
	CURSOR_WALK,
};

struct cursor {
	enum cursor_kind kind;
	uint32_t query;    /* SPEND: hash of its query */
	int64_t spend;     /* SPEND, minor units */
	uint64_t customer; /* SPEND */
	uint64_t row;      /* WALK */
};

#define CURSOR_TEXT_BYTES 64u

/* `digits`: of the currency.  False: not a cursor. */
bool cursor_parse(const char *text, size_t size, unsigned digits, struct cursor *cursor);
/* NUL-terminated, at most CURSOR_TEXT_BYTES. */
void cursor_format(const struct cursor *cursor, unsigned digits, char *text);

#endif
