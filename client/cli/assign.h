/* assign.h -- FIELD=VALUE words, and the names of fields. */
#ifndef CRMDB_CLI_ASSIGN_H
#define CRMDB_CLI_ASSIGN_H
#include "client/cli/words.h"
#include "client/crmdb/crmdb.h"

bool assign_is(const struct word *word); /* is there a = in it? */

/* The name of a field of people.def, in large letters or small: the first `size` bytes of the word.
 * NULL: there is none, and *complaint says which was meant. */
const char *assign_field(const struct word *word, size_t size, struct complaint *complaint);

/* Field and value of a word, which is cut at its `=`: both are borrowed from it.  A name that an
 * added field can have is left to the server. */
bool assign_parse(const struct words *words, const struct word *word, crm_assignment *out,
		  struct complaint *complaint);

#endif
