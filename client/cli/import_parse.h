/* import_parse.h -- one row of a file as an order. */
#ifndef CRMDB_CLI_IMPORT_PARSE_H
#define CRMDB_CLI_IMPORT_PARSE_H
#include "client/cli/import_count.h"
#include "client/cli/import_map.h"
#include "client/crmdb/crmdb.h"
#include "protocol/limits.h"

#define IMPORT_NAMESPACE_BYTES 24u /* with a hash and a count it fits an order id */
#define IMPORT_DATE_BYTES 64u      /* of a date as text */

/* How rows are to be read. */
struct import_rules {
	const struct import_map *map;
	const char *date;  /* strptime format */
	unsigned digits;   /* of the currency */
	const char *space; /* namespace of the ids made here; NULL: there is an order column */
	bool no_points;
};

struct import_order {
	crm_order order;
	char id[LIMIT_ORDER_BYTES + 1];
};

enum import_verdict {
	IMPORT_FINE,
	IMPORT_REJECTED,
	IMPORT_NO_MEMORY
};

/* Read one row; `count` counts equal ones.  *why is set when it is rejected.  The order's text is
 * borrowed from *out. */
enum import_verdict import_parse(const struct import_rules *rules, struct import_count *count,
				 const struct rows_split *row, struct import_order *out,
				 struct import_reason *why);

/* Does a strptime format give a whole day? */
bool import_date_is_whole(const char *format);

#endif
