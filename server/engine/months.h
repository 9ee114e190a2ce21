/* months.h -- what a customer bought in each month: cells for active months only.
 *
 *   rows_hot.months --> [1998-06: 120.00, 2] --> [1998-03: 9.50, 1] --> 0     newest month first
 *
 * Windows of 12 months are sums of cells.  A month before the two windows has none
 * (months_is_kept): it gets none, and months_roll takes back those that have become so old.
 */
#ifndef CRMDB_ENGINE_MONTHS_H
#define CRMDB_ENGINE_MONTHS_H
#include <stdbool.h>
#include <stdint.h>

#include "server/base/memory.h"

struct months_cell {
	int64_t spend; /* minor units */
	uint32_t orders;
	uint32_t older; /* cell; 0: none */
	uint16_t month; /* since January 1970 */
};

struct months {
	const struct memory *memory; /* borrowed until months_close */
	struct months_cell **chunks;
	uint32_t chunks_made, capacity;
	uint32_t used;   /* cell numbers given out; number 0 is none */
	uint32_t vacant; /* chain of cells given back */
};

void months_open(struct months *months, const struct memory *memory);
void months_close(struct months *months);

/* Room for `more` cells.  False: out of memory. */
bool months_reserve(struct months *months, uint64_t more);

/* Is `month` in one of the two windows of 12 months that end with `now`, or later? */
bool months_is_kept(int32_t month, int32_t now);

/* Bring the first cell of a chain nearer; 0: nothing. */
void months_prefetch(const struct months *months, uint32_t head);

/* Count an order in the chain that starts at *head.  Needs room reserved.  Cannot fail. */
void months_add(struct months *months, uint32_t *head, int32_t month, int64_t amount);

struct months_sum {
	int64_t spend;
	uint32_t orders;
	uint16_t oldest; /* month of the oldest cell in it; MONTHS_NONE: it is empty */
};
#define MONTHS_NONE UINT16_MAX
/* Of the 12 months that end with `last`. */
struct months_sum months_window(const struct months *months, uint32_t head, int32_t last);

/* The same with `last` = now, taking back the cells behind both windows. */
struct months_sum months_roll(struct months *months, uint32_t *head, int32_t now);

const struct months_cell *months_at(const struct months *months, uint32_t cell);

#endif
