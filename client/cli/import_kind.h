/* import_kind.h -- what the rows of a file are: orders, or customers.
 *
 *   row --read--> what it says, kept in `self` until the next --add--> command of a batch
 */
#ifndef CRMDB_CLI_IMPORT_KIND_H
#define CRMDB_CLI_IMPORT_KIND_H
#include "client/cli/import_map.h"
#include "client/crmdb/crmdb.h"
#include "protocol/errors.h"

enum import_verdict {
	IMPORT_FINE,
	IMPORT_REJECTED, /* *why says it */
	IMPORT_NO_MEMORY
};

struct import_kind {
	enum import_verdict (*read)(void *self, const struct rows_split *row,
				    struct import_reason *why);
	/* A fault shows when the batch is sent. */
	void (*add)(const void *self, crm_batch *batch);
	/* The server refused what was read: where in the row that is, as "phone (column 3): ", or
	 * empty.  NULL: never said. */
	void (*place)(const void *self, enum error error, int64_t field,
		      struct import_reason *place);
};

#endif
