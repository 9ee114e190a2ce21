/* tier.h -- the rules of tiers: reached by an order, kept or lost on a day.
 *
 *        reached            until        grace
 *   -------|==================|............|--------> days
 *          '--- keep_months --'keep-test   'test again, then down
 *
 * A tier is kept to the end of its validity (`until`, a month's end).  The day after is the
 * keep-test: enough spend in the 12 months that ended, and the validity is prolonged.  Otherwise it
 * stays for the days of grace, in which an order that reaches the keep threshold saves it, and then
 * falls.  The windows are those of the day before: the test comes before the month rolls.  An order
 * of the day of the test counts in both windows, so that the test, asked again, finds what was
 * told.
 */
#ifndef CRMDB_ENGINE_TIER_H
#define CRMDB_ENGINE_TIER_H
#include "server/engine/programme.h"

#define TIER_NO_DAY (-1)

struct tier_state {
	uint32_t tier;
	int32_t until; /* TIER_NO_DAY: no end */
};

/* The day on which this tier is tested next, after `today`; TIER_NO_DAY: none. */
int32_t tier_next_test(const struct programme *programme, struct tier_state state, int32_t today);

/* True: the day changes it, or prolongs it: *out.  `metric` is the spend of the 12 months as of the
 * day before `today`. */
bool tier_on_day(const struct programme *programme, struct tier_state state, int32_t today,
		 int64_t metric, struct part_tier *out);

/* Spend of 12 months with an order. */
struct tier_metric {
	int64_t today; /* as of the day the order is recorded */
	int64_t keep;  /* the same; on the day of the keep-test the day before's, if that is more */
};

/* True: an order of `today` lifts it, or saves it: *out. */
bool tier_on_order(const struct programme *programme, struct tier_state state, int32_t today,
		   struct tier_metric metric, struct part_tier *out);

#endif
