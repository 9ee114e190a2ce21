/* calendar.c -- see calendar.h.  The table is searched by halves: it has up to 680 entries. */
#include "server/engine/calendar.h"

#include <string.h>

#define ENTRY_BYTES 12u
#define SECOND_US 1000000
#define DAY_S 86400

static int64_t floor_divide(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

static int64_t start_of(struct wire_text table, uint32_t entry)
{
	int64_t start;
	memcpy(&start, table.bytes + (size_t)entry * ENTRY_BYTES, sizeof start);
	return start;
}

/* The entry in force; of an empty table 0. */
static uint32_t entry_at(struct wire_text table, int64_t second)
{
	uint32_t low = 0, high = table.size / ENTRY_BYTES;
	while (high - low > 1 && high > 0) {
		uint32_t middle = low + (high - low) / 2;
		if (start_of(table, middle) <= second)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static int64_t day_of(struct wire_text table, uint32_t entry, int64_t second)
{
	int32_t offset = 0; /* seconds to add to UTC */
	if (table.size >= ENTRY_BYTES)
		memcpy(&offset, table.bytes + (size_t)entry * ENTRY_BYTES + sizeof(int64_t),
		       sizeof offset);
	return floor_divide(second + offset, DAY_S);
}

int32_t calendar_day(struct wire_text zone_table, int64_t time_us)
{
	int64_t second = floor_divide(time_us, SECOND_US);
	uint32_t entry = entry_at(zone_table, second);
	int64_t day = day_of(zone_table, entry, second);
	if (entry > 0) { /* clocks put back over midnight: the day has begun */
		int64_t before = day_of(zone_table, entry - 1, start_of(zone_table, entry) - 1);
		day = before > day ? before : day;
	}
	return day < 0 ? 0 : day > CALENDAR_LAST_DAY ? CALENDAR_LAST_DAY : (int32_t)day;
}

int64_t calendar_day_end(struct wire_text zone_table, int32_t day)
{
	int64_t low = (day - 2) * (int64_t)DAY_S, high = (day + 4) * (int64_t)DAY_S;
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (calendar_day(zone_table, middle * SECOND_US) <= day)
			low = middle;
		else
			high = middle;
	}
	return high * SECOND_US;
}
