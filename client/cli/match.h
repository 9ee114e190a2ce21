/* match.h -- which verb a statement starts with. */
#ifndef CRMDB_CLI_MATCH_H
#define CRMDB_CLI_MATCH_H
#include "client/cli/verbs.h"
#include "client/cli/words.h"

/* *count: words it takes.  NULL: *complaint says what may have been meant. */
const struct verb *match_verb(const struct words *words, size_t *count,
			      struct complaint *complaint);

#endif
