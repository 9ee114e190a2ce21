/* found_reply.h -- a reply with an answer to every kind of question, as a server would send it. */
#ifndef CRMDB_TESTS_SUPPORT_FOUND_REPLY_H
#define CRMDB_TESTS_SUPPORT_FOUND_REPLY_H
#include "client/result.h"

enum found_answer {
	FOUND_PAGE,   /* customers 7 and 8 with tier, spend, last_order, size, vegan; 8 has none */
	FOUND_GROUPS, /* gold and without a tier; spend summed up */
	FOUND_STREAM, /* number 3 */
	FOUND_PART,   /* a part of it: as the page */
	FOUND_GROUPS_PART,
	FOUND_COUNT,
	FOUND_SEGMENTS,
	FOUND_FIELDS,
	FOUND_REFUSED, /* QUERY_FIELD at column 9: teir, did you mean tier */
	FOUND_TEST,
	FOUND_SAVED,
	FOUND_DROPPED,
	FOUND_ANSWERS
};

extern const struct batch_item found_asked[FOUND_ANSWERS];

/* Returns its size. */
size_t found_reply(uint8_t *bytes, size_t room);
/* Taken.  Freed by crm_result_free. */
crm_result *found_result(void);

#endif
