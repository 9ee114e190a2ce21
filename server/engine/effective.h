/* effective.h -- a customer as of a day, worked out from the facts that no day changes.
 *
 * Windows roll and stages turn with the days, without an event for each window.  The columns are
 * kept for the day of the state; this gives any day, and engine_check compares the two.
 */
#ifndef CRMDB_ENGINE_EFFECTIVE_H
#define CRMDB_ENGINE_EFFECTIVE_H
#include "server/engine/purchases.h"
#include "server/engine/state.h"

struct effective {
	struct purchases purchases; /* spend12 and orders12 as of the day */
	int64_t spend12_before;     /* of the 12 months before those */
	enum stage stage;
	enum band band;
};

void effective_row(const struct engine *engine, uint32_t row, int32_t today, struct effective *out);

#endif
