/* asks.h -- what one connection's frame asks of people.mdb: one job for all that a stretch needs.
 *
 *   execute_people.c gathers --> asks --> registry.c: a job reads, merges, writes --> evidence
 *
 * Customer, base and version are fixed when a command is asked for; that they still hold is seen
 * when it is decided.
 *
 *   A1  A document that was written under a version is settled exactly once: kept by the event that
 *       names it, or dropped.
 *   A2  Bounded: ASKS_MOST asks, of ASKS_DOCUMENT_BYTES of documents for each job and one more.
 */
#ifndef CRMDB_APP_ASKS_H
#define CRMDB_APP_ASKS_H
#include "server/app/dossier.h"
#include "server/engine/engine.h"
#include "server/store/people.h"

#define ASKS_MOST 256u
#define ASKS_DOCUMENT_BYTES (1u << 20) /* as much as may wait unsent */

enum ask_state {
	ASK_FREE, /* no ask */
	ASK_NEW,  /* the next job does it */
	ASK_DONE, /* document or error are here; a change is durable under `version` */
};

struct ask {
	uint64_t customer;
	uint64_t base;    /* version it is worked out from; of a profile: the one to show */
	uint64_t version; /* the one it makes */
	uint16_t opcode;
	uint16_t place; /* which command of the frame asked */
	bool fresh;     /* done by the job that runs: its step is still to be committed */
	enum ask_state state;
	const struct ask *after; /* makes the base, is of the same asks; NULL: it is stored */
	uint8_t *input;          /* owned copy of the fields' bytes */
	struct wire_list fields;
	enum error error;
	struct error_detail detail;
	struct dossier dossier;
	uint32_t count; /* records of a profile's document */
};

struct registry;

/* Zero it to begin; freed by asks_clear. */
struct asks {
	struct ask *slots; /* ASKS_MOST, which stay where they are; NULL: none yet */
	uint32_t count;    /* of them not free */
	uint32_t shy;      /* how many places less than ASKS_MOST the frame looks ahead */
	uint16_t places[ASKS_MOST];
	/* The registry's. */
	struct registry *registry;
	struct asks *next;
	void (*done)(void *context);
	void *context;
};

/* The ask of command `place`, or NULL. */
struct ask *asks_at(const struct asks *asks, uint16_t place);
/* The last ask before `place` that makes a document of this customer, or NULL. */
const struct ask *asks_before(const struct asks *asks, uint16_t place, uint64_t customer);
/* A new ask, zero but for its place.  Places may come in any order, each once.  NULL: no room (A2),
 * no memory. */
struct ask *asks_add(struct asks *asks, uint16_t place);
/* Give it a copy of a command's fields.  False: no memory. */
bool ask_take_fields(struct ask *ask, const struct wire_list *fields);
void asks_remove(struct asks *asks, struct ask *ask);
void asks_clear(struct asks *asks);        /* none is left */
bool asks_change(const struct asks *asks); /* one of the new ones makes a document */
void asks_fail(struct asks *asks);         /* there is no memory for the new ones */

/* Work: read, merge, make what is new, in the order of places, as far as A2 allows.  Off the loop.
 * `room`: PEOPLE_DOCUMENT_BYTES. */
void asks_work(struct asks *asks, struct people *people, const struct seal *seal, uint8_t *room);

/* The step that stores it; false: it has none (a profile, an error). */
bool ask_step(const struct ask *ask, struct people_step *step);
/* What decide takes of it. */
struct person_evidence ask_evidence(const struct ask *ask);

#endif
