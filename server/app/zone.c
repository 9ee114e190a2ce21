/* zone.c -- asks the C library for a zone's offset day by day, and halves the days where it
 * changes.  49,000 questions once in the life of a database are cheaper than a tzdata parser.
 *
 * The C library keeps the zone in a global (TZ): called once, before any thread starts.
 */
#include "server/app/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAY_S INT64_C(86400)
#define LAST_S (INT64_C(47482) * DAY_S) /* 2100-01-01 */
#define ENTRY_BYTES 12u

static int32_t offset_at(int64_t second)
{
	time_t time = (time_t)second;
	struct tm local;
	localtime_r(&time, &local);
	return (int32_t)local.tm_gmtoff;
}

/* First second after `low` (old offset) and at most `high` (new offset) with the new one. */
static int64_t find_change(int64_t low, int64_t high)
{
	int32_t old = offset_at(low);
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (offset_at(middle) == old)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* The C library takes any name for UTC when it has no file: look for the file ourselves. */
static bool exists(const char *name)
{
	char path[256];
	if (name[0] == '\0' || name[0] == '/' || strstr(name, "..") != NULL)
		return false;
	int length = snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	return length > 0 && (size_t)length < sizeof path && access(path, R_OK) == 0;
}

static bool append(uint8_t *table, uint32_t capacity, uint32_t *size, int64_t second)
{
	int32_t offset = offset_at(second);
	if (capacity - *size < ENTRY_BYTES)
		return false;
	memcpy(table + *size, &second, sizeof second);
	memcpy(table + *size + sizeof second, &offset, sizeof offset);
	*size += ENTRY_BYTES;
	return true;
}

static bool fill(uint8_t *table, uint32_t capacity, uint32_t *size)
{
	bool fits = append(table, capacity, size, 0);
	for (int64_t day = 0; fits && day < LAST_S; day += DAY_S)
		if (offset_at(day) != offset_at(day + DAY_S))
			fits = append(table, capacity, size, find_change(day, day + DAY_S));
	return fits;
}

bool zone_read(const char *name, uint8_t *table, uint32_t capacity, uint32_t *size,
	       struct failure *failure)
{
	const char *before = getenv("TZ");
	char *kept = before != NULL ? strdup(before) : NULL;
	*size = 0;
	if (!exists(name)) {
		free(kept);
		return failure_set(failure, EXIT_USAGE,
				   "no time zone \"%s\" on this machine: install tzdata, or name "
				   "another with --zone",
				   name);
	}
	setenv("TZ", name, 1);
	tzset();
	bool fits = fill(table, capacity, size);
	if (kept != NULL)
		setenv("TZ", kept, 1);
	else
		unsetenv("TZ");
	tzset();
	free(kept);
	return fits || failure_set(failure, EXIT_USAGE,
				   "--zone: %s changes its offset too often for the table", name);
}
