/* trend.h -- what is asked of one day, whether it ended or runs; shared by trend.c and matrix.c. */
#ifndef CRMDB_ENGINE_QUERY_TREND_H
#define CRMDB_ENGINE_QUERY_TREND_H
#include "server/engine/rules/rules.h"

/* False: nothing is known of the day, and the decision says why. */
bool trend_knows(const struct engine *engine, struct decision *decision, int64_t day);

/* The cells of a day that is known, empty ones left out; returns how many.  Its last change is in
 * decision->saw then (I3). */
uint32_t trend_cells(const struct engine *engine, struct decision *decision, int64_t day,
		     struct rec_cell out[SPEND_CELLS]);

#endif
