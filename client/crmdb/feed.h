/* crmdb/feed.h -- follow what happens: every durable event, in order, each once.
 *
 *   crm_feed *feed = crm_feed_open(NULL, &(crm_feed_options){.from = 1}, &error);
 *   while (crm_feed_next(feed, 1000, &event) >= 0)
 *           ...
 *
 * A feed connects again by itself, after the server was away as well, and goes on behind the last
 * event it gave.  An application that stores the position with what it made of the event, in one
 * transaction of its own, misses nothing and does nothing twice, whoever of the two is killed.
 *
 * Threads: a crm_feed belongs to one thread at a time.  Rules and units as in crmdb/crmdb.h.
 */
#ifndef CRMDB_FEED_H
#define CRMDB_FEED_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crm_feed crm_feed;

/* How far one came: all that is wanted up to `event` was given.  To be stored as it is. */
typedef struct crm_position {
	uint8_t database[16]; /* all zero: unknown */
	uint64_t incarnation; /* of the server under which it was learnt; 0: unknown */
	uint64_t event;
} crm_position;

/* Zero it for all events from now on. */
typedef struct crm_feed_options {
	const crm_position *after; /* go on behind this position; NULL: begin with `from` */
	uint64_t from;             /* first event wanted; 0: the next one */
	uint64_t kinds;            /* crm_feed_kind of each type wanted, or-ed; 0: all */
	const char *segment;       /* only what is of this saved segment, as below; NULL: all */
} crm_feed_options;

/* To keep the members of a saved segment: begin with an exact stream of it, whose number is N, and
 * follow its feed from N + 1.  It gives
 *
 *   membership        the customer entered or left, by the bit of the segment's number
 *   customer_erased   of anybody: the customer is in no segment any more
 *   segment_dropped   the last one: nothing more will come
 *   segment_saved     the position was of an earlier one of that name: begin again
 */

typedef struct crm_event {
	crm_entry entry;
	uint64_t customer;      /* 0: of no customer */
	uint64_t entered, left; /* bit n: the customer entered or left saved segment n */
	int more;               /* 1: the next event belongs together with it */
} crm_event;

/* The bit of a type such as "order_placed"; 0: there is none of that name. */
uint64_t crm_feed_kind(const char *type);

/* Subscribe.  `uri` as for crm_open.  NULL: *error says why; SEQ_TRUNCATED: what is wanted is no
 * longer in the log, POSITION_AHEAD and POSITION_FOREIGN: the position is not of this database, or
 * the database went back to a backup; then an application starts again from an exact list.
 * Owned by the caller; freed by crm_feed_close. */
crm_feed *crm_feed_open(const char *uri, const crm_feed_options *options, crm_error *error);
void crm_feed_close(crm_feed *feed); /* NULL is allowed */

/* Wait up to `timeout_ms` for the next event; to connect again may take the address's
 * connect_timeout longer.  1: *event is set.  0: none yet.  -1: the feed has ended for good,
 * crm_feed_error says why. */
int crm_feed_next(crm_feed *feed, uint32_t timeout_ms, crm_event *event);
/* Why it ended, or what is in the way of connecting again; CRM_OK: nothing is. */
crm_status crm_feed_error(const crm_feed *feed, crm_error *error);

/* Where it stands behind the last event given. */
void crm_feed_position(const crm_feed *feed, crm_position *out);

#ifdef __cplusplus
}
#endif
#endif
