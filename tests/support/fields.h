/* fields.h -- words for the fields of a person: "phone=+8613800138000,name=Zoe". */
#ifndef CRMDB_TESTS_SUPPORT_FIELDS_H
#define CRMDB_TESTS_SUPPORT_FIELDS_H
#include "protocol/person.h"

#define FIELDS_BYTES (300u << 10)

/* As a list in room[FIELDS_BYTES].  "none": no field; a field may be a number; a value *70000 is so
 * many letters, a ~ in it a blank. */
struct wire_list fields_parse(const char *text, uint8_t *room);

/* A document as words again, into text[size]; returns it.  "none": it is empty. */
const char *fields_format(struct wire_list fields, char *text, size_t size);

#endif
