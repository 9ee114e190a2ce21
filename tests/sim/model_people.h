/* model_people.h -- profiles and identities as the naive model has them.
 *
 * A document is worked out from the intents of a customer's events, one after the other, each time
 * anew; who has an identity is found by looking at everybody.  Normal forms are not computed: what
 * is drawn is a row of a table that has them beside it.
 *
 *   V1  A version is named by one event, and by none again, were the first lost in a crash.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_PEOPLE_H
#define CRMDB_TESTS_SIM_MODEL_PEOPLE_H
#include "tests/sim/model.h"

#define DOSSIER_VALUES 64u
#define DOSSIER_BYTES (160u << 10) /* more than a document may have */

/* A way to write a value.  Those of identities are all in the table, but for external ids that are
 * their own normal form. */
struct spelling {
	uint16_t field;
	enum error error;          /* ERROR_OK: it is right */
	const char *text, *normal; /* as it is given; as it is kept */
	int64_t limit;             /* that the refusal names */
};

extern const struct spelling model_spellings[];
extern const uint32_t model_right, model_spelled; /* the right ones come first; all */

struct dossier_value {
	uint16_t field;
	struct wire_text text; /* of an intent or of the table */
};

/* By field number, values of a field in the order they were given. */
struct model_dossier {
	uint64_t version;
	uint32_t count;
	struct dossier_value values[DOSSIER_VALUES];
};

struct model_dossier model_dossier(const struct model *model, uint64_t customer, uint64_t at);
/* What a put, set or erase makes of it; the version stays. */
void model_dossier_change(struct model_dossier *dossier, const struct command *command);
/* Its records into bytes[DOSSIER_BYTES]. */
struct wire_list model_dossier_write(const struct model_dossier *dossier, uint8_t *bytes);

/* What is wrong with the value of a field, or with the fields of a put or set. */
enum error model_value_fault(uint16_t field, struct wire_text value, struct error_detail *detail);
enum error model_fields_fault(const struct wire_list *fields, struct error_detail *detail);
/* What stands against a change from one dossier to the other. */
enum error model_dossier_fault(const struct model *model, uint64_t at,
			       const struct model_dossier *before,
			       const struct model_dossier *after, struct error_detail *detail);

/* The normal form of an identity. */
struct wire_text model_normal(uint16_t field, struct wire_text value);
/* Who has it; 0: nobody. */
uint64_t model_owner(const struct model *model, uint16_t field, struct wire_text normal,
		     uint64_t at);

/* The fields of a put or set; NULL: it is something else. */
const struct wire_list *model_fields(const struct command *command);
/* Is that the newest event, of a customer with this balance, what a put, set or erase makes? */
bool model_person_follows(const struct model *model, const struct command *command,
			  int64_t balance);
/* V1: the newest event. */
void model_note_version(struct model *model);

#endif
