/* person.c -- see person.h.
 *
 * To add a field: a row in people.def; an identity also a function in common/identity.c and its
 * error.
 */
#include "protocol/person.h"

#include "protocol/choices.h"
#include "protocol/common/ascii.h"
#include "protocol/common/date.h"
#include "protocol/common/utf8.h"
#include "protocol/limits.h"

const struct person_field person_fields[] = {
#define PERSON(name, number, kind, limit, many, doc)                                               \
	{#name,                                                                                    \
	 number,                                                                                   \
	 PERSON_KIND_##kind,                                                                       \
	 PERSON_KIND_##kind == PERSON_KIND_IDENTITY,                                               \
	 PERSON_KIND_##kind >= PERSON_KIND_DATE,                                                   \
	 limit,                                                                                    \
	 many,                                                                                     \
	 doc},
#include "protocol/people.def"
};
const size_t person_field_count = sizeof person_fields / sizeof person_fields[0];

const struct person_field *person_field(uint16_t number)
{
	for (size_t i = 0; i < person_field_count; i++)
		if (person_fields[i].number == number)
			return &person_fields[i];
	return NULL;
}

const struct person_field *person_field_named(const char *name, size_t size)
{
	for (size_t i = 0; i < person_field_count; i++)
		if (strlen(person_fields[i].name) == size &&
		    ascii_same(person_fields[i].name, name, size))
			return &person_fields[i];
	return NULL;
}

static const struct form {
	uint16_t number;
	enum error error; /* of a value that is none; ERROR_OK: every text is one */
	size_t (*normal)(const char *text, size_t size, char *out);
} forms[] = {
    {PERSON_external_id, ERROR_OK, identity_external_id},
    {PERSON_phone, ERROR_PHONE_INVALID, identity_phone},
    {PERSON_email, ERROR_EMAIL_INVALID, identity_email},
    {PERSON_card, ERROR_CARD_INVALID, identity_card},
    {PERSON_social, ERROR_SOCIAL_INVALID, identity_social},
};

static const struct form *form_of(uint16_t number)
{
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if (forms[i].number == number)
			return &forms[i];
	return NULL;
}

size_t person_normal(const struct person_field *field, struct wire_text value, char *out)
{
	const struct form *form = form_of(field->number);
	if (form == NULL || value.size == 0 || value.size > field->limit)
		return 0;
	return form->normal(value.bytes, value.size, out);
}

/* A value, not empty, of an attribute. */
static enum error check_attribute(const struct person_field *field, struct wire_text value)
{
	int32_t day;
	switch (field->kind) {
	case PERSON_KIND_DATE:
		if (!date_parse(value.bytes, value.size, &day) || day < PERSON_DAY_MIN ||
		    day > PERSON_DAY_MAX)
			return ERROR_DATE_INVALID;
		break;
	case PERSON_KIND_GENDER:
		if (choice_number(CHOICE_gender, value.bytes, value.size) == 0)
			return ERROR_CHOICE_INVALID;
		break;
	case PERSON_KIND_CHANNEL:
		if (choice_number(CHOICE_channel, value.bytes, value.size) == 0)
			return ERROR_CHOICE_INVALID;
		break;
	default: /* any text */
		break;
	}
	return ERROR_OK;
}

enum error person_check_value(uint16_t number, struct wire_text value, struct error_detail *detail)
{
	const struct person_field *field = person_field(number);
	const struct form *form = form_of(number);
	char normal[IDENTITY_BYTES];
	*detail = (struct error_detail){number, 0};
	if (field == NULL && number < PERSON_ADDED)
		return ERROR_FIELD_UNKNOWN;
	detail->b = field == NULL ? PERSON_ADDED_BYTES : field->limit;
	if (value.size > detail->b)
		return ERROR_FIELD_TOO_LONG;
	if (value.size == 0)
		return ERROR_OK;
	if (!utf8_is_valid(value.bytes, value.size) ||
	    memchr(value.bytes, '\0', value.size) != NULL)
		return ERROR_TEXT_INVALID;
	if (field == NULL)
		return ERROR_OK;
	if (field->attribute)
		return check_attribute(field, value);
	return form != NULL && person_normal(field, value, normal) == 0 ? form->error : ERROR_OK;
}

/* What the values of a command are so far. */
struct tally {
	uint32_t values[sizeof person_fields / sizeof person_fields[0]];
	struct wire_text identities[PERSON_IDENTITIES]; /* in the order they came */
	uint16_t fields[PERSON_IDENTITIES];             /* whose they are */
	uint32_t count;
};

/* An identity: is it one of the same field before it?  All are valid. */
static bool is_twice(struct tally *tally, const struct person_field *field, struct wire_text value)
{
	char normal[2][IDENTITY_BYTES];
	size_t size = person_normal(field, value, normal[0]);
	for (uint32_t i = 0; i < tally->count; i++)
		if (tally->fields[i] == field->number &&
		    person_normal(field, tally->identities[i], normal[1]) == size &&
		    memcmp(normal[0], normal[1], size) == 0)
			return true;
	tally->fields[tally->count] = field->number; /* as many fit as the fields allow */
	tally->identities[tally->count++] = value;
	return false;
}

/* One value more, valid and not empty. */
static enum error count_value(struct tally *tally, const struct rec_assignment *value,
			      struct error_detail *detail)
{
	const struct person_field *field = person_field(value->field);
	if (field == NULL)
		return ERROR_OK; /* the engine counts those */
	*detail = (struct error_detail){field->number, field->many};
	if (++tally->values[field - person_fields] > field->many)
		return ERROR_FIELD_TOO_MANY;
	if (field->identity && is_twice(tally, field, value->value))
		return ERROR_IDENTITY_TWICE;
	return ERROR_OK;
}

enum error person_check(const struct wire_list *fields, struct error_detail *detail)
{
	struct wire_reader r = {fields->bytes, fields->bytes + fields->size, false};
	struct tally tally = {{0}, {{0}}, {0}, 0};
	if (fields->count > LIMIT_PROFILE_VALUES)
		return ERROR_MALFORMED;
	for (uint32_t i = 0; i < fields->count; i++) {
		struct rec_assignment value;
		if (!decode_rec_assignment(&r, &value))
			return ERROR_MALFORMED;
		enum error error = person_check_value(value.field, value.value, detail);
		if (error == ERROR_OK && value.value.size > 0)
			error = count_value(&tally, &value, detail);
		if (error != ERROR_OK)
			return error;
	}
	return r.at == r.end ? ERROR_OK : ERROR_MALFORMED;
}
