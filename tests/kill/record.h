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
	RECORD_OK,       /* before, after, event, repeated are set */
	RECORD_REFUSED,  /* definite: never applied; status is set */
	RECORD_UNKNOWN,  /* may or may not have been applied */
	RECORD_COMPLAINT /* the client saw something wrong: `status` is an enum record_complaint */
};

enum record_complaint {
	COMPLAINT_OTHER_ANSWER = 1, /* a repeat got another answer than the first time */
	COMPLAINT_NOT_REPEATED,     /* a repeat was not marked as one */
	COMPLAINT_REPEAT_REFUSED,   /* a repeat was refused */
	COMPLAINT_CONTENT_TAKEN,    /* the same key with other content was not EXISTS_DIFFERENT */
};

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
	int64_t before, after;
	uint64_t event;
};

/* Append and sync; ends the process when the machine refuses. */
void record_append(int fd, const struct record *records, size_t count);

/* The next record of a file being read; false: no whole one yet. */
bool record_next(int fd, struct record *record);

#endif
