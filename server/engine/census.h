/* census.h -- where all customers stand: the spend index, and the tier x stage matrix beside it.
 *
 *             prospect   new    active  ...
 *   none      [ 3,1,2 ] [     ] [ 4,4,1 ]        customers (the index counts), spend, points
 *   bronze    [       ] [     ] [ 2,9,7 ]
 *
 * Derived from the rows: not kept while the log is replayed, then built at once.  Each cell knows
 * the last event that changed what questions see of it (I3).
 */
#ifndef CRMDB_ENGINE_CENSUS_H
#define CRMDB_ENGINE_CENSUS_H
#include "protocol/messages.h"
#include "server/engine/index/spend_index.h"
#include "server/engine/rows.h"

/* A sum of amounts: four billion of 2^63 fit. */
__extension__ typedef __int128 engine_sum;

struct census_cell {
	engine_sum spend, points;
	uint64_t moved;   /* last event that changed its customers or their spend */
	uint64_t touched; /* ... or their points */
};

struct census {
	struct spend_index *index;
	bool built;
	struct census_cell cells[SPEND_CELLS];
};

/* False: out of memory. */
bool census_open(struct census *census, const struct memory *memory);
void census_close(struct census *census);

/* Room for `changes` calls of enter or follow.  False: out of memory. */
bool census_reserve(struct census *census, uint64_t changes);

/* Build from all rows as of event `applied`.  Needs a census not built.  False: out of memory. */
bool census_build(struct census *census, const struct rows *rows, uint64_t applied);

/* What of a row counts here. */
struct census_place {
	int64_t spend, points;
	uint8_t tier, stage;
};
struct census_place census_place(const struct rows *rows, uint32_t row);

/* Event `number` made customer `id`, who stands at `to`; or changed it, who stood at `from`.
 * Nothing while not built. */
void census_enter(struct census *census, uint64_t id, const struct census_place *to,
		  uint64_t number);
/* ... or erased it, who stood at `from`. */
void census_leave(struct census *census, uint64_t id, const struct census_place *from,
		  uint64_t number);
struct census_step {
	uint64_t id, number;
	struct census_place from, to;
};
void census_follow(struct census *census, const struct census_step *step);

/* I3: the last event that changed what is seen of these cells. */
uint64_t census_moved(const struct census *census, const struct spend_query *query);
uint64_t census_touched(const struct census *census);

/* The cells of the first `tiers` tiers that have customers, by tier, then stage, sums cut at what
 * fits; returns how many.  Needs a census that is built. */
uint32_t census_cells(const struct census *census, uint32_t tiers,
		      struct rec_cell out[SPEND_CELLS]);

static inline struct census_cell *census_cell(struct census *census, uint8_t tier, uint8_t stage)
{
	return &census->cells[tier * SPEND_STAGES + stage];
}

#endif
