/* names.h -- the numbers of fields added at run time, by their names, as the server listed them.
 *
 *   batch   customer 42: field ? = 43      the number waits (batch.h): "shoe_size"
 *   exec    names_resolve: known? else the list is asked for, once; then the number is put in
 *   result  field 128                      names_show: the name goes with the result
 *
 * A name is asked for again when it is not in the list, a list when the server did not know a
 * number (FIELD_UNKNOWN).  Thread rule: any thread.
 */
#ifndef CRMDB_CLIENT_NAMES_H
#define CRMDB_CLIENT_NAMES_H
#include "client/attempt.h"
#include "client/result.h"

struct names {
	pthread_mutex_t lock;
	uint32_t count;
	struct result_name list[LIMIT_FIELDS_ADDED];
};

void names_open(struct names *names);
void names_close(struct names *names);

/* The numbers of the names in a batch.  CRM_OK: all are put in.  BAD_ARGUMENT: there is no such
 * field; or the list could not be asked for, and *error says why. */
crm_status names_resolve(struct names *names, struct pool *pool, crm_batch *batch,
			 int64_t deadline_us, crm_error *error);

/* The same from a list at hand, asking nobody, of a batch that goes the way of a pipeline.  False:
 * a name is not in the list, and the batch waits for it. */
bool names_put(const struct result_name *list, uint32_t count, crm_batch *batch);

/* After an execution: what it says of added fields gets names, and a number that is known no more
 * makes the list old. */
void names_show(struct names *names, struct pool *pool, crm_result *result, int64_t deadline_us);

#endif
