/* tail.h -- follow the events as they happen. */
#ifndef CRMDB_CLI_TAIL_H
#define CRMDB_CLI_TAIL_H
#include "client/cli/words.h"

#include <stdint.h>

/* "order_placed,points_earned" as options of a feed have it.  False: *complaint says what is wrong,
 * and where. */
bool tail_parse_kinds(const struct word *word, uint64_t *kinds, struct complaint *complaint);

#endif
