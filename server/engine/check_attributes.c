/* check_attributes.c -- proves attributes and greetings against the words they are of.
 *
 *   C14  Each text is found by its code, and there are no others.
 *   C15  A word's code and each bit of tags is of a text there is; a choice is one there is.
 *   C16  An erased row has no attributes, no consents and no greetings.
 *   C17  What the sparse table holds is of a row there is and a field there is, and found there.
 */
#include <inttypes.h>

#include "server/engine/attributes.h"
#include "server/engine/check.h"

static bool check_words(const struct engine *engine, struct failure *failure)
{
	const struct words *words = &engine->words;
	uint64_t texts = 0;
	uint16_t field = 0;
	while ((field = words_next_field(words, field)) != 0) {
		uint32_t count = words_count(words, field);
		const struct person_field *own = person_field(field);
		for (uint32_t code = 1; code <= count; code++)
			if (words_find(words, field, words_text(words, field, code)) != code)
				return DAMAGED(failure,
					       "word %" PRIu32 " of %s is not found by its text",
					       code, own == NULL ? "an added field" : own->name);
		texts += count;
	}
	if (texts == words->table.entries) /* C14 */
		return true;
	return DAMAGED(failure, "%" PRIu64 " words are found by %" PRIu64 " texts", texts,
		       words->table.entries);
}

static bool value_fits(const struct engine *engine, const struct person_field *field,
		       uint64_t value)
{
	uint32_t count = words_count(&engine->words, field->number);
	switch (field->kind) {
	case PERSON_KIND_WORD:
		return value <= count;
	case PERSON_KIND_TAGS:
		return count <= WORDS_TAGS && (count == WORDS_TAGS || value >> count == 0);
	case PERSON_KIND_GENDER:
		return value == 0 || choice_name(CHOICE_gender, (unsigned)value) != NULL;
	case PERSON_KIND_CHANNEL:
		return value == 0 || choice_name(CHOICE_channel, (unsigned)value) != NULL;
	default: /* every date there is room for is one */
		return true;
	}
}

static bool check_row(const struct engine *engine, uint32_t row, struct failure *failure)
{
	const struct rows *rows = &engine->rows;
	bool erased = rows_hot(rows, row)->erased != 0;
	uint64_t left = *rows_consents(rows, row) | *rows_birthday_care(rows, row);
	for (size_t i = 0; i < person_field_count; i++) {
		const struct person_field *field = &person_fields[i];
		uint64_t value = field->attribute ? attributes_get(engine, row, field->number) : 0;
		if (value != 0 && !value_fits(engine, field, value)) /* C15 */
			return DAMAGED(failure,
				       "customer %" PRIu64 ": %s is %" PRIu64
				       ", which stands for nothing",
				       rows_id(rows, row), field->name, value);
		left |= value;
	}
	if (!erased || left == 0) /* C16 */
		return true;
	return DAMAGED(failure, "customer %" PRIu64 " was erased and has attributes or consents",
		       rows_id(rows, row));
}

static bool is_sparse(const struct engine *engine, uint16_t field)
{
	return field == PERSON_partner || field == PERSON_holidays ||
	       field == SPARSE_ANNIVERSARY_CARE ||
	       (field > SPARSE_HOLIDAY_CARE &&
		field <= SPARSE_HOLIDAY_CARE + words_count(&engine->words, PERSON_holidays));
}

static bool check_slot(const struct engine *engine, const struct sparse_slot *slot,
		       struct failure *failure)
{
	uint32_t row = sparse_row(slot);
	uint16_t field = (uint16_t)slot->key;
	if (row >= engine->rows.count || !is_sparse(engine, field) ||
	    sparse_get(&engine->sparse, row, field) != slot->value) /* C17 */
		return DAMAGED(failure,
			       "the sparse table has field %u of row %" PRIu32
			       ", which is not there or not found",
			       field, row);
	if (slot->value == 0 || rows_hot(&engine->rows, row)->erased == 0)
		return true;
	return DAMAGED(failure, "customer %" PRIu64 " was erased and has field %u", /* C16 */
		       rows_id(&engine->rows, row), field);
}

bool check_attributes(const struct engine *engine, struct failure *failure)
{
	const struct sparse_slot *slot;
	uint64_t cursor = 0, slots = 0;
	if (!check_words(engine, failure))
		return false;
	for (uint32_t row = 0; row < engine->rows.count; row++)
		if (!check_row(engine, row, failure))
			return false;
	for (; (slot = sparse_next(&engine->sparse, &cursor)) != NULL; slots++)
		if (!check_slot(engine, slot, failure))
			return false;
	if (slots == engine->sparse.table.entries) /* C17 */
		return true;
	return DAMAGED(failure, "the sparse table has %" PRIu64 " slots and counts %" PRIu64, slots,
		       engine->sparse.table.entries);
}
