/* money.c -- see money.h. */
#include "protocol/common/money.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

struct scan {
	const char *at, *end;
	uint64_t value;
	bool large, fine;
};

static bool is_digit(const struct scan *scan)
{
	return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

static void add_digit(struct scan *scan, unsigned digit)
{
	if (scan->value > (UINT64_MAX - digit) / 10)
		scan->large = true;
	else
		scan->value = scan->value * 10 + digit;
}

/* At least one digit, with single _ between them; of these, `most` count, the others must be 0. */
static bool read_digits(struct scan *scan, unsigned most, unsigned *used)
{
	if (!is_digit(scan))
		return false;
	while (is_digit(scan)) {
		unsigned digit = (unsigned)(*scan->at++ - '0');
		if (*used < most)
			add_digit(scan, digit), *used += 1;
		else if (digit != 0)
			scan->fine = true;
		if (scan->at < scan->end && *scan->at == '_') {
			scan->at++;
			if (!is_digit(scan))
				return false;
		}
	}
	return true;
}

enum money_verdict money_parse(const char *text, size_t size, unsigned digits, int64_t *minor)
{
	struct scan scan = {text, text + size, 0, false, false};
	bool negative = size > 0 && *text == '-';
	unsigned whole = 0, places = 0;
	if (size > 0 && (*text == '-' || *text == '+'))
		scan.at++;
	if (!read_digits(&scan, UINT32_MAX, &whole))
		return MONEY_NOT;
	if (scan.at < scan.end && *scan.at == '.') {
		scan.at++;
		if (!read_digits(&scan, digits, &places))
			return MONEY_NOT;
	}
	if (scan.at != scan.end)
		return MONEY_NOT;
	if (scan.fine)
		return MONEY_TOO_FINE;
	while (places++ < digits)
		add_digit(&scan, 0);
	if (scan.large || scan.value > (uint64_t)INT64_MAX + negative)
		return MONEY_TOO_LARGE;
	*minor = negative ? (int64_t)(0 - scan.value) : (int64_t)scan.value;
	return MONEY_FINE;
}

void money_format(int64_t minor, unsigned digits, char *text)
{
	uint64_t value = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor, unit = 1;
	const char *sign = minor < 0 ? "-" : "";
	for (unsigned i = 0; i < digits && i < MONEY_DIGITS_MAX; i++)
		unit *= 10;
	if (digits == 0)
		snprintf(text, MONEY_TEXT_BYTES, "%s%" PRIu64, sign, value);
	else
		snprintf(text, MONEY_TEXT_BYTES, "%s%" PRIu64 ".%0*" PRIu64, sign, value / unit,
			 (int)digits, value % unit);
}
