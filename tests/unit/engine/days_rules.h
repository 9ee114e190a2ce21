/* days_rules.h -- the rules of tiers, stages and bands on any day and in any programme, written
 * again from their words, over a list of orders; shares no code with the engine. */
#ifndef CRMDB_TESTS_ENGINE_DAYS_RULES_H
#define CRMDB_TESTS_ENGINE_DAYS_RULES_H
#include "tests/unit/engine/orders_rules.h"

struct rules {
	struct {
		int64_t entry;
		uint32_t keep_bp, earn_bp;
	} tiers[16];
	uint32_t tier_count;
	uint64_t rate_ppm;
	int32_t keep_months, grace_days;
	uint32_t fall; /* 0: never, 1: one down, 2: by metric */
	int32_t new_days, at_risk_days, churned_days, won_back_days, potential_days;
	uint32_t loyal_orders;
	int64_t band_high, band_middle;
};

struct life {
	struct customer c;
	int32_t until; /* -1: no end */
	uint32_t events;
	uint64_t last_event; /* 0: there is no such customer yet */
};

/* The first day of a month, by walking there. */
static inline int32_t month_starts(int32_t month)
{
	static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32_t day = 0;
	for (int32_t m = 0; m < month; m++)
		day += lengths[m % 12] + (m % 12 == 1 && leap(1970 + m / 12));
	return day;
}

/* month_of, which walks far, once for each day. */
static inline int32_t month_on(int32_t day)
{
	static int16_t known[50000]; /* month + 1 */
	if (known[day] == 0)
		known[day] = (int16_t)(month_of(day) + 1);
	return known[day] - 1;
}

/* Spend and number of the orders in the 12 months that end with `month`. */
static inline int64_t spend_in(const struct life *life, int32_t month, uint32_t *orders)
{
	int64_t spend = 0;
	*orders = 0;
	for (uint32_t i = 0; i < life->c.order_count; i++) {
		int32_t of = life->c.orders[i].month;
		if (of > month || of <= month - 12)
			continue;
		spend += life->c.orders[i].amount;
		++*orders;
	}
	return spend;
}

static inline struct seen look_at(const struct life *life, int32_t month)
{
	struct seen seen = {0, 0, -1, -1, -1};
	seen.spend12 = spend_in(life, month, &seen.orders12);
	for (uint32_t i = 0; i < life->c.order_count; i++) {
		int32_t day = life->c.orders[i].day;
		if (seen.first == -1 || day < seen.first)
			seen.first = day;
		if (day > seen.last)
			seen.last = day;
	}
	for (uint32_t i = 0; i < life->c.order_count; i++)
		if (life->c.orders[i].day < seen.last && life->c.orders[i].day > seen.previous)
			seen.previous = life->c.orders[i].day;
	return seen;
}

static inline uint8_t stage_on(const struct rules *rules, const struct seen *seen, int32_t day)
{
	if (seen->first == -1)
		return 0; /* prospect */
	if (day > seen->last + rules->churned_days)
		return 5;
	if (day > seen->last + rules->at_risk_days)
		return 4;
	if (seen->previous != -1 && seen->last > seen->previous + rules->won_back_days)
		return 6;
	if (day <= seen->first + rules->new_days)
		return 1;
	return seen->orders12 >= rules->loyal_orders ? 3 : 2;
}

static inline uint8_t band_on(const struct rules *rules, const struct seen *seen, int32_t day)
{
	if (seen->first == -1 || day <= seen->first + rules->potential_days)
		return 0;
	return seen->spend12 >= rules->band_high ? 3 : seen->spend12 >= rules->band_middle ? 2 : 1;
}

static inline uint8_t reached_by(const struct rules *rules, int64_t spend)
{
	uint8_t tier = 0;
	for (uint32_t i = 1; i < rules->tier_count; i++)
		if (spend >= rules->tiers[i].entry)
			tier = (uint8_t)i;
	return tier;
}

static inline bool is_kept(const struct rules *rules, uint8_t tier, int64_t spend)
{
	return spend * 10000 >= rules->tiers[tier].entry * (int64_t)rules->tiers[tier].keep_bp;
}

/* To the end of the month that many months later. */
static inline int32_t kept_until(const struct rules *rules, int32_t day)
{
	return month_starts(month_on(day) + rules->keep_months + 1) - 1;
}

#endif
