/* model_calendar.c -- see model_calendar.h. */
#include "tests/sim/model_calendar.h"

#include <string.h>

#define HOUR_S 3600
#define DAY_S 86400

static void add_change(struct model_calendar *calendar, int64_t start_s, int32_t offset_s)
{
	uint8_t *entry = calendar->table + (size_t)calendar->count * 12;
	memcpy(entry, &start_s, sizeof start_s);
	memcpy(entry + sizeof start_s, &offset_s, sizeof offset_s);
	calendar->changes[calendar->count].start_s = start_s;
	calendar->changes[calendar->count].offset_s = offset_s;
	calendar->count++;
}

/* By how much clocks are moved, there and back again. */
static int32_t draw_shift(struct dice *dice)
{
	uint32_t kind = dice_below(dice, 10);
	return kind < 7 ? HOUR_S : kind < 9 ? HOUR_S / 2 : DAY_S;
}

void model_calendar_draw(struct model_calendar *calendar, struct dice *dice, int64_t now_us)
{
	uint32_t kind = dice_below(dice, 10);
	*calendar = (struct model_calendar){0};
	if (kind < 3)
		return;
	int32_t usual = ((int32_t)dice_below(dice, 48) - 22) * HOUR_S / 2;
	int32_t shift = draw_shift(dice), offset = usual;
	int64_t day = now_us / 1000000 / DAY_S - 10;
	add_change(calendar, INT64_C(-100000000000), offset);
	while (kind > 4 && calendar->count < MODEL_CALENDAR_CHANGES) {
		day += dice_range(dice, 4, calendar->count < 10 ? 30 : 200);
		int64_t midnight = day * DAY_S - offset;
		offset = offset == usual ? usual + shift : usual;
		add_change(calendar, midnight + ((int64_t)dice_below(dice, 7) - 3) * HOUR_S / 2,
			   offset);
	}
}

static int64_t whole_days(int64_t seconds)
{
	int64_t days = seconds / DAY_S;
	return seconds % DAY_S < 0 ? days - 1 : days;
}

int32_t model_calendar_day(const struct model_calendar *calendar, int64_t time_us)
{
	int64_t now_s = time_us / 1000000;
	if (calendar->count == 0)
		return (int32_t)whole_days(now_s);
	int64_t highest = 0;
	for (uint32_t i = 0; i < calendar->count; i++) {
		bool last = i + 1 == calendar->count;
		int64_t end_s = last || calendar->changes[i + 1].start_s > now_s
				    ? now_s
				    : calendar->changes[i + 1].start_s - 1;
		int64_t day = whole_days(end_s + calendar->changes[i].offset_s);
		highest = day > highest ? day : highest;
		if (end_s == now_s)
			break;
	}
	return (int32_t)highest;
}

struct wire_text model_calendar_table(const struct model_calendar *calendar)
{
	return (struct wire_text){(const char *)calendar->table, calendar->count * 12};
}
