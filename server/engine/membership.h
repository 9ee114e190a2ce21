/* membership.h -- who is in which saved segment.
 *
 *   an event or a day changes a row --> touched --settle--> judged --> event `membership`, if it
 *                                                                      differs from the column
 *   a segment is saved, event N     --> build: all rows as they were at N, without events
 *
 *   M1  Bits of column `segments` mean something for live segments only, and for the one that is
 *       built only in rows that were judged: those before build_at, those marked ROWS_EARLY, and
 *       those made after N.  The logical state has membership_bits.
 *   M2  Where nothing is touched and no day has yet to look at the row, they say what the
 *       conditions do, today.
 *   M3  While a segment is built no other is saved or dropped, and no day begins.
 *   M4  In replay nothing is touched: events tell who enters and leaves; who was in at N is judged
 *       when the event is applied.
 *   M5  An erasure ends all memberships; no event says so but its own.
 */
#ifndef CRMDB_ENGINE_MEMBERSHIP_H
#define CRMDB_ENGINE_MEMBERSHIP_H
#include "server/engine/settle.h"
#include "server/engine/state.h"

/* Apply events.  Cannot fail. */
void membership_save(struct engine *engine, const struct event *event);
void membership_drop(struct engine *engine, const struct event *event);
void membership_follow(struct engine *engine, const struct event *event, uint32_t row);
void membership_erase(struct engine *engine, uint32_t row, uint64_t number);
/* A day began: dates from today are other dates. */
void membership_turn(struct engine *engine);

/* A live segment whose condition asks for the field at this place (sources.h); NULL: none does. */
const struct segment *membership_asks_for(const struct engine *engine, uint32_t place);

/* Anything of the row is going to change: a build judges it before. */
void membership_before_change(struct engine *engine, uint32_t row);
/* It changed, or a day looked at it. */
void membership_touch(struct engine *engine, uint32_t row);
/* Is there room for a day to look at more rows, beside those of a window of commands? */
bool membership_has_room(const struct engine *engine);

/* From here on they are kept by deciding (M4): rows that a day has yet to look at come due.  Needs
 * a calendar queue.  False: out of memory. */
bool membership_start(struct engine *engine);

/* The segments a row is in: as the column says, or judged now where it does not (M1) or the row is
 * touched. */
uint64_t membership_bits(const struct engine *engine, uint32_t row);

/* masks[i]: those of `wanted` whose conditions are true of rows[i] today; count <=
 * MEMBERSHIP_BATCH, the arrays have that size. */
#define MEMBERSHIP_BATCH 256u
void membership_judge(const struct engine *engine, const uint32_t *rows, uint32_t count,
		      uint64_t wanted, uint64_t *masks);

#endif
