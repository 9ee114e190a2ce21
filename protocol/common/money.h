/* money.h -- amounts as people write them, as minor units of a currency; never through a float.
 *
 *   digits 2:   "11.77" <-> 1177      "-0.5" -> -50      "1_000" -> 100000
 *   digits 0:   "11"    <-> 11        "11.0" -> 11       "11.77" is too fine
 */
#ifndef CRMDB_PROTOCOL_COMMON_MONEY_H
#define CRMDB_PROTOCOL_COMMON_MONEY_H
#include <stddef.h>
#include <stdint.h>

#define MONEY_DIGITS_MAX 18u /* 10^18 fits int64_t */
#define MONEY_TEXT_BYTES 24u /* "-92233720368547758.08" and NUL */

enum money_verdict {
	MONEY_FINE,
	MONEY_NOT,       /* not a decimal number */
	MONEY_TOO_LARGE, /* or too small */
	MONEY_TOO_FINE,  /* more decimal places than the currency has, and not zeros */
};

/* Digits with single _ between them, a sign before, one point with digits on both sides; nothing
 * else.  `digits`: minor units are 10^-digits. */
enum money_verdict money_parse(const char *text, size_t size, unsigned digits, int64_t *minor);

/* "1234.50", NUL-terminated, at most MONEY_TEXT_BYTES; digits up to MONEY_DIGITS_MAX. */
void money_format(int64_t minor, unsigned digits, char *text);

#endif
