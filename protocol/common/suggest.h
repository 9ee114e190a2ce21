/* suggest.h -- what may have been meant. */
#ifndef CRMDB_PROTOCOL_COMMON_SUGGEST_H
#define CRMDB_PROTOCOL_COMMON_SUGGEST_H
#include <stddef.h>

/* Single changes (a letter put in, taken away, replaced, or two neighbours swapped) that lead from
 * one word to the other, large letters and small being the same: optimal string alignment distance.
 * Words over 31 bytes: very many. */
size_t suggest_distance(const char *a, const char *b);

/* Few enough to be a slip of the fingers? */
int suggest_is_near(const char *typed, const char *meant);

#endif
