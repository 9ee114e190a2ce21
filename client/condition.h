/* condition.h -- the inside of a crm_condition. */
#ifndef CRMDB_CLIENT_CONDITION_H
#define CRMDB_CLIENT_CONDITION_H
#include "client/crmdb/crmdb.h"
#include "protocol/predicate.h"

struct crm_condition {
	struct wire_writer to;
	crm_status fault; /* of the first step that could not be added */
	const char *why;  /* a sentence, static */
	uint8_t program[LIMIT_PREDICATE_BYTES];
};

/* Its program, checked; NULL: all customers.  False: the batch has been told why not. */
bool condition_program(const crm_condition *condition, crm_batch *batch, struct wire_text *program);

#endif
