/* cursor.h -- where a list goes on, as text that people copy.
 *
 *   7199900:42:9f3a01cc   behind customer 42 with this value, in the list of the query 9f3a01cc
 *   null:42:9f3a01cc      who has no value
 *
 * The value is the number on the wire, so that it is exact whatever the field's kind.
 */
#ifndef CRMDB_PROTOCOL_QUERY_CURSOR_H
#define CRMDB_PROTOCOL_QUERY_CURSOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
	uint32_t query; /* hash of its question; 0: no cursor */
	bool null;
	int64_t value;
	uint64_t customer;
};

#define CURSOR_TEXT_BYTES 64u

/* False: not a cursor. */
bool cursor_parse(const char *text, size_t size, struct cursor *cursor);
/* NUL-terminated, at most CURSOR_TEXT_BYTES. */
void cursor_format(const struct cursor *cursor, char *text);

#endif
