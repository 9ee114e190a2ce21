/* check_people.c -- proves what people are found by, and what erasure left.
 *
 *   C10  Each identity leads to a row that is not erased and has a profile; they are counted right,
 *        and each is found where it is.
 *   C11  An erased row has no points and no profile; there are as many as were erased; no version
 *        of a profile is above the newest, and the profiles are counted right.
 */
#include <inttypes.h>

#include "server/engine/check.h"

static bool check_identities(const struct engine *engine, struct failure *failure)
{
	const struct identities *identities = &engine->identities;
	const struct identities_slot *slot;
	uint64_t cursor = 0, live = 0, freed = 0;
	while ((slot = identities_next(identities, &cursor)) != NULL) {
		if (slot->holder == IDENTITY_FREED) {
			freed++;
			continue;
		}
		uint32_t row = slot->holder - 1;
		if (row >= engine->rows.count || rows_hot(&engine->rows, row)->profile == 0)
			return DAMAGED(failure,
				       "an identity leads to row %" PRIu32 ", which has no profile",
				       row);
		if (identities_find(identities, slot->fingerprint) != row)
			return DAMAGED(failure,
				       "an identity of customer %" PRIu64
				       " is not found in its place",
				       rows_id(&engine->rows, row));
		live++;
	}
	if (live == identities->live && freed == identities->dead &&
	    live + freed == identities->table.entries)
		return true;
	return DAMAGED(failure,
		       "%" PRIu64 " identities and %" PRIu64 " freed ones are counted as %" PRIu64
		       " and %" PRIu64,
		       live, freed, identities->live, identities->dead);
}

bool check_people(const struct engine *engine, struct failure *failure)
{
	uint64_t gone = 0, profiles = 0;
	if (!check_identities(engine, failure)) /* C10 */
		return false;
	for (uint32_t row = 0; row < engine->rows.count; row++) {
		const struct rows_hot *hot = rows_hot(&engine->rows, row);
		gone += hot->erased;
		profiles += hot->profile != 0;
		if (hot->profile > engine->newest_profile ||
		    (hot->erased != 0 &&
		     (hot->profile != 0 || *rows_points(&engine->rows, row) != 0))) /* C11 */
			return DAMAGED(failure,
				       "customer %" PRIu64 ": profile %" PRIu64
				       " and balance cannot be, the newest is %" PRIu64,
				       rows_id(&engine->rows, row), hot->profile,
				       engine->newest_profile);
	}
	if (gone == engine->totals.gone && profiles == engine->totals.profiles) /* C11 */
		return true;
	return DAMAGED(failure,
		       "%" PRIu64 " rows are erased and %" PRIu64
		       " have a profile; counted are %" PRIu64 " and %" PRIu64,
		       gone, profiles, engine->totals.gone, engine->totals.profiles);
}
