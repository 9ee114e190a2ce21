/* import_order.h -- rows as orders. */
#ifndef CRMDB_CLI_IMPORT_ORDER_H
#define CRMDB_CLI_IMPORT_ORDER_H
#include "client/cli/import_count.h"
#include "client/cli/import_kind.h"
#include "protocol/limits.h"

#define IMPORT_NAMESPACE_BYTES 24u /* with a hash and a count it fits an order id, and a ref */
#define IMPORT_DATE_BYTES 64u      /* of a date as text */

enum {
	IMPORT_CUSTOMER,
	IMPORT_DAY,
	IMPORT_AMOUNT,
	IMPORT_ITEMS,
	IMPORT_ORDER
};
extern const struct import_schema import_order_schema;

/* How rows are to be read. */
struct import_order_rules {
	const struct import_map *map;
	const char *date;  /* strptime format */
	unsigned digits;   /* of the currency */
	const char *space; /* namespace of the ids made here; NULL: there is an order column */
	bool no_points;
};

/* Zero but for its rules. */
struct import_order {
	struct import_order_rules rules;
	struct import_count count; /* of equal rows */
	crm_order order;           /* the last one read; its text is `id` */
	char id[LIMIT_ORDER_BYTES + 1];
};
void import_order_free(struct import_order *order);

enum import_verdict import_order_read(void *self, const struct rows_split *row,
				      struct import_reason *why);
extern const struct import_kind import_order_kind; /* of a struct import_order */

/* Does a strptime format give a whole day? */
bool import_date_is_whole(const char *format);

#endif
