/* programme.c -- see programme.h.
 *
 * The default programme: tiers by the spend of 12 months (bronze 200.00, silver 500.00, gold
 * 1,500.00, vip 5,000.00), kept for 12 months to the end of the month and then with 70 % of the
 * entry; one point for 1.00 times 1.0, 1.0, 1.25, 1.5, 2.0; stages after 30, 90 and 180 days.
 */
#include "server/engine/programme.h"

#include <string.h>

#include "protocol/common/date.h"
#include "server/base/mutant.h"

#define PPM 1000000u
#define BASIS_POINTS 10000u
#define DAYS_MAX 36525u /* a century: longer is a mistake */
#define MONTHS_MAX 1200u

__extension__ typedef __int128 wide;

/* Entries in whole units of the currency. */
static const struct programme_tier default_tiers[] = {
    {0, 7000, 10000},    {200, 7000, 10000},  {500, 7000, 12500},
    {1500, 7000, 15000}, {5000, 7000, 20000},
};
#define DEFAULT_TIERS (sizeof default_tiers / sizeof default_tiers[0])

const char *programme_default_tiers(void)
{
	return "none,bronze,silver,gold,vip";
}

void programme_default(unsigned digits, uint8_t tiers[PROGRAMME_TIERS_BYTES],
		       struct part_programme *part)
{
	struct wire_writer w = {tiers, tiers + PROGRAMME_TIERS_BYTES, false};
	int64_t unit = 1;
	for (unsigned i = 0; i < digits; i++)
		unit *= 10;
	for (size_t i = 0; i < DEFAULT_TIERS; i++) {
		wire_write_i64(&w, default_tiers[i].entry * unit);
		wire_write_u32(&w, default_tiers[i].keep_bp);
		wire_write_u32(&w, default_tiers[i].earn_bp);
	}
	*part = (struct part_programme){
	    .version = 1,
	    .tiers = {(const char *)tiers, (uint32_t)(w.at - tiers)},
	    .rate_ppm = PPM / (uint64_t)unit,
	    .keep_months = 12,
	    .grace_days = 0,
	    .fall = FALL_one_down,
	    .new_days = 30,
	    .at_risk_days = 90,
	    .churned_days = 180,
	    .won_back_days = 180,
	    .loyal_orders = 4,
	    .band_high = 1500 * unit,
	    .band_middle = 300 * unit,
	    .potential_days = 30,
	};
}

static bool read_tiers(struct wire_text bytes, struct programme *programme)
{
	const uint8_t *at = (const uint8_t *)bytes.bytes;
	struct wire_reader r = {at, at + bytes.size, false};
	programme->tier_count = bytes.size / PROGRAMME_TIER_BYTES;
	if (programme->tier_count == 0 || programme->tier_count > LIMIT_TIERS ||
	    bytes.size % PROGRAMME_TIER_BYTES != 0)
		return false;
	for (uint32_t i = 0; i < programme->tier_count; i++) {
		struct programme_tier *tier = &programme->tiers[i];
		tier->entry = wire_read_i64(&r);
		tier->keep_bp = wire_read_u32(&r);
		tier->earn_bp = wire_read_u32(&r);
		if (i == 0 ? tier->entry != 0 : tier->entry < tier[-1].entry)
			return false;
	}
	return true;
}

bool programme_read(const struct part_programme *part, struct programme *programme)
{
	const uint64_t days[] = {part->new_days,      part->at_risk_days,   part->churned_days,
				 part->won_back_days, part->potential_days, part->grace_days};
	memset(programme, 0, sizeof *programme);
	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
		if (days[i] > DAYS_MAX)
			return false;
	if (part->keep_months == 0 || part->keep_months > MONTHS_MAX ||
	    part->fall > FALL_by_metric || part->loyal_orders > UINT32_MAX ||
	    part->rate_ppm > UINT32_MAX || !read_tiers(part->tiers, programme))
		return false;
	programme->version = part->version;
	programme->rate_ppm = part->rate_ppm;
	programme->keep_months = (int32_t)part->keep_months;
	programme->grace_days = (int32_t)part->grace_days;
	programme->fall = (enum programme_fall)part->fall;
	programme->new_days = (int32_t)part->new_days;
	programme->at_risk_days = (int32_t)part->at_risk_days;
	programme->churned_days = (int32_t)part->churned_days;
	programme->won_back_days = (int32_t)part->won_back_days;
	programme->potential_days = (int32_t)part->potential_days;
	programme->loyal_orders = (uint32_t)part->loyal_orders;
	programme->band_high = part->band_high;
	programme->band_middle = part->band_middle;
	return true;
}

uint32_t programme_tier(const struct programme *programme, int64_t spend12)
{
	uint32_t tier = programme->tier_count - 1;
	while (tier > 0 && spend12 < programme->tiers[tier].entry)
		tier--;
	return tier;
}

int64_t programme_points(const struct programme *programme, int64_t amount, uint32_t tier)
{
	wide points = (wide)amount * (wide)programme->rate_ppm * programme->tiers[tier].earn_bp /
		      ((wide)PPM * BASIS_POINTS);
	return points > INT64_MAX ? INT64_MAX : (int64_t)points;
}

int32_t programme_tier_until(const struct programme *programme, int32_t day)
{
	return date_month_end(date_month_of_day(day) + programme->keep_months);
}

bool programme_keeps(const struct programme *programme, uint32_t tier, int64_t spend12)
{
	const struct programme_tier *rules = &programme->tiers[tier];
	return MUTANT(idle_keep_test) ||
	       (wide)spend12 * BASIS_POINTS >= (wide)rules->entry * rules->keep_bp;
}

uint32_t programme_fallen(const struct programme *programme, uint32_t tier, int64_t spend12)
{
	uint32_t reached = programme_tier(programme, spend12);
	if (programme->fall == FALL_one_down || reached >= tier)
		return tier - 1;
	return reached;
}
