/* days.h -- turning the programme's day: when the clock says so, or an advance does.
 *
 *   clock (I6) --> judge --> goal --> day event --> flips, in slices between commands --> next day
 *                    |
 *                    +--> suspect: serve, do not advance, until an advance confirms
 *
 *   A1  Days turn one by one; the next begins when all customers of the one before were looked at.
 *   A2  The clock alone never moves the goal by more than DAYS_STEP_RUNNING days while running,
 *       DAYS_STEP_START at a start, and nothing moves it back.
 *   A3  Turning gets at least half of the engine: each turn of the loop as many customers as
 *       commands ran in it, and never fewer than DAYS_SLICE.
 *   A4  A slice for each flush while few commands run: groups stay small, and the loop sleeps
 *       beside a flush, so that commands find it rested.
 */
#ifndef CRMDB_APP_DAYS_H
#define CRMDB_APP_DAYS_H
#include "server/app/commit.h"
#include "server/engine/engine.h"
#include "server/engine/turn.h"

#define DAYS_STEP_RUNNING 3
#define DAYS_STEP_START 31
#define DAYS_SLICE 200u /* customers: about 0.2 ms */

/* Why a day began: part day of its event. */
enum days_cause {
	DAYS_BY_CLOCK = 1,
	DAYS_BY_ADVANCE = 2
};

struct days {
	struct engine *engine;
	struct commit *commit;
	struct wire_text zone_table; /* borrowed from the engine's genesis */
	bool by_hand;                /* the clock does not count */
	bool suspect;                /* the clock's day is not believed */
	bool starved;                /* there was no memory for the last slice */
	int32_t clock_day;           /* of the clock at the last look */
	int32_t goal;                /* the day to turn to */
	enum days_cause cause;       /* of the goal */
	int64_t from_us, until_us;   /* while the clock is in here, its day is clock_day */
	int64_t began_us;            /* of the turn that goes on; 0: none */
	int64_t turn_us;             /* how long the last one took */
	uint64_t events, turn_events;
	uint64_t commands; /* of the core, at the last slice */
	uint64_t sliced;   /* flushes made before the last slice */
};

/* At a start, after replay: a longer step of the clock is believed (A2). */
void days_open(struct days *days, struct engine *engine, struct commit *commit, int64_t now_us);

struct days_clock {
	int64_t now_us;
	uint64_t commands; /* executed since the start */
};
/* At the end of each turn of the loop: look at the clock, turn a slice.  True: there is more to do
 * at once. */
bool days_turn(struct days *days, const struct days_clock *clock);

/* Record an event of the day that turns.  Needs room in commit and engine. */
void days_record(struct days *days, const struct event *event);

/* Record memberships of customers who were touched.  Needs room in commit (C3). */
void days_settle(struct days *days, int64_t now_us);

/* An advance was found valid: go to `day`. */
void days_go(struct days *days, int32_t day);

/* Must questions about sets wait? */
bool days_are_busy(const struct days *days);

/* The clock to look at again, ms from now, when nothing else happens. */
uint32_t days_next_look_ms(const struct days *days, int64_t now_us);

/* What `info` says about days. */
void days_info(const struct days *days, struct ans_info *info);

#endif
