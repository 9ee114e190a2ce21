/* catalogue.c -- see catalogue.h.
 *
 * To add a field: its row in catalogue.def, and where the engine keeps it in
 * server/engine/query/sources.def.
 */
#include "protocol/catalogue.h"

#include <string.h>

#include "protocol/common/ascii.h"

const struct catalogue_field catalogue_fields[CATALOGUE_COUNT] = {
#define FIELD(name, kind, doc) {#name, FIELD_KIND_##kind, doc},
#include "protocol/catalogue.def"
};

int catalogue_find(const char *name, size_t size)
{
	for (int i = 0; i < CATALOGUE_COUNT; i++)
		if (strlen(catalogue_fields[i].name) == size &&
		    ascii_same(catalogue_fields[i].name, name, size))
			return i;
	return -1;
}

const char *catalogue_kind_name(unsigned kind)
{
	switch (kind) {
#define KIND(name, number, doc)                                                                    \
	case number:                                                                               \
		return #name;
#include "protocol/catalogue.def"
	default:
		return NULL;
	}
}

unsigned catalogue_kind_number(const char *name, size_t size)
{
#define KIND(name_, number, doc)                                                                   \
	if (strlen(#name_) == size && ascii_same(#name_, name, size))                              \
		return number;
#include "protocol/catalogue.def"
	return 0;
}

const char *catalogue_plan_name(unsigned plan)
{
	switch (plan) {
#define PLAN(name, number, doc)                                                                    \
	case number:                                                                               \
		return #name;
#include "protocol/catalogue.def"
	default:
		return NULL;
	}
}
