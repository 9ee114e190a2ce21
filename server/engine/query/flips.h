/* flips.h -- days on which a saved segment may let a customer in or out although nothing happens.
 *
 *   last_order < -90d          90 days after the last order, and the day behind
 *   birthday within 7d         7 days before the birthday, and the day behind it
 *   created within -1m         the day of creation, a month later, and the days behind
 *   band = potential           when its time is up
 *   spend12_before > 0         each month
 *
 *   W1  Between a day and flips_next of it, no condition is true of a customer that was not on that
 *       day, or the other way round, unless something of the customer changes.
 *
 * The test a date came from does not count, only what it is compared with: a day too many is a
 * customer looked at in vain.
 */
#ifndef CRMDB_ENGINE_QUERY_FLIPS_H
#define CRMDB_ENGINE_QUERY_FLIPS_H
#include "server/engine/query/bind.h"

enum flip_kind {
	FLIP_DATE,
	FLIP_YEARLY,
	FLIP_BAND,
	FLIP_MONTH
};

struct flip {
	struct source source;
	enum flip_kind kind;
	uint8_t unit;
	int32_t count; /* units from today to what the field is compared with */
};

#define FLIPS_RELATIVE 12u /* dates from today in one segment */
#define FLIPS_OF_SEGMENT (2 * FLIPS_RELATIVE + 2)
#define FLIPS_MOST (LIMIT_SEGMENTS * FLIPS_OF_SEGMENT)
struct flips {
	uint32_t count;
	struct flip items[FLIPS_MOST];
};

/* Dates from today in a program that passed predicate_check. */
uint32_t flips_relative(struct wire_text program);
/* Add those of a condition with up to FLIPS_RELATIVE that are not there yet. */
void flips_add(struct flips *flips, struct wire_text program, const struct bound *bound);

/* The first day after today, and before `next`, of a row; `next`: there is none. */
int32_t flips_next(const struct engine *engine, const struct flips *flips, uint32_t row,
		   int32_t next);

#endif
