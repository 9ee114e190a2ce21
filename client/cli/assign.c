/* assign.c -- see assign.h. */
#include "client/cli/assign.h"

#include <stdio.h>
#include <string.h>

#include "protocol/common/suggest.h"
#include "protocol/common/utf8.h"
#include "protocol/name.h"
#include "protocol/person.h"

bool assign_is(const struct word *word)
{
	return strchr(word->text, '=') != NULL;
}

const char *assign_field(const struct word *word, size_t size, struct complaint *complaint)
{
	const struct person_field *field = person_field_named(word->text, size);
	char typed[32];
	if (field != NULL)
		return field->name;
	snprintf(typed, sizeof typed, "%.*s", (int)size, word->text);
	for (size_t i = 0; i < person_field_count; i++)
		if (suggest_is_near(typed, person_fields[i].name)) {
			complain(complaint, word->at, "no field \"%s\"; did you mean \"%s\"?",
				 typed, person_fields[i].name);
			return NULL;
		}
	complain(complaint, word->at, "no field \"%s\"; see --help", typed);
	return NULL;
}

bool assign_parse(const struct words *words, const struct word *word, crm_assignment *out,
		  struct complaint *complaint)
{
	size_t size = strcspn(word->text, "=");
	const char *value = word->text + size + 1;
	bool added = person_field_named(word->text, size) == NULL &&
		     name_is_free(word->text, size); /* perhaps: the library asks */
	words->store[word->text - words->store + (ptrdiff_t)size] = '\0';
	out->field = added ? word->text : assign_field(word, size, complaint);
	out->value = value;
	if (out->field == NULL)
		return false;
	return utf8_is_valid(value, strlen(value)) ||
	       complain(complaint, word->at, "the value of %s is not UTF-8 text", out->field);
}
