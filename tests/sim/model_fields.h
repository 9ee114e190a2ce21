/* model_fields.h -- added fields as the naive model has them: worked out from the intents of all
 * events, one after the other, each time anew.
 *
 * Few names and kinds, numbers without decimal places: what is shown is what was given.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_FIELDS_H
#define CRMDB_TESTS_SIM_MODEL_FIELDS_H
#include "tests/sim/model_care.h"

#define FIELD_NAMES 8u /* that a field can have; each means one field for ever */

struct field_state {
	unsigned kind;
	bool live;
	struct wire_text name; /* of an intent */
};

struct field_table {
	uint32_t count;
	struct field_state fields[FIELD_NAMES];
	uint32_t had; /* names */
	struct wire_text names[FIELD_NAMES];
	uint32_t owners[FIELD_NAMES]; /* places of fields, from 1 */
};

/* What is drawn; first those that a field can have. */
struct field_name {
	const char *text;
	enum error error;
};
extern const struct field_name model_field_names[];
extern const uint32_t model_field_names_all;

void model_table(const struct model *model, uint64_t at, struct field_table *table);
/* The texts a field's values are listed in the order of. */
struct care_texts model_field_words(const struct model *model, uint32_t place, uint64_t at);
/* The values of a customer. */
struct care_texts model_field_values(const struct model *model, uint64_t customer, uint32_t place,
				     uint64_t at);

bool model_is_field(uint16_t opcode);
/* What stands against adding, renaming or dropping; ERROR_OK: nothing. */
enum error model_field_fault(const struct field_table *table, const struct command *command,
			     struct error_detail *detail);
/* What stands against the values of a put or set. */
enum error model_values_fault(const struct field_table *table, const struct wire_list *list,
			      struct error_detail *detail);
/* Is that the event an add, rename or drop makes? */
bool model_field_follows(const struct model *model, const struct event *event,
			 const struct command *command);

#endif
