/* describe.h -- the declarations of messages.def, errors.def and events.def as tables to read.
 *
 * For programs that show or check the protocol: help, documentation, tests.  Everything is static
 * and never freed; any thread may read it.  Errors are in errors.h (error_infos).
 */
#ifndef CRMDB_PROTOCOL_DESCRIBE_H
#define CRMDB_PROTOCOL_DESCRIBE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/errors.h"

struct field_info {
	const char *type; /* "u64", "id", "text", "list" ... as in messages.def */
	const char *name;
	const char *doc;
	bool optional; /* an OPTION: may be missing, with all that follow it */
};

struct message_info {
	const char *name; /* "points_earn" */
	uint16_t opcode;
	const char *access; /* "CONTROL", "READ" or "WRITE" */
	unsigned since;     /* protocol version */
	const char *doc;
	const struct field_info *fields; /* of the request */
	size_t field_count;
	const struct field_info *results; /* of the answer when its status is ok */
	size_t result_count;
};

/* Element of a list; the list's doc names the record. */
struct record_info {
	const char *name;
	const char *doc;
	const struct field_info *members;
	size_t member_count;
};

struct event_info {
	const char *name;
	uint16_t number;
	const char *doc;
};

/* In the order of their declarations. */
extern const struct message_info message_infos[];
extern const size_t message_info_count;
extern const struct record_info record_infos[];
extern const size_t record_info_count;
extern const struct event_info event_infos[];
extern const size_t event_info_count;

/* NULL: no such opcode. */
const struct message_info *message_info(uint16_t opcode);

/* "refused"; what a class promises, as one sentence.  Static. */
const char *error_class_name(enum error_class class);
const char *error_class_doc(enum error_class class);

#endif
