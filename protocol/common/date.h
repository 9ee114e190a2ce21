/* date.h -- civil dates as days since 1970-01-01, in the proleptic Gregorian calendar. */
#ifndef CRMDB_PROTOCOL_COMMON_DATE_H
#define CRMDB_PROTOCOL_COMMON_DATE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATE_DAY_MIN (-719162) /* 0001-01-01 */
#define DATE_DAY_MAX 2932896   /* 9999-12-31 */

#define DATE_TEXT_BYTES 24u /* "1998-07-01" and room for words in its place */

/* Exactly YYYY-MM-DD, a day that exists, years 1 to 9999. */
bool date_parse(const char *text, size_t size, int32_t *day);
/* "1998-07-01", NUL-terminated, at most DATE_TEXT_BYTES. */
void date_format(int32_t day, char *text);

/* The calendar's view of a day from DATE_DAY_MIN to DATE_DAY_MAX, and back (an existing date). */
struct date {
	int32_t year, month, day; /* month and day from 1 */
};
struct date date_of_day(int32_t day);
int32_t date_to_day(struct date date);
int32_t date_days_of_month(int32_t year, int32_t month);

/* Months since January 1970; negative before. */
int32_t date_month_of_day(int32_t day);
/* The first and the last day of such a month, from 1970 on. */
int32_t date_month_start(int32_t month);
int32_t date_month_end(int32_t month);

#endif
