/* turn.h -- turning the programme's day: what the server asks of the engine (engine.h).
 *
 *   engine_begin_day --> event, applied --> engine_age until AGEING_TURNED --> commands of the day
 *   engine_close_day --> event, applied --> engine_begin_day of the next
 *
 * n days are n such turns.  Commands on one customer may come in between; before each,
 * engine_age_first.  Questions about sets wait while engine_is_turning.  Before a day begins,
 * engine_settle (settle.h). */
#ifndef CRMDB_ENGINE_TURN_H
#define CRMDB_ENGINE_TURN_H
#include "server/engine/engine.h"
#include "server/engine/history.h"

/* What the event of a day's end points into. */
struct day_close {
	int64_t now_us;
	uint8_t room[HISTORY_DAY_BYTES];
};
/* The event with which today ends: where all customers stand; the next day's belongs into the same
 * group.  False: it is applied already.  Needs engine_index, an engine that is not turning, and
 * segments that are settled.  Borrows `close` for the event. */
bool engine_close_day(const struct engine *engine, struct day_close *close, struct event *event);

/* As how many events of EVENT_DAY_BYTES an event of a day counts. */
uint32_t engine_day_cost(const struct event *event);

struct day_begin {
	int64_t now_us;
	uint64_t cause; /* part day */
};
/* The event with which the day after today begins.  Needs an engine that is not turning, and a day
 * of the calendar. */
void engine_begin_day(const struct engine *engine, const struct day_begin *begin,
		      struct event *event);

/* Room for `events` more events of days, by engine_day_cost; for one that closes a day at least.
 * ERROR_OK or ERROR_OUT_OF_MEMORY. */
enum error engine_reserve_days(struct engine *engine, size_t events);

/* Are there customers whom today has yet to look at? */
bool engine_is_turning(const struct engine *engine);

enum ageing {
	AGEING_TURNED, /* the day has turned */
	AGEING_EVENT,  /* *event is to be applied before the next call */
	AGEING_MORE,   /* the budget is used up, or customers are to be settled first (settle.h) */
};
/* Look at up to *budget customers of today, less those looked at; what takes no event is done here:
 * it changes no logical state.  Needs room for *budget events. */
enum ageing engine_age(struct engine *engine, int64_t now_us, uint32_t *budget,
		       struct event *event);

/* True: today changes the customer whom this command names, and *event is to be applied first.
 * Needs room for one event. */
bool engine_age_first(struct engine *engine, const struct command *command, int64_t now_us,
		      struct event *event);

#endif
