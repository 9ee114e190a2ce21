/* ledger.h -- what the balances of some customers ought to be.
 *
 * One customer in LEDGER_STRIDE is followed exactly: its points when the ledger was opened plus
 * every credit acknowledged since.  Any thread may call ledger_add and ledger_compare.
 */
#ifndef CRMDB_BENCH_LEDGER_H
#define CRMDB_BENCH_LEDGER_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define LEDGER_STRIDE 64u /* the followed balances of a million customers take 128 KiB */

struct ledger {
	uint64_t size;
	_Atomic int64_t *expected;
	bool open;                  /* balances met now are the ones to start from */
	atomic_uint_fast64_t wrong; /* followed customers whose balance differed */
};

/* False: out of memory.  Freed by ledger_free. */
static inline bool ledger_new(struct ledger *ledger, uint64_t customers)
{
	ledger->size = customers / LEDGER_STRIDE + 1;
	ledger->expected = calloc(ledger->size, sizeof *ledger->expected);
	ledger->open = true;
	atomic_init(&ledger->wrong, 0);
	return ledger->expected != NULL;
}

static inline void ledger_free(struct ledger *ledger)
{
	free(ledger->expected);
}

/* Points were credited to customer number `item` (from 0). */
static inline void ledger_add(struct ledger *ledger, uint64_t item, int64_t points)
{
	if (item % LEDGER_STRIDE == 0)
		atomic_fetch_add_explicit(&ledger->expected[item / LEDGER_STRIDE], points,
					  memory_order_relaxed);
}

/* The balance of `item` was read while nothing was written: take it while the ledger is open,
 * compare it afterwards. */
static inline void ledger_compare(struct ledger *ledger, uint64_t item, int64_t points)
{
	if (item % LEDGER_STRIDE != 0)
		return;
	_Atomic int64_t *expected = &ledger->expected[item / LEDGER_STRIDE];
	if (ledger->open)
		atomic_store_explicit(expected, points, memory_order_relaxed);
	else if (atomic_load_explicit(expected, memory_order_relaxed) != points)
		atomic_fetch_add_explicit(&ledger->wrong, 1, memory_order_relaxed);
}

#endif
