/* check.c -- proves every derived structure against what it is derived from.
 *
 *   C1  Ids and rows name each other, one to one.
 *   C2  A row's chain is possible: created <= last <= applied, and as many events as it says.
 *   C3  Every event but the genesis and those of days, fields and segments belongs to one row.
 *   C4  The balance total is the sum of the column; conservation holds; no balance is negative.
 *   C5  Keys are found where they are, are bound to events there are, and are counted right.
 *
 * What orders made is in check_sets.c, C6 to C9; what people are found by in check_people.c, C10
 * and C11; days in check_days.c, C12 and C13; attributes in check_attributes.c, C14 to C17;
 * added fields in check_added.c, C18 and C19;
 * saved segments in check_segments.c, C20 and C21; the history of days in check_history.c, C22 to
 * C24.
 */
#include <inttypes.h>

#include "server/engine/check.h"

static bool check_row(const struct engine *engine, uint32_t row, struct failure *failure)
{
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	uint64_t id = rows_id(&engine->rows, row);
	if (id == 0 || ids_find(&engine->ids, id) != row) /* C1 */
		return DAMAGED(failure, "row %" PRIu32 ": id %" PRIu64 " does not lead to it", row,
			       id);
	uint64_t length = hot->last_event - hot->created_event;
	if (hot->created_event < 2 || hot->created_event > hot->last_event ||
	    hot->last_event > engine->applied || hot->events == 0 || hot->events - 1 > length ||
	    (hot->events == 1 && length != 0 && engine->segments.memberships == 0)) /* C2 */
		return DAMAGED(failure,
			       "customer %" PRIu64 ": %" PRIu32 " events from %" PRIu64
			       " to %" PRIu64 " cannot be, of %" PRIu64 " in all",
			       id, hot->events, hot->created_event, hot->last_event,
			       engine->applied);
	if (*rows_points(&engine->rows, row) < 0) /* C4 */
		return DAMAGED(failure, "customer %" PRIu64 ": the balance is %" PRId64, id,
			       *rows_points(&engine->rows, row));
	return true;
}

static bool check_rows(const struct engine *engine, struct failure *failure)
{
	engine_sum balance = 0;
	const struct segments *segments = &engine->segments;
	uint64_t events = engine->applied > 0 ? 1 + engine->days + engine->added.events : 0;
	events += segments->events + segments->memberships + engine->history.count;
	for (uint32_t row = 0; row < engine->rows.count; row++) {
		if (!check_row(engine, row, failure))
			return false;
		balance += *rows_points(&engine->rows, row);
		events += rows_hot(&engine->rows, row)->events;
	}
	if (events != engine->applied) /* C3 */
		return DAMAGED(failure,
			       "%" PRIu64 " events were applied, the rows know of %" PRIu64,
			       engine->applied, events);
	const struct engine_totals *totals = &engine->totals;
	if (balance != totals->balance) /* C4 */
		return DAMAGED(failure, "the total of all balances is not their sum");
	if (totals->issued + totals->up !=
	    totals->balance + totals->spent + totals->down + totals->erased) /* C4 */
		return DAMAGED(failure, "points were made or lost: issued + adjusted up is not "
					"balance + spent + adjusted down + erased");
	return true;
}

static bool check_ids(const struct engine *engine, struct failure *failure)
{
	uint64_t cursor = 0, count = 0;
	const struct ids_slot *slot;
	while ((slot = ids_next(&engine->ids, &cursor)) != NULL) {
		if (slot->row >= engine->rows.count ||
		    rows_id(&engine->rows, slot->row) != slot->id) /* C1 */
			return DAMAGED(failure,
				       "id %" PRIu64 " leads to row %" PRIu32
				       ", which is not its own",
				       slot->id, slot->row);
		count++;
	}
	if (count != engine->rows.count || count != engine->ids.table.entries) /* C1 */
		return DAMAGED(failure, "there are %" PRIu64 " ids and %" PRIu32 " rows", count,
			       engine->rows.count);
	return true;
}

static bool check_key(const struct engine *engine, const struct keys_slot *slot,
		      struct failure *failure)
{
	unsigned version = key_version(slot->key);
	if ((version != 7 && version != 8) || slot->event < 2 || slot->event > engine->applied)
		return DAMAGED(failure,
			       "a key of version %u is bound to event %" PRIu64 " of %" PRIu64,
			       version, slot->event, engine->applied);
	const struct keys_slot *found = keys_find(&engine->keys, &slot->key);
	if (keys_live(&engine->keys, &slot->key) && (found == NULL || found->event != slot->event))
		return DAMAGED(failure, "the key of event %" PRIu64 " is not found in its place",
			       slot->event);
	return true;
}

static bool check_keys(const struct engine *engine, struct failure *failure)
{
	const struct keys *keys = &engine->keys;
	uint64_t cursor = 0, count = 0, timed = 0;
	const struct keys_slot *slot;
	while ((slot = keys_next(keys, &cursor)) != NULL) {
		if (!check_key(engine, slot, failure))
			return false;
		timed += key_version(slot->key) == 7 ? 1 : 0;
		count++;
	}
	uint64_t counted = keys->dead;
	for (uint32_t i = 0; i < KEYS_BUCKETS; i++)
		counted += keys->timed[i];
	if (count != keys->table.entries || timed != counted) /* C5 */
		return DAMAGED(failure,
			       "%" PRIu64 " keys, %" PRIu64
			       " of them timed, are counted as %" PRIu64 " and %" PRIu64,
			       count, timed, keys->table.entries, counted);
	return true;
}

bool engine_check(const struct engine *engine, struct failure *failure)
{
	return check_rows(engine, failure) && check_ids(engine, failure) &&
	       check_keys(engine, failure) && check_purchases(engine, failure) &&
	       check_days(engine, failure) && check_census(engine, failure) &&
	       check_people(engine, failure) && check_attributes(engine, failure) &&
	       check_added(engine, failure) && check_segments(engine, failure) &&
	       check_history(engine, failure);
}
