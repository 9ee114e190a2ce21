/* choose.h -- words that are one of a list: purposes, channels, what customers are greeted for. */
#ifndef CRMDB_CLI_CHOOSE_H
#define CRMDB_CLI_CHOOSE_H
#include "client/cli/words.h"
#include "protocol/choices.h"

/* The name as choices.def has it, whatever the letters' size; static.  NULL: there is none, and
 * *complaint says which was meant, or which there are. */
const char *choose_name(enum choice_list list, const struct word *word,
			struct complaint *complaint);

#endif
