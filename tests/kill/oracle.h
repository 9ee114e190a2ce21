/* oracle.h -- is what the server shows exactly what the clients' files allow?
 *
 * With the clients at the gate, through the client library:
 *
 *   O1  Every acknowledged command, sent again, is answered as the first time, as REPEATED.
 *   O2  Every event of a customer but those of days and of membership belongs to exactly one
 * intent: same customer, kind and amount.  Refused ones have none, unknown ones one or none,
 * acknowledged ones the one they were told. O3  Event numbers are dense: the histories hold every
 * number behind those that saved the segments (which come first) to the last, once, but for those
 * with which days began.  These are as many as days have passed, and the ones that client 0 was
 * told are among them, each for its day. O4  A history is a chain: each event starts from where the
 * one before left balance, spend, tier and stage; these, their sums, the number of customers and of
 * events follow from it. O5  Sets agree with histories: the walk over all customers shows each as
 * its history does, the count, the pages in order of spend and the matrix add up to the walk. O6
 * Tiers and stages are what the rules (rules.h) say of each order, and of each day, in one event or
 * none; a day that began has turned, also when the server was killed meanwhile. O7  An erased
 * customer answers only that; its commands, sent again, are repeated or refused. O8  A profile is
 * that of the last event that gave one; a phone leads to who has it, or nobody. O9  Who is in a
 * saved segment, by its stream and its count, is who passes its condition by an exact stream of all
 * customers.
 *
 * A round looks at what was added since the last one and at a sample of older acknowledgements;
 * `everything` starts over from event 1.
 */
#ifndef CRMDB_KILL_ORACLE_H
#define CRMDB_KILL_ORACLE_H
#include "tests/kill/ledger.h"

struct oracle {
	struct ledger *ledger;
	const char *uri;
	uint64_t random;
	uint64_t saved;     /* the event that saved the last segment */
	uint64_t members;   /* of all segments at all looks */
	uint64_t checked;   /* events up to here have been matched */
	uint64_t repeats;   /* acknowledgements asked again, in all */
	uint64_t customers; /* created, as histories show */
	int64_t points;     /* sum of the balances histories show */
	uint64_t orders;    /* placed, and what they add up to */
	int64_t spend;
	uint64_t *days; /* the event with which each day after LOAD_FIRST_DAY began */
	uint32_t day_count, day_capacity;
	uint64_t closed;    /* the event that closed a day, when the next one has not come; 0 */
	uint32_t told;      /* days that client 0 was told, compared so far */
	uint64_t recovered; /* last event found by the start before this look; 0: not known */
	uint64_t turned;    /* changes by days, in all */
};

struct oracle_summary {
	uint64_t events;  /* last event */
	uint64_t added;   /* events matched now */
	uint64_t repeats; /* commands asked again now */
	uint64_t unknown; /* in doubt when the clients stopped */
	bool half_turned; /* the start found a day in the middle of its turn */
};

/* `ledger` and `uri` are borrowed. */
void oracle_open(struct oracle *oracle, struct ledger *ledger, const char *uri, uint64_t seed);
void oracle_close(struct oracle *oracle);
/* Save the segments it looks at, before anything else is written. */
void oracle_save_segments(struct oracle *oracle);
void oracle_check(struct oracle *oracle, bool everything, struct oracle_summary *summary,
		  struct verdict *verdict);

#endif
