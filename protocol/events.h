/* events.h -- the kinds of events, by number and name. */
#ifndef CRMDB_PROTOCOL_EVENTS_H
#define CRMDB_PROTOCOL_EVENTS_H
#include <stdint.h>

enum event_type {
	EVENT_NONE = 0,
#define EVENT(name, number, doc) EVENT_##name = number,
#include "protocol/events.def"
};

/* "points_earned"; "unknown" for a number this build does not know.  Static. */
const char *event_type_name(uint16_t type);

/* The number of "points_earned"; EVENT_NONE: there is none of that name. */
uint16_t event_type_number(const char *name);

#endif
