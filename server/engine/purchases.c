/* purchases.c -- see purchases.h.
 *
 *   P1  previous_day < last_day; both are none, or the first is, or neither.
 *   P2  A purchase of a day between the two newest ones moves previous_day, an older one nothing:
 *       orders may come in any order of their days and end in the same state.
 */
#include "server/engine/purchases.h"

#include "protocol/common/date.h"
#include "server/base/mutant.h"

struct purchases purchases_none(void)
{
	return (struct purchases){
	    .first_day = ROWS_NO_DAY, .last_day = ROWS_NO_DAY, .previous_day = ROWS_NO_DAY};
}

struct purchases purchases_read(const struct rows *rows, uint32_t row)
{
	return (struct purchases){
	    .spend = *rows_spend(rows, row),
	    .spend12 = *rows_spend12(rows, row),
	    .largest = rows_hot(rows, row)->largest,
	    .orders = *rows_orders(rows, row),
	    .orders12 = *rows_orders12(rows, row),
	    .first_day = *rows_first_day(rows, row),
	    .last_day = *rows_last_day(rows, row),
	    .previous_day = *rows_previous_day(rows, row),
	};
}

void purchases_write(const struct rows *rows, uint32_t row, const struct purchases *purchases)
{
	*rows_spend(rows, row) = purchases->spend;
	*rows_spend12(rows, row) = purchases->spend12;
	rows_hot(rows, row)->largest = purchases->largest;
	*rows_orders(rows, row) = purchases->orders;
	*rows_orders12(rows, row) = purchases->orders12;
	*rows_first_day(rows, row) = purchases->first_day;
	*rows_last_day(rows, row) = purchases->last_day;
	*rows_previous_day(rows, row) = purchases->previous_day;
}

static void add_day(struct purchases *purchases, uint16_t day)
{
	if (purchases->first_day == ROWS_NO_DAY || day < purchases->first_day)
		purchases->first_day = day;
	if (purchases->last_day == ROWS_NO_DAY) {
		purchases->last_day = day;
	} else if (day > purchases->last_day) {
		purchases->previous_day = purchases->last_day;
		purchases->last_day = day;
	} else if (day < purchases->last_day &&
		   (purchases->previous_day == ROWS_NO_DAY || day > purchases->previous_day)) {
		purchases->previous_day = day; /* P2 */
	}
}

void purchases_add(struct purchases *purchases, int32_t day, int64_t amount, int32_t today)
{
	int32_t age = date_month_of_day(today) - date_month_of_day(day); /* months */
	purchases->spend += amount;
	purchases->orders++;
	if (age >= 0 && age < 12) {
		purchases->spend12 += amount;
		purchases->orders12++;
	}
	if (amount > purchases->largest)
		purchases->largest = amount;
	add_day(purchases, (uint16_t)day);
}

enum stage purchases_stage(const struct purchases *purchases, const struct programme *programme,
			   int32_t today)
{
	if (purchases->orders == 0)
		return STAGE_prospect;
	int32_t quiet = today - purchases->last_day - (MUTANT(late_stage) ? 1 : 0);
	if (quiet > programme->churned_days)
		return STAGE_churned;
	if (quiet > programme->at_risk_days)
		return STAGE_at_risk;
	if (purchases->previous_day != ROWS_NO_DAY &&
	    purchases->last_day - purchases->previous_day > programme->won_back_days)
		return STAGE_won_back;
	if (today - purchases->first_day <= programme->new_days)
		return STAGE_new;
	return purchases->orders12 >= programme->loyal_orders ? STAGE_loyal : STAGE_active;
}

enum band purchases_band(const struct purchases *purchases, const struct programme *programme,
			 int32_t today)
{
	if (purchases->orders == 0 || today - purchases->first_day <= programme->potential_days)
		return BAND_potential;
	if (purchases->spend12 >= programme->band_high)
		return BAND_high;
	return purchases->spend12 >= programme->band_middle ? BAND_middle : BAND_low;
}
