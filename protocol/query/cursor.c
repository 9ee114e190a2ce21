/* cursor.c -- see cursor.h. */
#include "protocol/query/cursor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/common/ascii.h"
#include "protocol/common/money.h"
#include "protocol/common/number.h"

#define HASH_DIGITS 8u

static bool parse_hash(const char *text, size_t size, uint32_t *hash)
{
	*hash = 0;
	for (size_t i = 0; i < size; i++) {
		const char *digits = "0123456789abcdef";
		const char *digit = text[i] == '\0' ? NULL : strchr(digits, text[i]);
		if (digit == NULL)
			return false;
		*hash = *hash << 4 | (uint32_t)(digit - digits);
	}
	return size == HASH_DIGITS && *hash != 0;
}

static bool parse_value(const char *text, size_t size, struct cursor *cursor)
{
	cursor->null = size == 0 || (size == 4 && ascii_same(text, "null", 4));
	return cursor->null || money_parse(text, size, 0, &cursor->value) == MONEY_FINE;
}

bool cursor_parse(const char *text, size_t size, struct cursor *cursor)
{
	const char *end = text + size;
	const char *customer = memchr(text, ':', size);
	*cursor = (struct cursor){0};
	if (customer == NULL)
		return false;
	const char *hash = memchr(customer + 1, ':', (size_t)(end - customer - 1));
	return hash != NULL && parse_value(text, (size_t)(customer - text), cursor) &&
	       number_unsigned_in(customer + 1, (size_t)(hash - customer - 1), UINT64_MAX,
				  &cursor->customer) == NUMBER_FINE &&
	       parse_hash(hash + 1, (size_t)(end - hash - 1), &cursor->query);
}

void cursor_format(const struct cursor *cursor, char *text)
{
	char value[MONEY_TEXT_BYTES] = "null";
	if (!cursor->null)
		money_format(cursor->value, 0, value);
	snprintf(text, CURSOR_TEXT_BYTES, "%s:%" PRIu64 ":%08" PRIx32, value, cursor->customer,
		 cursor->query);
}
