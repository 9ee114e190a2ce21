/* date.h -- civil dates as days since 1970-01-01, in the proleptic Gregorian calendar. */
#ifndef CRMDB_PROTOCOL_COMMON_DATE_H
#define CRMDB_PROTOCOL_COMMON_DATE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATE_TEXT_BYTES 24u /* "1998-07-01" and room for words in its place */

/* Exactly YYYY-MM-DD, a day that exists, years 1 to 9999. */
bool date_parse(const char *text, size_t size, int32_t *day);
/* "1998-07-01", NUL-terminated, at most DATE_TEXT_BYTES. */
void date_format(int32_t day, char *text);

#endif
