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

static int32_t days_of(int32_t month)
{
	static const int32_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32_t year = 1970 + month / 12;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month % 12] + (leap && month % 12 == 1);
}

int32_t standing_month_start(int32_t month)
{
	int32_t day = 0;
	for (int32_t m = 0; m < month; m++)
		day += days_of(m);
	return day;
}

int32_t standing_month(int32_t day)
{
	int32_t month = 0;
	for (; day >= days_of(month); month++)
		day -= days_of(month);
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

/* A point for 1.00, in per cent of it by tier. */
int64_t standing_points(int64_t amount, uint8_t tier)
{
	static const int64_t per_cent[STANDING_TIERS] = {100, 100, 125, 150, 200};
	return (int64_t)((wide)amount * per_cent[tier] / 10000);
}

/* --- stages and bands --- */

uint8_t standing_stage(const struct standing *standing, int32_t today)
{
	int32_t since = today - standing->last_day;
	if (standing->orders == 0)
		return STAGE_prospect;
	if (since > 180)
		return STAGE_churned;
	if (since > 90)
		return STAGE_at_risk;
	if (standing->previous_day >= 0 && standing->last_day - standing->previous_day > 180)
		return STAGE_won_back;
	if (today - standing->first_day <= 30)
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
