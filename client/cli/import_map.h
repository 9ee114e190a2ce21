/* import_map.h -- which column of a file is which field of an order.
 *
 *   --map 'customer=1,day=when,amount=dollar_value'    numbers from 1, or names of the header
 */
#ifndef CRMDB_CLI_IMPORT_MAP_H
#define CRMDB_CLI_IMPORT_MAP_H
#include "client/cli/rows_split.h"

#define IMPORT_NAME_BYTES 64u
#define IMPORT_REASON_BYTES 320u

/* Why something cannot be: a sentence, which may show bytes of the file as they are. */
struct import_reason {
	char text[IMPORT_REASON_BYTES];
};
/* Returns false, for `return`. */
__attribute__((format(printf, 2, 3))) bool import_because(struct import_reason *why,
							  const char *format, ...);

enum import_field {
	IMPORT_CUSTOMER,
	IMPORT_DAY,
	IMPORT_AMOUNT,
	IMPORT_ITEMS,
	IMPORT_ORDER
};
#define IMPORT_FIELDS 5
extern const char *const import_field_names[IMPORT_FIELDS];

struct import_map {
	unsigned column[IMPORT_FIELDS];              /* from 1; 0: not mapped, or still a name */
	char name[IMPORT_FIELDS][IMPORT_NAME_BYTES]; /* of the header; empty: given as a number */
};

/* False: *why says what is wrong with the text. */
bool import_map_parse(struct import_map *map, const char *text, struct import_reason *why);
bool import_map_has(const struct import_map *map, enum import_field field);
/* Does it need a header line? */
bool import_map_has_names(const struct import_map *map);
/* Find the names in the header.  False: *why names the one that is not there. */
bool import_map_resolve(struct import_map *map, const struct rows_split *header,
			struct import_reason *why);
/* Does this first line look like a header: neither customer nor amount with a digit in it? */
bool import_map_is_header(const struct import_map *map, const struct rows_split *first);

#endif
