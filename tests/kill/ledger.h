/* ledger.h -- everything the clients meant to do and were told, read from their files.
 *
 *   intent      one command with its key: open, ok, refused or unknown
 *   account     one customer as the server's history has shown it so far
 *
 * Rules between the records themselves are checked while reading: an answer never changes, and
 * what was refused, or acknowledged as another event, was not seen in a history before.
 */
#ifndef CRMDB_KILL_LEDGER_H
#define CRMDB_KILL_LEDGER_H
#include "tests/kill/load.h"
#include "tests/kill/record.h"
#include "tests/kill/rules.h"

/* What is wrong, counted; the first sentences are kept. */
struct verdict {
	unsigned count;
	char first[400];
};
void verdict_add(struct verdict *verdict, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

enum intent_state {
	INTENT_OPEN,
	INTENT_OK,
	INTENT_REFUSED,
	INTENT_UNKNOWN
};

struct intent {
	struct wire_id key;
	uint64_t customer;
	int64_t points;
	struct record_purchase purchase;
	int64_t before, after;       /* INTENT_OK */
	struct record_placed placed; /* INTENT_OK */
	uint64_t event;              /* INTENT_OK: the acknowledged one */
	uint32_t number;             /* in its client's file */
	uint64_t seen;               /* the event a history showed with this key; 0: none */
	uint16_t opcode;
	uint8_t state;
	uint8_t client;
};

struct account {
	uint64_t customer; /* 0: empty place */
	uint64_t last;     /* last event seen; 0: never seen */
	int64_t points, spend;
	uint32_t events;
	struct shopper shopper;
	uint32_t person; /* its last put or set: index in intents + 1; 0: none */
	bool erased;
	bool touched; /* listed in ledger.touched */
	bool fresh;   /* its history holds events not matched yet */
};

/* A day that a client was told has turned. */
struct told_day {
	int64_t day;
	uint64_t event;
};

struct ledger {
	int files[LOAD_CLIENTS];
	struct intent *intents;
	uint32_t intent_count, intent_capacity;
	uint32_t *by_number[LOAD_CLIENTS]; /* of a client's intent: index in intents */
	uint32_t numbers[LOAD_CLIENTS], number_capacity[LOAD_CLIENTS];
	uint32_t *by_key; /* open addressing: index + 1 */
	uint32_t key_slots;
	struct account *accounts; /* open addressing */
	uint32_t account_slots, account_count;
	uint64_t *touched; /* customers named since ledger_forget_touched, or in doubt */
	uint32_t touched_count, touched_capacity;
	uint32_t *acked; /* intents acknowledged since ledger_forget_touched */
	uint32_t acked_count, acked_capacity;
	struct told_day *days;
	uint32_t day_count, day_capacity;
};

void ledger_open(struct ledger *ledger, const char *directory);
void ledger_close(struct ledger *ledger);

/* Read what the clients wrote since the last time. */
void ledger_read(struct ledger *ledger, struct verdict *verdict);
/* Start a new list of touched customers: those of commands in doubt. */
void ledger_forget_touched(struct ledger *ledger);
/* A day changes anybody: touch every customer. */
void ledger_touch_all(struct ledger *ledger);
/* Forget every history seen; touch every customer and acknowledged intent. */
void ledger_forget_seen(struct ledger *ledger);

/* NULL: nobody asked for a command with this key. */
struct intent *ledger_find_key(struct ledger *ledger, struct wire_id key);
struct account *ledger_account(struct ledger *ledger, uint64_t customer);

#endif
