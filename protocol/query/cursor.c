/* cursor.c -- see cursor.h. */
#include "protocol/query/cursor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/common/money.h"
#include "protocol/common/number.h"

#define HASH_DIGITS 8u

static bool parse_number(const char *text, size_t size, uint64_t *value)
{
	return number_unsigned_in(text, size, UINT64_MAX, value) == NUMBER_FINE;
}

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

bool cursor_parse(const char *text, size_t size, unsigned digits, struct cursor *cursor)
{
	const char *end = text + size;
	const char *customer = memchr(text, ':', size);
	*cursor = (struct cursor){.kind = CURSOR_WALK};
	if (customer == NULL)
		return parse_number(text, size, &cursor->row);
	const char *hash = memchr(customer + 1, ':', (size_t)(end - customer - 1));
	cursor->kind = CURSOR_SPEND;
	return hash != NULL &&
	       money_parse(text, (size_t)(customer - text), digits, &cursor->spend) == MONEY_FINE &&
	       parse_number(customer + 1, (size_t)(hash - customer - 1), &cursor->customer) &&
	       parse_hash(hash + 1, (size_t)(end - hash - 1), &cursor->query);
}

void cursor_format(const struct cursor *cursor, unsigned digits, char *text)
{
	char spend[MONEY_TEXT_BYTES];
	if (cursor->kind == CURSOR_WALK) {
		snprintf(text, CURSOR_TEXT_BYTES, "%" PRIu64, cursor->row);
		return;
	}
	money_format(cursor->spend, digits, spend);
	snprintf(text, CURSOR_TEXT_BYTES, "%s:%" PRIu64 ":%08" PRIx32, spend, cursor->customer,
		 cursor->query);
}
