/* tier.c -- see tier.h.
 *
 *   T1  An order never lowers a tier, a day never lifts one.
 *   T2  A test belongs to its day: asked again on the same day it says the same, on another day
 *       nothing.
 */
#include "server/engine/tier.h"

#include "protocol/grades.h"

static bool is_tested(const struct programme *programme, struct tier_state state)
{
	return state.tier > 0 && state.until != TIER_NO_DAY && programme->fall != FALL_never;
}

int32_t tier_next_test(const struct programme *programme, struct tier_state state, int32_t today)
{
	if (!is_tested(programme, state))
		return TIER_NO_DAY;
	if (today <= state.until)
		return state.until + 1;
	int32_t last = state.until + programme->grace_days + 1;
	return today < last ? last : TIER_NO_DAY;
}

bool tier_on_day(const struct programme *programme, struct tier_state state, int32_t today,
		 int64_t metric, struct part_tier *out)
{
	int32_t last = state.until + programme->grace_days + 1;
	if (!is_tested(programme, state) || (today != state.until + 1 && today != last)) /* T2 */
		return false;
	bool kept = programme_keeps(programme, state.tier, metric);
	if (!kept && today != last)
		return false; /* grace */
	*out = (struct part_tier){
	    .from = state.tier,
	    .to = kept ? state.tier : programme_fallen(programme, state.tier, metric),
	    .cause = kept ? TIER_CAUSE_kept : TIER_CAUSE_fell,
	    .metric = metric,
	    .rules = programme->version,
	};
	out->until = out->to == 0 ? TIER_NO_DAY : programme_tier_until(programme, today - 1);
	return true;
}

bool tier_on_order(const struct programme *programme, struct tier_state state, int32_t today,
		   struct tier_metric metric, struct part_tier *out)
{
	uint32_t reached = programme_tier(programme, metric.today);
	bool lifted = reached > state.tier; /* T1 */
	bool saved = is_tested(programme, state) && today > state.until &&
		     programme_keeps(programme, state.tier, metric.keep);
	*out = (struct part_tier){
	    .from = state.tier,
	    .to = lifted ? reached : state.tier,
	    .cause = lifted ? TIER_CAUSE_order : TIER_CAUSE_saved,
	    .metric = lifted ? metric.today : metric.keep,
	    .until = programme_tier_until(programme, today),
	    .rules = programme->version,
	};
	return lifted || saved;
}
