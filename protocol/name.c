/* name.c -- see name.h. */
#include "protocol/name.h"

#include <string.h>

#include "protocol/common/ascii.h"
#include "protocol/limits.h"

static const char *const words[] = {
    "and",  "or",    "not",     "in",    "between", "within", "has",        "is",
    "null", "all",   "segment", "count", "sum",     "avg",    "min",        "max",
    "by",   "where", "show",    "order", "limit",   "after",  "for",        "save",
    "drop", "list",  "explain", "true",  "false",   "median", "percentile",
};

bool name_is_formed(const char *name, size_t size)
{
	if (size == 0 || size > LIMIT_NAME_BYTES || name[0] < 'a' || name[0] > 'z')
		return false;
	for (size_t i = 1; i < size; i++)
		if (name[i] != '_' && !ascii_is_digit(name[i]) && (name[i] < 'a' || name[i] > 'z'))
			return false;
	return true;
}

bool name_is_free(const char *name, size_t size)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i]) == size && memcmp(words[i], name, size) == 0)
			return false;
	return name_is_formed(name, size);
}
