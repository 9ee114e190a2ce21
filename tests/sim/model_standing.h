/* model_standing.h -- where a customer stands, and the programme's rules once more.
 *
 * Written from the rules' text, with plain loops: no calendar, threshold or comparison is shared
 * with the server.  Days count from 1970-01-01, months from January 1970.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_STANDING_H
#define CRMDB_TESTS_SIM_MODEL_STANDING_H
#include <stdbool.h>
#include <stdint.h>

#define STANDING_TIERS 5u
#define STANDING_STAGES 7u

struct standing {
	int64_t points;
	int64_t spend, spend12, spend12_before, largest;
	uint32_t orders, orders12;
	int32_t first_day, last_day, previous_day; /* -1: none */
	int32_t tier_until;                        /* -1: without end */
	int64_t tier_metric;                       /* what its last order could be kept by */
	uint8_t tier, stage, band;
};

/* Those that differ from run to run; the rest is the default programme's. */
struct standing_rules {
	int32_t keep_months, grace_days;
	uint32_t fall; /* 0 never, 1 one tier down, 2 to what the spend reaches, but down */
	int32_t new_days, at_risk_days, churned_days, won_back_days;
};

/* Of a customer who has done nothing yet. */
struct standing standing_none(void);

/* Least spend of 12 months. */
int64_t standing_entry(uint32_t tier);
/* The highest tier this spend of 12 months reaches. */
uint8_t standing_tier(int64_t spend12);
/* Is this spend of 12 months enough to keep it?  Seven tenths of what it takes to get there. */
bool standing_keeps(uint8_t tier, int64_t spend12);
/* Where a customer falls who does not keep it. */
uint8_t standing_fallen(const struct standing_rules *rules, uint8_t tier, int64_t spend12);
/* The last day of a tier reached, kept or fallen to on `day`. */
int32_t standing_until(const struct standing_rules *rules, int32_t day);
/* What an order of this amount earns. */
int64_t standing_points(int64_t amount, uint8_t tier);
uint8_t standing_stage(const struct standing_rules *rules, const struct standing *standing,
		       int32_t today);
uint8_t standing_band(const struct standing *standing, int32_t today);

/* The month of a day from 1970 on; the first day of a month. */
int32_t standing_month(int32_t day);
int32_t standing_month_start(int32_t month);

#endif
