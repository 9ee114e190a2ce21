/* record.h -- the intent/ack file of one client: what it was about to send, and what it was told.
 *
 *   | INTENT 7 | INTENT 8 | OK 7 | UNKNOWN 8 | OK 8 | ...      fixed-size records, appended
 *     \______ synced ____/  \___ synced ___/
 *         before sending      after the reply
 *
 * One process writes a file, another reads it while it grows; a record is seen whole or not yet.
 */
#ifndef CRMDB_KILL_RECORD_H
#define CRMDB_KILL_RECORD_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/wire.h"

enum record_kind {
	RECORD_INTENT = 1,
	RECORD_OK,       /* before, after, event, placed, repeated are set */
	RECORD_REFUSED,  /* definite: never applied; status is set */
	RECORD_UNKNOWN,  /* may or may not have been applied */
	RECORD_DAY,      /* purchase.day has turned, with `event`; 0: it was the first */
	RECORD_COMPLAINT /* the client saw something wrong: `status` is an enum record_complaint */
};

enum record_complaint {
	COMPLAINT_OTHER_ANSWER = 1, /* a repeat got another answer than the first time */
	COMPLAINT_NOT_REPEATED,     /* a repeat was not marked as one */
	COMPLAINT_REPEAT_REFUSED,   /* a repeat was refused */
	COMPLAINT_CONTENT_TAKEN,    /* the same key with other content was not EXISTS_DIFFERENT */
};

/* What an order asks for beside its customer; zero for other commands. */
struct record_purchase {
	int64_t day, amount;
	uint32_t items, no_points;
};

/* What it was answered beside event and points; zero for other commands. */
struct record_placed {
	int64_t day, spend;
	uint32_t orders;
	uint8_t created, tier_before, tier, stage_before, stage;
};
bool record_placed_equal(const struct record_placed *a, const struct record_placed *b);

struct record {
	uint16_t kind;
	uint16_t opcode;
	uint16_t status;
	uint16_t repeated;
	uint32_t client;
	uint32_t number; /* of the intent in this file, from 0 */
	struct wire_id key;
	uint64_t customer;
	int64_t points;
	struct record_purchase purchase;
	int64_t before, after;
	uint64_t event;
	struct record_placed placed;
};

/* Append and sync; ends the process when the machine refuses. */
void record_append(int fd, const struct record *records, size_t count);

/* The next record of a file being read; false: no whole one yet. */
bool record_next(int fd, struct record *record);

#endif
