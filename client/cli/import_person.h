/* import_person.h -- rows as customers. */
#ifndef CRMDB_CLI_IMPORT_PERSON_H
#define CRMDB_CLI_IMPORT_PERSON_H
#include "client/cli/import_count.h"
#include "client/cli/import_fields.h"
#include "client/cli/import_turns.h"

#define IMPORT_SALT_BYTES 16u

enum import_mode {
	IMPORT_UPSERT, /* an unknown customer is made, a known one changed */
	IMPORT_PUT,    /* the row is the whole profile */
	IMPORT_SET     /* an unknown customer is refused */
};

/* How rows are to be read. */
struct import_person_rules {
	struct import_fields_rules fields;
	const char *space; /* first part of the refs */
	enum import_mode mode;
	bool alone;                      /* no server will see whose identities are taken */
	size_t cells;                    /* of the header; 0: there is none */
	uint8_t salt[IMPORT_SALT_BYTES]; /* the database's */
};

/* Zero but for its rules. */
struct import_person {
	struct import_person_rules rules;
	struct import_turns turns;
	struct import_count owners; /* of identities in the file: who has which */
	struct import_fields fields;
	crm_person person; /* the last one read */
	char ref[LIMIT_REF_BYTES + 1];
};
void import_person_free(struct import_person *person);

extern const struct import_kind import_person_kind; /* of a struct import_person */

#endif
