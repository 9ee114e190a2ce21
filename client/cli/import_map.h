/* import_map.h -- which column of a file is which field of an order or a customer.
 *
 *   --map 'customer=1,day=when,amount=dollar_value'    numbers from 1, or names of the header
 */
#ifndef CRMDB_CLI_IMPORT_MAP_H
#define CRMDB_CLI_IMPORT_MAP_H
#include "client/cli/rows_split.h"

#define IMPORT_NAME_BYTES 64u
#define IMPORT_REASON_BYTES 320u
#define IMPORT_COLUMNS_MAX 128u /* that are imported */

/* Why something cannot be: a sentence, which may show bytes of the file as they are. */
struct import_reason {
	char text[IMPORT_REASON_BYTES];
};
/* Returns false, for `return`. */
__attribute__((format(printf, 2, 3))) bool import_because(struct import_reason *why,
							  const char *format, ...);

/* What a field is, as bits. */
#define IMPORT_NEEDED 1u /* every file has it */
#define IMPORT_NUMBER 2u /* has a digit in every row: what has none is a header */
#define IMPORT_MANY 4u   /* several columns may be it */

/* The fields that columns can be, by number from 0. */
struct import_added;
struct import_schema {
	size_t (*count)(const struct import_schema *schema);
	const char *(*name)(const struct import_schema *schema, size_t field);
	unsigned (*traits)(const struct import_schema *schema, size_t field);
	const char *all;                  /* where to read which there are */
	const struct import_added *added; /* those the server has besides; borrowed; NULL: none */
};

struct import_column {
	size_t field;
	unsigned column;              /* from 1; 0: still a name */
	char name[IMPORT_NAME_BYTES]; /* of the header; empty: given as a number */
};

/* Zero but for its schema: no column is mapped. */
struct import_map {
	const struct import_schema *schema;
	size_t count;
	struct import_column columns[IMPORT_COLUMNS_MAX];
};

/* Add what the text says.  False: *why says what is wrong with it. */
bool import_map_parse(struct import_map *map, const char *text, struct import_reason *why);
/* False: *why names the field that is needed and has no column. */
bool import_map_is_complete(const struct import_map *map, struct import_reason *why);
bool import_map_has(const struct import_map *map, size_t field);
/* The first column of a field, from 1; 0: none, or still a name. */
unsigned import_map_column(const struct import_map *map, size_t field);
/* Does it need a header line? */
bool import_map_has_names(const struct import_map *map);
/* Does this first line look like a header: no digit in the fields that always have one? */
bool import_map_is_header(const struct import_map *map, const struct rows_split *first);

/* import_map_header.c */

/* Find the names in the header.  False: *why names the one that is not there. */
bool import_map_resolve(struct import_map *map, const struct rows_split *header,
			struct import_reason *why);
/* Columns that are not mapped and have a field's name are that field.  *left: the names of the
 * others, as far as they fit; empty: there are none. */
void import_map_adopt(struct import_map *map, const struct rows_split *header,
		      struct import_reason *left);

#endif
