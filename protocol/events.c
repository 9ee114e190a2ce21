/* events.c -- names of the kinds of events; see events.def. */
#include "protocol/events.h"

#include <string.h>

const char *event_type_name(uint16_t type)
{
	switch (type) {
#define EVENT(name, number, doc)                                                                   \
	case EVENT_##name:                                                                         \
		return #name;
#include "protocol/events.def"
	default:
		return "unknown";
	}
}

uint16_t event_type_number(const char *name)
{
	static const struct {
		const char *name;
		uint16_t number;
	} types[] = {
#define EVENT(known, number, doc) {#known, number},
#include "protocol/events.def"
	};
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(types[i].name, name) == 0)
			return types[i].number;
	return EVENT_NONE;
}
