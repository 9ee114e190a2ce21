/* fixture_fields.h -- words for the fields of a person. */
#ifndef CRMDB_TESTS_ENGINE_FIXTURE_FIELDS_H
#define CRMDB_TESTS_ENGINE_FIXTURE_FIELDS_H
#include "protocol/person.h"
#include "tests/unit/engine/fixture.h"

#define FIXTURE_FIELDS_BYTES (300u << 10)

/* One "field=value"; "99=x" has that number, "*70000" so many letters, ~ is a blank. */
static inline void fixture_assign(struct wire_writer *w, const char *word, size_t size)
{
	static char value[FIXTURE_FIELDS_BYTES];
	size_t head = strcspn(word, "="), length = 0;
	const struct person_field *field = person_field_named(word, head);
	assert_true(head < size);
	for (size_t i = head + 1; i < size; i++)
		value[length++] = word[i] == '~' ? ' ' : word[i];
	if (length > 1 && value[0] == '*') {
		length = strtoul(word + head + 2, NULL, 10);
		assert_true(length <= sizeof value);
		memset(value, 'x', length);
	}
	struct rec_assignment record = {field != NULL ? field->number
						      : (uint16_t)strtoul(word, NULL, 10),
					{value, (uint32_t)length}};
	encode_rec_assignment(w, &record);
}

/* "phone=+8613800138000,name=Zoe" as a list in room[FIXTURE_FIELDS_BYTES]; "none": no field. */
static inline struct wire_list fixture_fields(const char *text, uint8_t *room)
{
	struct wire_writer w = {room, room + FIXTURE_FIELDS_BYTES, false};
	struct wire_list list = {room, 0, 0};
	for (; strcmp(text, "none") != 0 && *text != '\0'; list.count++) {
		size_t size = strcspn(text, ",");
		fixture_assign(&w, text, size);
		text += size + (text[size] == ',');
	}
	assert_false(w.failed);
	list.size = (uint32_t)(w.at - room);
	return list;
}

#endif
