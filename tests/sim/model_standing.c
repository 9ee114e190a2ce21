/* model_standing.c -- see model_standing.h. */
#include "tests/sim/model_standing.h"

#include "protocol/grades.h"

__extension__ typedef __int128 wide;

struct standing standing_none(void)
{
	return (struct standing){.first_day = -1,
				 .last_day = -1,
				 .previous_day = -1,
				 .tier_until = -1,
				 .stage = STAGE_prospect,
				 .band = BAND_potential};
}

/* --- months --- */

#define MONTHS 4000

static int32_t days_of(int32_t month)
{
	static const int32_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32_t year = 1970 + month / 12;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month % 12] + (leap && month % 12 == 1);
}

/* The first days of all months there may be, in rising order; counted once. */
static const int32_t *month_starts(void)
{
	static int32_t starts[MONTHS];
	for (int32_t m = 1; m < MONTHS && starts[MONTHS - 1] == 0; m++)
		starts[m] = starts[m - 1] + days_of(m - 1);
	return starts;
}

int32_t standing_month_start(int32_t month)
{
	return month_starts()[month];
}

int32_t standing_month(int32_t day)
{
	const int32_t *starts = month_starts();
	int32_t month = day / 31; /* not after it */
	while (starts[month + 1] <= day)
		month++;
	return month;
}

/* --- tiers --- */

int64_t standing_entry(uint32_t tier)
{
	static const int64_t entries[STANDING_TIERS] = {0, 20000, 50000, 150000, 500000};
	return entries[tier];
}

uint8_t standing_tier(int64_t spend12)
{
	uint8_t tier = 0;
	for (uint8_t i = 1; i < STANDING_TIERS; i++)
		if (spend12 >= standing_entry(i))
			tier = i;
	return tier;
}

bool standing_keeps(uint8_t tier, int64_t spend12)
{
	return (wide)spend12 * 10 >= (wide)standing_entry(tier) * 7;
}

uint8_t standing_fallen(const struct standing_rules *rules, uint8_t tier, int64_t spend12)
{
	uint8_t reached = standing_tier(spend12), below = (uint8_t)(tier - 1);
	return rules->fall == 2 && reached < below ? reached : below;
}

int32_t standing_until(const struct standing_rules *rules, int32_t day)
{
	return standing_month_start(standing_month(day) + rules->keep_months + 1) - 1;
}

/* A point for 1.00, in per cent of it by tier. */
int64_t standing_points(int64_t amount, uint8_t tier)
{
	static const int64_t per_cent[STANDING_TIERS] = {100, 100, 125, 150, 200};
	return (int64_t)((wide)amount * per_cent[tier] / 10000);
}

/* --- stages and bands --- */

uint8_t standing_stage(const struct standing_rules *rules, const struct standing *standing,
		       int32_t today)
{
	int32_t since = today - standing->last_day;
	if (standing->orders == 0)
		return STAGE_prospect;
	if (since > rules->churned_days)
		return STAGE_churned;
	if (since > rules->at_risk_days)
		return STAGE_at_risk;
	if (standing->previous_day >= 0 &&
	    standing->last_day - standing->previous_day > rules->won_back_days)
		return STAGE_won_back;
	if (today - standing->first_day <= rules->new_days)
		return STAGE_new;
	return standing->orders12 >= 4 ? STAGE_loyal : STAGE_active;
}

uint8_t standing_band(const struct standing *standing, int32_t today)
{
	if (standing->orders == 0 || today - standing->first_day <= 30)
		return BAND_potential;
	if (standing->spend12 >= 150000)
		return BAND_high;
	return standing->spend12 >= 30000 ? BAND_middle : BAND_low;
}
