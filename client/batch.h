/* batch.h -- the inside of a crm_batch.
 *
 *   body    | command | command | command | ...      the body of a request frame, as it will be
 * sent items   | at, opcode, keyless | ...              one a command
 */
#ifndef CRMDB_CLIENT_BATCH_H
#define CRMDB_CLIENT_BATCH_H
#include "client/buffer.h"
#include "client/crmdb/crmdb.h"
#include "client/keys.h"
#include "protocol/limits.h"
#include "protocol/messages.h"

struct batch_item {
	uint32_t at; /* of the command in the body */
	uint16_t opcode;
	uint16_t keyless; /* 1: a write that gets a fresh key when it is executed */
};

/* A field number in the body that is still to be put in: of a field added at run time. */
struct batch_name {
	uint32_t at;    /* of the number */
	uint32_t index; /* of its command */
	char name[LIMIT_NAME_BYTES + 1];
};

struct crm_batch {
	struct buffer body;
	struct buffer items; /* struct batch_item */
	struct buffer names; /* struct batch_name; in the order of the body */
	uint32_t keyless;    /* items that are */
	uint32_t questions;  /* items that end with a time limit */
	uint32_t writes;
	crm_status fault;      /* of the first command that could not be added */
	const char *fault_why; /* a sentence; NULL: that of errors.def */
	uint32_t fault_index;
	uint32_t fault_column; /* in the text of a question, from 1; 0: none */
	char fault_text[256];  /* a sentence of its own */
};

/* Add a command that does not write.  As the crm_batch_* functions. */
int batch_add_read(crm_batch *batch, const struct command *command);
/* Add a question, whose texts have `bytes` in all; its last field is its time limit. */
int batch_add_question(crm_batch *batch, const struct command *command, uint32_t bytes);
/* Add one that does; `key` is its key field, set here. */
struct batch_extra {
	const char *ref; /* what the key is made from; NULL: it is made later */
	uint32_t list;   /* bytes of the command's list */
};
int batch_add_write(crm_batch *batch, struct command *command, struct wire_id *key,
		    const struct batch_extra *extra);
/* A command that cannot be added; `why`: a sentence, static; NULL: that of errors.def.  -1. */
int batch_refuse(crm_batch *batch, crm_status status, const char *why);
/* Likewise with a sentence that is copied, and a column. */
int batch_refuse_text(crm_batch *batch, crm_status status, const char *text, uint32_t column);

const struct batch_item *batch_items(const struct crm_batch *batch);
const struct batch_name *batch_names(const struct crm_batch *batch);
/* The key of a command that writes; false for others. */
bool batch_key(const struct crm_batch *batch, uint32_t index, struct wire_id *key);

/* May it be executed?  If not, *error says why: a command that could not be added, or no command.
 */
crm_status batch_check(const struct crm_batch *batch, crm_error *error);
/* Give every keyless write a fresh key, kept from now on.  False: no random bytes. */
bool batch_make_keys(struct crm_batch *batch, const struct keys *keys);
/* Give every question this time limit. */
void batch_set_timeout(struct crm_batch *batch, uint32_t timeout_ms);
/* BATCH_TOO_LARGE when its frame is over these limits. */
crm_status batch_check_limits(const struct crm_batch *batch, uint32_t frame_bytes,
			      uint32_t frame_commands, crm_error *error);

#endif
