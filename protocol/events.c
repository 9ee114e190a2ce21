/* events.c -- names of the kinds of events; see events.def. */
#include "protocol/events.h"

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
