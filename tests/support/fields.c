/* fields.c -- see fields.h. */
#include "tests/support/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/cmocka_tests.h"

static void assign(struct wire_writer *w, const char *word, size_t size)
{
	static char value[FIELDS_BYTES];
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

struct wire_list fields_parse(const char *text, uint8_t *room)
{
	struct wire_writer w = {room, room + FIELDS_BYTES, false};
	struct wire_list list = {room, 0, 0};
	for (; strcmp(text, "none") != 0 && *text != '\0'; list.count++) {
		size_t size = strcspn(text, ",");
		assign(&w, text, size);
		text += size + (text[size] == ',');
	}
	assert_false(w.failed);
	list.size = (uint32_t)(w.at - room);
	return list;
}

const char *fields_format(struct wire_list fields, char *text, size_t size)
{
	struct wire_reader r = {fields.bytes, fields.bytes + fields.size, false};
	struct rec_assignment record;
	int length = snprintf(text, size, "%s", fields.count == 0 ? "none" : "");
	for (uint32_t i = 0; i < fields.count; i++) {
		assert_true(decode_rec_assignment(&r, &record));
		const struct person_field *field = person_field(record.field);
		length +=
		    snprintf(text + length, size - (size_t)length, "%s%s=%.*s", i == 0 ? "" : ",",
			     field->name, (int)record.value.size, record.value.bytes);
		assert_true((size_t)length < size);
	}
	assert_true(r.at == r.end);
	return text;
}
