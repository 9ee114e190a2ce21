/* choices.c -- see choices.h. */
#include "protocol/choices.h"

#include <string.h>

#include "protocol/common/ascii.h"

static const struct choice {
	enum choice_list list;
	unsigned number;
	const char *name;
} choices[] = {
#define GENDER(name, number, doc) {CHOICE_gender, number, #name},
#define CHANNEL(name, number, doc) {CHOICE_channel, number, #name},
#define PURPOSE(name, number, doc) {CHOICE_purpose, number, #name},
#define CARE(name, number, doc) {CHOICE_care, number, #name},
#include "protocol/choices.def"
};
#define CHOICE_COUNT (sizeof choices / sizeof choices[0])

unsigned choice_number(enum choice_list list, const char *name, size_t size)
{
	for (size_t i = 0; i < CHOICE_COUNT; i++)
		if (choices[i].list == list && strlen(choices[i].name) == size &&
		    ascii_same(choices[i].name, name, size))
			return choices[i].number;
	return 0;
}

const char *choice_name(enum choice_list list, unsigned number)
{
	for (size_t i = 0; i < CHOICE_COUNT; i++)
		if (choices[i].list == list && choices[i].number == number)
			return choices[i].name;
	return NULL;
}

const char *choice_names(enum choice_list list)
{
	static const char *const names[] = {[CHOICE_gender] = ""
#define GENDER(name, number, doc) ", " #name
#include "protocol/choices.def"
					    ,
					    [CHOICE_channel] = ""
#define CHANNEL(name, number, doc) ", " #name
#include "protocol/choices.def"
					    ,
					    [CHOICE_purpose] = ""
#define PURPOSE(name, number, doc) ", " #name
#include "protocol/choices.def"
					    ,
					    [CHOICE_care] = ""
#define CARE(name, number, doc) ", " #name
#include "protocol/choices.def"
	};
	return names[list] + 2;
}
