/* number.h -- whole numbers as people write them: 1_000, +500, -5. */
#ifndef CRMDB_PROTOCOL_COMMON_NUMBER_H
#define CRMDB_PROTOCOL_COMMON_NUMBER_H
#include <stddef.h>
#include <stdint.h>

enum number_verdict {
	NUMBER_FINE,
	NUMBER_NOT,       /* not a number */
	NUMBER_TOO_LARGE, /* or too small */
};

enum number_verdict number_signed(const char *text, int64_t *value);
enum number_verdict number_unsigned(const char *text, uint64_t max, uint64_t *value);
/* For text without a NUL behind it. */
enum number_verdict number_unsigned_in(const char *text, size_t size, uint64_t max,
				       uint64_t *value);

#endif
