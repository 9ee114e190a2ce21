/* person.h -- the fields of a person (people.def), and what a command may say about them.
 *
 *   command  list of `assignment`: field, value; an empty value clears the field
 *   document the same records without empty ones, by field number: what the server keeps
 *
 * Nothing here allocates or keeps state: any thread may call anything.
 */
#ifndef CRMDB_PROTOCOL_PERSON_H
#define CRMDB_PROTOCOL_PERSON_H
#include "protocol/common/identity.h"
#include "protocol/messages.h"

enum person_number {
#define PERSON(name, number, kind, limit, many, doc) PERSON_##name = number,
#include "protocol/people.def"
};

enum person_kind {
	PERSON_KIND_IDENTITY,
	PERSON_KIND_PROFILE,
	PERSON_KIND_DATE, /* this and the others: attributes */
	PERSON_KIND_WORD,
	PERSON_KIND_TAGS,
	PERSON_KIND_GENDER,
	PERSON_KIND_CHANNEL
};

/* Numbers from here on are of fields added at run time: which there are only the engine knows. */
#define PERSON_ADDED 128u
#define PERSON_ADDED_BYTES 64u /* of a value */

/* Dates of attributes, days since 1970-01-01. */
#define PERSON_DAY_MIN (-25567) /* 1900-01-01 */
#define PERSON_DAY_MAX 39967    /* 2079-06-05: 65,535 days in all */

/* Identities a customer can have: what an event must have room for. */
enum {
#define PERSON_MANY_IDENTITY(many) (many) +
#define PERSON_MANY_PROFILE(many)
#define PERSON_MANY_DATE(many)
#define PERSON_MANY_WORD(many)
#define PERSON_MANY_TAGS(many)
#define PERSON_MANY_GENDER(many)
#define PERSON_MANY_CHANNEL(many)
#define PERSON(name, number, kind, limit, many, doc) PERSON_MANY_##kind(many)
	PERSON_IDENTITIES =
#include "protocol/people.def"
	    0
};

struct person_field {
	const char *name;
	uint16_t number;
	enum person_kind kind;
	bool identity, attribute;
	uint32_t limit; /* bytes of a value */
	uint32_t many;  /* values */
	const char *doc;
};

/* In the order of people.def, which is that of their numbers.  Static. */
extern const struct person_field person_fields[];
extern const size_t person_field_count;

const struct person_field *person_field(uint16_t number); /* NULL: no such field */
const struct person_field *person_field_named(const char *name, size_t size);

/* The normal form of an identity's value into out[IDENTITY_BYTES]; its size.  0: not valid, or
 * `field` is no identity. */
size_t person_normal(const struct person_field *field, struct wire_text value, char *out);

/* One value: ERROR_OK, or what is wrong with it and *detail. */
enum error person_check_value(uint16_t number, struct wire_text value, struct error_detail *detail);

/* The fields of a command: the first that is wrong, in the order of errors.def for each of them.
 * ERROR_MALFORMED: the bytes are not so many assignments (*detail is the caller's to fill in). */
enum error person_check(const struct wire_list *fields, struct error_detail *detail);

#endif
