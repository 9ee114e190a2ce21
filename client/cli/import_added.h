/* import_added.h -- the fields that were added to the server's database, as columns can be them.
 *
 * Names become numbers once, before the first row: a field that is renamed meanwhile is the same
 * one, and rows with one that is dropped are refused by the server.
 */
#ifndef CRMDB_CLI_IMPORT_ADDED_H
#define CRMDB_CLI_IMPORT_ADDED_H
#include "client/cli/import_map.h"
#include "client/names.h"

struct import_added {
	struct import_schema schema; /* of customers, with these */
	uint32_t count;
	struct result_name names[LIMIT_FIELDS_ADDED];
	uint32_t most[LIMIT_FIELDS_ADDED]; /* values a customer can have of it */
};

/* Ask for them.  *added must stay where it is. */
crm_status import_added_ask(struct import_added *added, crm_client *client, crm_error *error);

#endif
