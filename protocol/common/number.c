/* number.c -- see number.h. */
#include "protocol/common/number.h"

#include <stdbool.h>
#include <string.h>

#include "protocol/common/ascii.h"

#define NUMBER_BYTES 64u /* longer ones are none */

/* Digits, with single _ between them. */
static enum number_verdict magnitude(const char *text, uint64_t *value)
{
	enum number_verdict verdict = NUMBER_FINE;
	*value = 0;
	if (!ascii_is_digit(*text))
		return NUMBER_NOT;
	for (; *text != '\0'; text++) {
		if (*text == '_' && ascii_is_digit(text[1]))
			text++;
		if (!ascii_is_digit(*text))
			return NUMBER_NOT;
		uint64_t digit = (uint64_t)(*text - '0');
		if (*value > (UINT64_MAX - digit) / 10)
			verdict = NUMBER_TOO_LARGE;
		*value = *value * 10 + digit;
	}
	return verdict;
}

enum number_verdict number_unsigned(const char *text, uint64_t max, uint64_t *value)
{
	enum number_verdict verdict = magnitude(text + (*text == '+'), value);
	return verdict == NUMBER_FINE && *value > max ? NUMBER_TOO_LARGE : verdict;
}

enum number_verdict number_unsigned_in(const char *text, size_t size, uint64_t max, uint64_t *value)
{
	char copy[NUMBER_BYTES];
	if (size >= sizeof copy)
		return NUMBER_NOT;
	memcpy(copy, text, size);
	copy[size] = '\0';
	return strlen(copy) == size ? number_unsigned(copy, max, value) : NUMBER_NOT;
}

enum number_verdict number_signed(const char *text, int64_t *value)
{
	bool negative = *text == '-';
	uint64_t most = (uint64_t)INT64_MAX + negative, size;
	enum number_verdict verdict = magnitude(text + (negative || *text == '+'), &size);
	if (verdict != NUMBER_FINE)
		return verdict;
	if (size > most)
		return NUMBER_TOO_LARGE;
	*value = negative ? (int64_t)(0 - size) : (int64_t)size;
	return NUMBER_FINE;
}
