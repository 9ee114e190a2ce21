/* check_added.c -- proves the table of added fields and their columns.
 *
 *   C18  Numbers are dense, live names are different, every name is its field's for ever, and a
 * dropped field has no column. C19  A field's count of values is that of its rows, none of them
 * erased; each value stands for something.
 */
#include <inttypes.h>

#include "protocol/name.h"
#include "server/engine/attributes.h"
#include "server/engine/check.h"

static bool check_field(const struct engine *engine, uint32_t place, struct failure *failure)
{
	const struct added_field *field = &engine->added.fields[place];
	bool named = name_is_free(field->name.bytes, field->name.size) &&
		     added_owner(&engine->added, field->name) == field->number &&
		     (field->dropped || added_named(&engine->added, field->name) == field);
	if (field->number == ADDED_FIRST + place && named &&
	    (!field->dropped || (field->capacity == 0 && field->valued == 0))) /* C18 */
		return true;
	return DAMAGED(failure, "added field %u is not what it can be", field->number);
}

static bool stands(const struct engine *engine, const struct attribute *attribute, uint64_t value)
{
	uint32_t count = added_has_words(added_by_number(&engine->added, attribute->number)->kind)
			     ? words_count(&engine->words, attribute->number)
			     : 0;
	switch (attribute->form) {
	case ATTRIBUTE_WORD:
		return value <= count;
	case ATTRIBUTE_TAGS:
		return count == WORDS_TAGS || value >> count == 0;
	case ATTRIBUTE_BOOLEAN:
		return value <= 2;
	default: /* every number, and every date there is room for */
		return true;
	}
}

static bool check_values(const struct engine *engine, const struct added_field *field,
			 struct failure *failure)
{
	struct attribute attribute = attributes_added(engine, field);
	uint64_t valued = 0;
	for (uint32_t row = 0; row < engine->rows.count; row++) {
		uint64_t value = added_get(&engine->added, row, field->number);
		bool erased = rows_hot(&engine->rows, row)->erased != 0;
		if (value != 0 && (erased || !stands(engine, &attribute, value))) /* C19 */
			return DAMAGED(failure,
				       "customer %" PRIu64 ": added field %u is %" PRIu64
				       ", which cannot be",
				       rows_id(&engine->rows, row), field->number, value);
		valued += value != 0;
	}
	if (valued == field->valued) /* C19 */
		return true;
	return DAMAGED(failure, "%" PRIu64 " customers have added field %u, which counts %" PRIu64,
		       valued, field->number, field->valued);
}

bool check_added(const struct engine *engine, struct failure *failure)
{
	for (uint32_t i = 0; i < engine->added.count; i++) {
		const struct added_field *field = &engine->added.fields[i];
		if (!check_field(engine, i, failure) ||
		    (!field->dropped && !check_values(engine, field, failure)))
			return false;
	}
	return true;
}
