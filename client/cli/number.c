/* number.c -- see number.h. */
#include "client/cli/number.h"

#include <stdbool.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits, with single _ between them. */
static enum number_verdict magnitude(const char *text, uint64_t *value)
{
	enum number_verdict verdict = NUMBER_FINE;
	*value = 0;
	if (!is_digit(*text))
		return NUMBER_NOT;
	for (; *text != '\0'; text++) {
		if (*text == '_' && is_digit(text[1]))
			text++;
		if (!is_digit(*text))
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
