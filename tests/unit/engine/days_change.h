/* days_change.h -- what a day, or an order, changes of tier and stage: by the words of the rules.
 */
#ifndef CRMDB_TESTS_ENGINE_DAYS_CHANGE_H
#define CRMDB_TESTS_ENGINE_DAYS_CHANGE_H
#include "tests/unit/engine/days_rules.h"

struct change {
	bool tier, stage;
	uint8_t from_tier, to_tier, cause, from_stage, to_stage;
	int64_t metric;
	int32_t until;
};

/* The keep-test: on the day after the validity, and again on the day after grace. */
static inline void test_tier(const struct rules *rules, const struct life *life, int32_t day,
			     struct change *change)
{
	uint32_t orders;
	bool first = day == life->until + 1, last = day == life->until + 1 + rules->grace_days;
	uint8_t tier = life->c.tier, to = tier;
	if (rules->fall == 0 || tier == 0 || life->until == -1 || (!first && !last))
		return;
	int64_t metric = spend_in(life, month_on(day - 1), &orders);
	bool kept = is_kept(rules, tier, metric);
	if (!kept && !last)
		return;
	if (!kept) {
		to = (uint8_t)(tier - 1);
		if (rules->fall == 2 && reached_by(rules, metric) < to)
			to = reached_by(rules, metric);
	}
	change->tier = true;
	change->from_tier = tier;
	change->to_tier = to;
	change->cause = kept ? 3 : 4;
	change->metric = metric;
	change->until = to == 0 ? -1 : kept_until(rules, day - 1);
}

static inline void turn_stage(const struct rules *rules, const struct life *life, int32_t day,
			      struct change *change)
{
	struct seen seen = look_at(life, month_on(day));
	change->from_stage = life->c.stage;
	change->to_stage = stage_on(rules, &seen, day);
	change->stage = change->to_stage != life->c.stage;
}

/* What is to be told of `life` on the day after it was right. */
static inline struct change change_of_day(const struct rules *rules, const struct life *life,
					  int32_t day)
{
	struct change change = {0};
	test_tier(rules, life, day, &change);
	turn_stage(rules, life, day, &change);
	return change;
}

/* What is to be told with an order that is in the list already. */
static inline struct change change_of_order(const struct rules *rules, const struct life *life,
					    int32_t day)
{
	struct change change = {0};
	uint32_t orders;
	int64_t metric = spend_in(life, month_on(day), &orders);
	int64_t keep = metric;
	if (day == life->until + 1 && spend_in(life, month_on(day - 1), &orders) > keep)
		keep = spend_in(life, month_on(day - 1), &orders); /* the test, asked again */
	uint8_t tier = life->c.tier, reached = reached_by(rules, metric);
	bool in_grace = rules->fall != 0 && tier > 0 && life->until != -1 && day > life->until;
	bool lifted = reached > tier, saved = in_grace && is_kept(rules, tier, keep);
	if (lifted || saved) {
		change.tier = true;
		change.from_tier = tier;
		change.to_tier = lifted ? reached : tier;
		change.cause = lifted ? 1 : 2;
		change.metric = lifted ? metric : keep;
		change.until = kept_until(rules, day);
	}
	turn_stage(rules, life, day, &change);
	return change;
}

static inline void follow_change(struct life *life, const struct change *change)
{
	if (change->tier) {
		life->c.tier = change->to_tier;
		life->until = change->until;
	}
	life->c.stage = change->to_stage;
}

#endif
