/* names.h -- a list of names in one text, "none,bronze,silver"; a name's number is its place. */
#ifndef CRMDB_PROTOCOL_QUERY_NAMES_H
#define CRMDB_PROTOCOL_QUERY_NAMES_H
#include <stddef.h>

#define NAME_BYTES 32u /* longer ones are cut */

/* How many. */
unsigned names_count(const char *list);
/* Name number `index`, NUL-terminated in `name` (NAME_BYTES); "" behind the last.  Returns it. */
const char *names_get(const char *list, unsigned index, char *name);
/* The number of this text, large letters and small being the same; -1: none. */
int names_find(const char *list, const char *text, size_t size);
/* The number that may have been meant by it; -1: none is near. */
int names_near(const char *list, const char *text, size_t size);

#endif
