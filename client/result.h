/* result.h -- the inside of a crm_result.
 *
 *   body    | answer | answer | answer | ...      as it came
 *   items   | at, opcode, status | ...            one an answer
 */
#ifndef CRMDB_CLIENT_RESULT_H
#define CRMDB_CLIENT_RESULT_H
#include "client/batch.h"
#include "client/buffer.h"
#include "client/crmdb/crmdb.h"
#include "protocol/messages.h"

struct result_item {
	uint32_t at; /* of the answer in the body */
	uint16_t opcode, status;
};

/* Where the last record read ends, so that reading a list from its start to its end is one way. */
struct result_mark {
	const uint8_t *list; /* its bytes; NULL: none */
	uint32_t next;       /* number of the record at `at` */
	const uint8_t *at;
};

/* A field added at run time. */
struct result_name {
	uint16_t number;
	char name[LIMIT_NAME_BYTES + 1];
};

struct crm_result {
	struct buffer body;
	struct buffer items;      /* struct result_item */
	struct buffer names;      /* struct result_name, of profiles that show such fields */
	struct result_mark *mark; /* a cache: changes while the result does not */
};

/* Decode the answer at `index`, when it is one to `opcode` and went well. */
bool result_answer(const crm_result *result, uint32_t index, uint16_t opcode,
		   struct answer *answer);

/* The name of a field added at run time; NULL: not known.  Borrowed until crm_result_free. */
const char *result_field_name(const crm_result *result, uint16_t number);

/* The integers of a refusal's sentence; zero when there is none. */
struct error_detail result_detail(const crm_result *result, uint32_t index);

/* Record `index` of a list, whose head says its size; false: there is none. */
bool result_record(const crm_result *result, const struct wire_list *list, uint32_t index,
		   struct wire_reader *out);

/* Keep a reply to the `count` commands of `items` in *result, made when it is NULL.  BAD_REPLY when
 * it does not answer exactly them, NO_MEMORY; *result is then still to be freed. */
crm_status result_take(crm_result **result, const struct batch_item *items, uint32_t count,
		       const uint8_t *body, size_t size);

#endif
