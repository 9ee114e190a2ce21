/* purchases.h -- what a customer has bought, as the rules about tier, stage and band see it.
 *
 * Read from the columns, changed by an order, written back: decide and apply use the same
 * arithmetic, so that what an event says is what its application finds.
 */
#ifndef CRMDB_ENGINE_PURCHASES_H
#define CRMDB_ENGINE_PURCHASES_H
#include "server/engine/programme.h"
#include "server/engine/rows.h"

struct purchases {
	int64_t spend, spend12; /* minor units */
	int64_t largest;
	uint32_t orders, orders12;
	uint16_t first_day, last_day, previous_day; /* ROWS_NO_DAY: none */
};

/* Of a customer who never bought. */
struct purchases purchases_none(void);
struct purchases purchases_read(const struct rows *rows, uint32_t row);
void purchases_write(const struct rows *rows, uint32_t row, const struct purchases *purchases);

/* Count an order of `day`; `today` says whether its month is in the 12-month window. */
void purchases_add(struct purchases *purchases, int32_t day, int64_t amount, int32_t today);

/* The stage on `today`: the first rule that fits (domain rules of stages). */
enum stage purchases_stage(const struct purchases *purchases, const struct programme *programme,
			   int32_t today);
enum band purchases_band(const struct purchases *purchases, const struct programme *programme,
			 int32_t today);

#endif
