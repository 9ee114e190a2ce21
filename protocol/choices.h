/* choices.h -- the lists of choices.def as numbers and names. */
#ifndef CRMDB_PROTOCOL_CHOICES_H
#define CRMDB_PROTOCOL_CHOICES_H
#include <stddef.h>

enum choice_list {
	CHOICE_gender,
	CHOICE_channel,
	CHOICE_purpose,
	CHOICE_care
};

enum care {
#define CARE(name, number, doc) CARE_##name = number,
#include "protocol/choices.def"
};

#define CHANNELS_MOST 8u
#define PURPOSES_MOST 4u

/* The number of a name, in any case; 0: there is none. */
unsigned choice_number(enum choice_list list, const char *name, size_t size);

/* The name of a number; NULL: there is none.  Static. */
const char *choice_name(enum choice_list list, unsigned number);

/* "female, male, other", for messages.  Static. */
const char *choice_names(enum choice_list list);

#endif
