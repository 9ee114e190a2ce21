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

/* Seconds to add to UTC. */
static int32_t offset_at(struct wire_text table, int64_t second)
{
	uint32_t low = 0, high = table.size / ENTRY_BYTES;
	int32_t offset = 0;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (start_of(table, middle) <= second)
			low = middle;
		else
			high = middle;
	}
	if (high > 0)
		memcpy(&offset, table.bytes + (size_t)low * ENTRY_BYTES + sizeof(int64_t),
		       sizeof offset);
	return offset;
}

int32_t calendar_day(struct wire_text zone_table, int64_t time_us)
{
	int64_t second = floor_divide(time_us, SECOND_US);
	int64_t day = floor_divide(second + offset_at(zone_table, second), DAY_S);
	return day < 0 ? 0 : day > CALENDAR_LAST_DAY ? CALENDAR_LAST_DAY : (int32_t)day;
}
