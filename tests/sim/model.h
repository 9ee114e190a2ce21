/* model.h -- the naive model: every event of the log in an array, every answer found by looking.
 *
 * Events enter when the server hands them to the store; those a crash took away leave again.  The
 * state of a customer at number n is what its last event up to n says, so a read that claims to
 * have seen n can be judged whenever it arrives.
 *
 *   O1  Numbers are dense, times never fall.
 *   O2  Every event but genesis, those of days (model_days.h) and of membership (model_segments.h)
 * is what exactly one intent asked for, applied once, not refused. O3  Every event follows from the
 * customer's last one.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_H
#define CRMDB_TESTS_SIM_MODEL_H
#include "server/engine/event.h"
#include "tests/sim/intents.h"
#include "tests/sim/model_calendar.h"
#include "tests/sim/model_standing.h"

#define MODEL_LAST_DAY 47481 /* 2099-12-31 */

struct fact {
	struct event event;       /* texts are the intent's */
	struct standing standing; /* of its customer, after it */
	int32_t month;            /* of an order */
	int32_t today;            /* the programme's day */
	uint64_t day_event;       /* with which it began */
	uint64_t moved;           /* the customer's last one of membership before it; 0: none */
	uint32_t moves;           /* how many of those there were, this one too */
	uint64_t hash;            /* of its record */
	uint64_t digest;          /* of the engine's state here; taken at the ends of groups */
	bool group_end;
	struct intent *intent; /* NULL: genesis, of a day or of membership */
};

struct person {
	uint64_t id;
	uint64_t *events; /* numbers, rising */
	uint32_t count, capacity;
	uint64_t moved; /* the last event of membership; 0: none */
};

/* A saved segment (model_segments.h). */
struct model_saved {
	uint64_t event, dropped; /* 0: it is not */
	uint8_t bit;
};

/* Zero it to begin; freed by model_clear. */
struct model {
	struct intents *intents;
	struct fact *facts; /* of number n: facts[n - 1] */
	uint64_t last, capacity;
	struct person *people;
	uint32_t people_count;
	struct model_saved *saved; /* in the order of their events */
	uint32_t saved_count, saved_capacity;
	uint64_t acknowledged;   /* highest number a client was told of */
	uint64_t newest_version; /* of a profile, that any event named, lost ones too */
	struct standing_rules rules;
	struct model_calendar calendar;
	bool by_hand; /* the day turns only by advance, from first_day on */
	int32_t first_day;
	int32_t today;    /* the programme's day after the last event */
	int32_t by_clock; /* the clock may have turned it so far (model_days.h) */
	int64_t high_us;  /* highest wall clock so far */
	int64_t back_us;  /* how far it may have fallen since */
	int32_t *asked;   /* days to which advances were sent since the start */
	uint32_t asked_count, asked_capacity;
};

struct person_state {
	bool exists;     /* an event is of it */
	uint64_t erased; /* that erased it; 0: it is not */
	int64_t created_us;
	uint64_t created, last; /* event numbers */
	uint32_t events;        /* but those of membership */
	int32_t today;
	struct standing standing; /* standing_none when it does not exist; windows are of today */
	int64_t eve12;            /* spend of 12 months as of the day before */
};

/* Sums are cut at what fits. */
struct model_totals {
	uint64_t customers, orders;
	int64_t points, spend;
};

uint64_t model_hash(const uint8_t *bytes, uint32_t size);
/* The record of the next event (O1 to O3). */
void model_add(struct model *model, uint64_t number, const uint8_t *bytes, uint32_t size,
	       int64_t high_us);
/* A group ends here, with the engine in this state. */
void model_end_group(struct model *model, uint64_t digest);
/* Everything above `last` was lost. */
void model_cut(struct model *model, uint64_t last);
void model_clear(struct model *model);

/* As of number `at`. */
struct person_state model_person(const struct model *model, uint64_t customer, uint64_t at);
/* The event `key` is bound to, or NULL. */
const struct fact *model_bound(const struct model *model, const struct wire_id *key, uint64_t at);
/* Where the customer of this event stood before it. */
struct standing model_before(const struct model *model, const struct event *event);
struct model_totals model_total(const struct model *model, uint64_t at);
/* The fact `at`, or the last. */
const struct fact *model_newest(const struct model *model, uint64_t at);

static inline const struct fact *model_fact(const struct model *model, uint64_t number)
{
	return &model->facts[number - 1];
}

#endif
