/* programme.h -- the rules of the loyalty programme, ready to be applied.
 *
 * They come from the programme part of an event (parts.def), never from constants: replay applies
 * the rules that were in force.  Its tiers are records of 16 bytes, little-endian:
 *
 *   entry i64 | keep u32 | earn u32      least 12-month spend, minor units | keep threshold, basis
 *                                        points of entry | points multiplier, basis points
 */
#ifndef CRMDB_ENGINE_PROGRAMME_H
#define CRMDB_ENGINE_PROGRAMME_H
#include "protocol/grades.h"
#include "protocol/limits.h"
#include "server/engine/event.h"

#define PROGRAMME_TIER_BYTES 16u
#define PROGRAMME_TIERS_BYTES (LIMIT_TIERS * PROGRAMME_TIER_BYTES)

struct programme_tier {
	int64_t entry;    /* minor units */
	uint32_t keep_bp; /* of entry */
	uint32_t earn_bp; /* multiplier */
};

/* What becomes of a tier whose keep-test failed, after the days of grace. */
enum programme_fall {
	FALL_never = 0,
	FALL_one_down = 1,
	FALL_by_metric = 2 /* to what the spend reaches, at least one down */
};

struct programme {
	uint64_t version;
	uint32_t tier_count;
	struct programme_tier tiers[LIMIT_TIERS];
	uint64_t rate_ppm;
	int32_t keep_months, grace_days;
	enum programme_fall fall;
	int32_t new_days, at_risk_days, churned_days, won_back_days, potential_days;
	uint32_t loyal_orders;
	int64_t band_high, band_middle; /* minor units */
};

/* The programme that a database starts with, for a currency of `digits`; `tiers` keeps its tier
 * records, which *part borrows. */
void programme_default(unsigned digits, uint8_t tiers[PROGRAMME_TIERS_BYTES],
		       struct part_programme *part);
/* The names of its tiers, "none,bronze,...".  Static. */
const char *programme_default_tiers(void);

/* False: rules that cannot be applied: no tier, too many, entries that fall, absurd numbers; a tier
 * kept for no month, whose validity would be over before its keep-test and never be tested again.
 */
bool programme_read(const struct part_programme *part, struct programme *programme);

/* The highest tier whose entry threshold this 12-month spend reaches. */
uint32_t programme_tier(const struct programme *programme, int64_t spend12);

/* floor(amount * rate * multiplier of the tier), saturated (domain rules of earning). */
int64_t programme_points(const struct programme *programme, int64_t amount, uint32_t tier);

/* The last day a tier reached on `day` is kept without a test. */
int32_t programme_tier_until(const struct programme *programme, int32_t day);

/* Does this 12-month spend pass the keep-test of `tier`? */
bool programme_keeps(const struct programme *programme, uint32_t tier, int64_t spend12);

/* Where a customer of `tier` (over 0) falls who did not pass it. */
uint32_t programme_fallen(const struct programme *programme, uint32_t tier, int64_t spend12);

#endif
