/* rules.c -- see rules.h. */
#include "tests/kill/rules.h"

#include <stddef.h>

enum stage_number {
	PROSPECT,
	NEW,
	ACTIVE,
	LOYAL,
	AT_RISK,
	CHURNED,
	WON_BACK
};

static const int64_t entries[] = {0, 20000, 50000, 150000, 500000};
#define MONTHS 1560 /* to 2099 */
#define TIERS (sizeof entries / sizeof entries[0])

/* --- months --- */

static int32_t days_of(int32_t month)
{
	static const int32_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32_t year = 1970 + month / 12;
	return days[month % 12] + (month % 12 == 1 && year % 4 == 0); /* not in 2100 */
}

/* The last days of all months there may be, counted once. */
static const int32_t *month_ends(void)
{
	static int32_t ends[MONTHS];
	for (int32_t m = 0; m < MONTHS && ends[MONTHS - 1] == 0; m++)
		ends[m] = (m == 0 ? -1 : ends[m - 1]) + days_of(m);
	return ends;
}

static int32_t month_of(int32_t day)
{
	int32_t month = day / 31; /* not after it */
	while (month_ends()[month] < day)
		month++;
	return month;
}

struct window {
	int64_t spend;
	uint32_t orders;
};

static struct window twelve_months(const struct shopper *shopper, int32_t last)
{
	struct window window = {0, 0};
	for (uint32_t i = 0; i < RULES_MONTHS; i++)
		if (shopper->months[i].month > last - 12 && shopper->months[i].month <= last) {
			window.spend += shopper->months[i].spend;
			window.orders += shopper->months[i].orders;
		}
	return window;
}

/* --- tiers and stages --- */

static uint8_t tier_of(int64_t spend)
{
	uint8_t tier = 0;
	for (uint8_t i = 1; i < TIERS; i++)
		tier = spend >= entries[i] ? i : tier;
	return tier;
}

static int32_t until_from(int32_t day)
{
	return month_ends()[month_of(day) + 12];
}

static uint8_t stage_of(const struct shopper *shopper, int32_t today)
{
	int32_t since = today - shopper->last;
	if (shopper->orders == 0)
		return PROSPECT;
	if (since > 180)
		return CHURNED;
	if (since > 90)
		return AT_RISK;
	if (shopper->previous != 0 && shopper->last - shopper->previous > 180)
		return WON_BACK;
	if (today - shopper->first <= 30)
		return NEW;
	return twelve_months(shopper, month_of(today)).orders >= 4 ? LOYAL : ACTIVE;
}

static struct change as_it_is(const struct shopper *shopper)
{
	return (struct change){shopper->tier, shopper->stage, shopper->until, NULL, 0};
}

bool rules_day(const struct shopper *shopper, int32_t day, struct change *change)
{
	*change = as_it_is(shopper);
	change->stage = stage_of(shopper, day);
	if (shopper->tier > 0 && day == shopper->until + 1) {
		change->metric = twelve_months(shopper, month_of(day - 1)).spend;
		bool kept = change->metric * 10 >= entries[shopper->tier] * 7;
		change->cause = kept ? "kept" : "fell";
		change->tier = (uint8_t)(shopper->tier - !kept);
		change->until = change->tier == 0 ? 0 : until_from(day - 1);
	}
	return change->cause != NULL || change->stage != shopper->stage;
}

void rules_order(struct shopper *shopper, int32_t day, int64_t amount, int32_t today)
{
	int32_t month = month_of(day);
	uint32_t at = (uint32_t)month % RULES_MONTHS;
	shopper->day = today;
	shopper->orders++;
	if (shopper->first == 0 || day < shopper->first)
		shopper->first = day;
	if (day > shopper->last) {
		shopper->previous = shopper->last;
		shopper->last = day;
	} else if (day < shopper->last && day > shopper->previous) {
		shopper->previous = day;
	}
	if (month < shopper->months[at].month)
		return; /* years ago */
	if (month > shopper->months[at].month) {
		shopper->months[at].month = month;
		shopper->months[at].orders = 0;
		shopper->months[at].spend = 0;
	}
	shopper->months[at].orders++;
	shopper->months[at].spend += amount;
}

struct change rules_after_order(const struct shopper *shopper, int32_t today)
{
	struct change change = as_it_is(shopper);
	int64_t spend = twelve_months(shopper, month_of(today)).spend;
	change.stage = stage_of(shopper, today);
	if (tier_of(spend) <= shopper->tier)
		return change;
	change.tier = tier_of(spend);
	change.until = until_from(today);
	change.cause = "order";
	change.metric = spend;
	return change;
}

void rules_accept(struct shopper *shopper, const struct change *change)
{
	shopper->tier = change->tier;
	shopper->stage = change->stage;
	shopper->until = change->until;
}
