/* question.h -- a parsed question as a command. */
#ifndef CRMDB_CLIENT_QUESTION_H
#define CRMDB_CLIENT_QUESTION_H
#include "client/crmdb/crmdb.h"
#include "protocol/query/query.h"

/* As the crm_batch_* functions; the query may be gone afterwards. */
int question_add(crm_batch *batch, const struct query *query);

#endif
