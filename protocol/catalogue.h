/* catalogue.h -- the fields of catalogue.def as numbers and names, for both sides. */
#ifndef CRMDB_PROTOCOL_CATALOGUE_H
#define CRMDB_PROTOCOL_CATALOGUE_H
#include <stddef.h>
#include <stdint.h>

enum field_kind {
#define KIND(name, number, doc) FIELD_KIND_##name = number,
#include "protocol/catalogue.def"
};

enum plan {
#define PLAN(name, number, doc) PLAN_##name = number,
#include "protocol/catalogue.def"
};

/* Places in catalogue_fields. */
enum catalogue_place {
#define FIELD(name, kind, doc) CATALOGUE_##name,
#include "protocol/catalogue.def"
	CATALOGUE_COUNT
};

struct catalogue_field {
	const char *name;
	enum field_kind kind;
	const char *doc;
};

/* Static. */
extern const struct catalogue_field catalogue_fields[CATALOGUE_COUNT];

/* -1: no such field.  In any case of letters. */
int catalogue_find(const char *name, size_t size);

/* "money", "scan"; NULL for a number of a newer server.  Static. */
const char *catalogue_kind_name(unsigned kind);
const char *catalogue_plan_name(unsigned plan);
/* 0: none has this name. */
unsigned catalogue_kind_number(const char *name, size_t size);

#endif
