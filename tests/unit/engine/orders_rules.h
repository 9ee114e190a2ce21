/* orders_rules.h -- the rules of stages and bands, written again from their words, over a list of
 * orders; shares no code with the engine. */
#ifndef CRMDB_TESTS_ENGINE_ORDERS_RULES_H
#define CRMDB_TESTS_ENGINE_ORDERS_RULES_H
#include <stdbool.h>
#include <stdint.h>

#include "tests/unit/engine/fixture.h"

struct bought {
	int32_t day, month;
	int64_t amount;
};

struct customer {
	uint64_t id;
	int64_t points, spend;
	struct bought *orders;
	uint32_t order_count, capacity;
	uint8_t tier, stage;
};

static inline bool leap(int32_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Months since January 1970, by walking there. */
static inline int32_t month_of(int32_t day)
{
	static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	for (int32_t month = 0;; month++) {
		int32_t length = lengths[month % 12] + (month % 12 == 1 && leap(1970 + month / 12));
		if (day < length)
			return month;
		day -= length;
	}
}

struct seen {
	int64_t spend12;
	uint32_t orders12;
	int32_t first, last, previous; /* -1: none */
};

static inline struct seen look(const struct customer *c)
{
	struct seen seen = {0, 0, -1, -1, -1};
	int32_t now = month_of(FIXTURE_TODAY);
	for (uint32_t i = 0; i < c->order_count; i++) {
		int32_t day = c->orders[i].day, month = c->orders[i].month;
		if (month <= now && month > now - 12) {
			seen.spend12 += c->orders[i].amount;
			seen.orders12++;
		}
		if (seen.first == -1 || day < seen.first)
			seen.first = day;
		if (day > seen.last)
			seen.last = day;
	}
	for (uint32_t i = 0; i < c->order_count; i++)
		if (c->orders[i].day < seen.last && c->orders[i].day > seen.previous)
			seen.previous = c->orders[i].day;
	return seen;
}

static inline uint8_t stage_of(const struct customer *c)
{
	struct seen seen = look(c);
	if (c->order_count == 0)
		return 0; /* prospect */
	if (FIXTURE_TODAY - seen.last > 180)
		return 5; /* churned */
	if (FIXTURE_TODAY - seen.last > 90)
		return 4; /* at_risk */
	if (seen.previous != -1 && seen.last - seen.previous > 180)
		return 6; /* won_back */
	if (FIXTURE_TODAY - seen.first <= 30)
		return 1;                  /* new */
	return seen.orders12 >= 4 ? 3 : 2; /* loyal, active */
}

static inline uint8_t band_of(const struct customer *c)
{
	struct seen seen = look(c);
	if (c->order_count == 0 || FIXTURE_TODAY - seen.first <= 30)
		return 0;
	return seen.spend12 >= 150000 ? 3 : seen.spend12 >= 30000 ? 2 : 1;
}

#endif
