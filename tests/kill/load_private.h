/* load_private.h -- the inside of a client process, for load_client.c, load_choose.c, load_days.c
 * and load_note.c only. */
#ifndef CRMDB_KILL_LOAD_PRIVATE_H
#define CRMDB_KILL_LOAD_PRIVATE_H
#include "client/crmdb/crmdb.h"
#include "tests/kill/load.h"
#include "tests/kill/record.h"

#define BATCH 64
#define UNKNOWN 4096 /* unknown outcomes kept: with this many no new command is sent */
#define RECENT 256   /* acknowledged ones kept to be repeated */

enum role {
	ROLE_NEW,
	ROLE_RETRY,
	ROLE_REPEAT,
	ROLE_CONFLICT
};

struct item {
	enum role role;
	struct record intent; /* ROLE_REPEAT, ROLE_CONFLICT: with the first answer */
};

struct client {
	const struct load_options *options;
	unsigned index;
	struct load_gate *gate;
	uint64_t random;
	int fd;
	uint32_t next; /* number of the next intent */
	uint64_t born; /* customers of its own created */
	int32_t day;   /* it advances to, until that is answered; 0: none */
	crm_client *db;
	crm_batch *batch;
	crm_result *result;
	struct item items[BATCH];
	uint32_t item_count;
	struct record acks[BATCH];
	uint32_t ack_count;
	struct record unknown[UNKNOWN];
	uint32_t unknown_count;
	struct record recent[RECENT];
	uint32_t recent_count, recent_next;
};

/* Fill in the items of the next batch (load_choose.c), and add them to the library's batch. */
void load_choose(struct client *c);
void load_add(struct client *c, const struct item *item);

/* Client 0: turn the programme's day now and then, or ask again for a day in doubt (load_days.c).
 */
void load_turn_day(struct client *c);

/* Turn answers into acknowledgements (load_note.c). */
void load_note_ok(struct client *c, const struct item *item, uint32_t index);
void load_note_refused(struct client *c, const struct item *item, uint16_t status);
/* The call failed as a whole: new commands are unknown, or known not to be applied. */
void load_note_failed(struct client *c, const crm_error *error);

#endif
