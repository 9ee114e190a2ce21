/* intents.h -- what clients asked for: one intent a command, with all that is known of its fate.
 *
 *              answered ok
 *   UNKNOWN ----------------> OK            its event is in the log, for ever
 *      |  ^
 *      |  | sent again by its owner
 *      v  |
 *    REFUSED                                definite: no event of it exists, now or later
 */
#ifndef CRMDB_TESTS_SIM_INTENTS_H
#define CRMDB_TESTS_SIM_INTENTS_H
#include "protocol/messages.h"
#include "server/base/seal.h"

/* The server's: what is bound to the key of a put or set is keyed with it, and fingerprints are. */
#define INTENTS_SECRET                                                                             \
	{                                                                                          \
		1, 2, 3, 4, 5, 6, 7, 8                                                             \
	}

enum intent_state {
	INTENT_UNKNOWN,
	INTENT_OK,
	INTENT_REFUSED
};

/* How its bytes are spoiled on purpose. */
enum intent_fault {
	FAULT_NONE,
	FAULT_OPCODE, /* one nobody knows */
	FAULT_FLAGS,  /* some that nobody knows */
	FAULT_SHORT   /* its last field is not whole */
};

struct intent {
	struct command command; /* what it names and borrows is in `text` */
	char *text;             /* owned by the intent */
	enum intent_fault fault;
	enum intent_state state;
	uint64_t content; /* of a write: intents_content */
	uint32_t owner;   /* index of the client that made it up */
	uint32_t waiting; /* times it is sent and not yet answered */
	uint32_t listed;  /* times it is on a client's list to be sent again */
	uint32_t tries;   /* times it was sent and not called off by a goodbye */
	bool shared; /* several clients sent it at once: a refusal of one is not the last word */
	bool first_seen;         /* the first answer, without REPEATED, has come */
	uint64_t event;          /* that applied it, as the log says; 0: none */
	int64_t sent_us;         /* wall clock when it was first sent */
	int32_t sent_today;      /* the programme's day then */
	struct intent *same_key; /* older intent with the same key, or NULL */
};

/* Zero it to begin; freed by intents_clear. */
struct intents {
	struct intent **all;
	uint32_t count, capacity;
	struct intent **slots; /* by key, newest of the chain */
	uint32_t slot_count;   /* power of two */
};

/* Owned by the table; stays where it is until intents_clear. */
struct intent *intents_add(struct intents *intents, const struct command *command, uint32_t owner);
/* The content bound to the key of a write. */
uint64_t intents_content(const struct command *command);
/* The newest intent with this key, or NULL; follow same_key. */
struct intent *intents_find(const struct intents *intents, const struct wire_id *key);
void intents_clear(struct intents *intents);

/* The customer it names; 0: none. */
uint64_t intents_customer(const struct intent *intent);

/* For failure lines: "points_earn of customer 3 by 50, key ...".  Valid until the next call. */
const char *intents_describe(const struct intent *intent);

#endif
