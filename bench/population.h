/* population.h -- customers as a shop has them: who joined when, and bought what on which day.
 *
 *   3 of 4 are buyers:   joined ----x--------x---x---------(dropped out)........ today
 *   1 of 4 a prospect    -------------------------------------------------------- today
 *
 * Deterministic: customer `item` of a seed is always the same, whoever else is drawn, so that any
 * number of threads may draw.  Days are counted back from the programme's day.
 */
#ifndef CRMDB_BENCH_POPULATION_H
#define CRMDB_BENCH_POPULATION_H
#include "bench/random.h"
#include <stdbool.h>

#define POPULATION_ORDERS 512u /* of a customer at most; what would be later is left out */
#define POPULATION_AMOUNTS 4096u

struct population {
	uint64_t seed;
	int32_t today; /* the programme's day, since 1970-01-01 */
	int64_t unit;  /* minor units in one of the currency: 100 for digits 2 */
	bool same_day; /* one order each instead, of today */
};

struct population_order {
	int32_t day;
	int64_t amount; /* minor units */
};

/* The orders of customer number `item` (from 0), oldest first; returns how many, 0: a prospect. */
uint32_t population_draw(const struct population *population, uint64_t item,
			 struct population_order orders[POPULATION_ORDERS]);

/* Amounts of orders of customers drawn at random: a sample of the distribution, to be drawn from
 * when there is no time for gamma variates. */
void population_amounts(const struct population *population, int64_t amounts[POPULATION_AMOUNTS]);

#endif
