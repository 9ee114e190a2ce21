/* choose.c -- see choose.h. */
#include "client/cli/choose.h"

#include <string.h>

#include "protocol/common/suggest.h"

static const char *const nouns[] = {[CHOICE_gender] = "gender",
				    [CHOICE_channel] = "channel",
				    [CHOICE_purpose] = "purpose",
				    [CHOICE_care] = "care"};

const char *choose_name(enum choice_list list, const struct word *word, struct complaint *complaint)
{
	unsigned number = choice_number(list, word->text, strlen(word->text));
	const char *name = choice_name(list, number);
	if (name != NULL)
		return name;
	for (number = 1; (name = choice_name(list, number)) != NULL; number++)
		if (suggest_is_near(word->text, name)) {
			complain(complaint, word->at, "no %s \"%s\"; did you mean \"%s\"?",
				 nouns[list], word->text, name);
			return NULL;
		}
	complain(complaint, word->at, "no %s \"%s\"; there are %s", nouns[list], word->text,
		 choice_names(list));
	return NULL;
}
