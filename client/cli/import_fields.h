/* import_fields.h -- the cells of a row as fields of a profile.
 *
 *   cells by number of field --split at ;--> values --checked as the server does--> assignments
 *
 * No value is shown in a reason: reasons end in logs, and these are of persons.
 */
#ifndef CRMDB_CLI_IMPORT_FIELDS_H
#define CRMDB_CLI_IMPORT_FIELDS_H
#include "client/cli/import_kind.h"
#include "protocol/limits.h"
#include "protocol/person.h"

/* Field 0 is the customer's id; field n + 1 is row n of people.def; behind them come those that
 * were added, if the schema has any. */
extern const struct import_schema import_person_schema;

struct import_fields_rules {
	const struct import_map *map;
	bool clears; /* an empty cell clears its field */
	bool whole;  /* ; does not end a value */
};

struct import_fields {
	crm_assignment list[LIMIT_PROFILE_VALUES];
	uint32_t count;
	char text[ROWS_BYTES_MAX + 1]; /* of fields with many values, cut at ; */
	size_t used;
	uint8_t encoded[ROWS_BYTES_MAX + 16 * LIMIT_PROFILE_VALUES]; /* `assignment` records */
	struct wire_writer writer;
};

/* All fields of a row, by the order of the schema.  False: *why.  What is listed is borrowed until
 * the row or *fields changes. */
bool import_fields_read(struct import_fields *fields, const struct import_fields_rules *rules,
			const struct rows_split *row, struct import_reason *why);
struct wire_list import_fields_encoded(const struct import_fields *fields);

/* "card (columns 5, 6): ", where an error is about a field; else empty. */
void import_fields_place(const struct import_map *map, enum error error, int64_t number,
			 struct import_reason *place);

#endif
