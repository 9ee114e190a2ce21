/* zone.h -- the offsets of a time zone as a table, read once for genesis. */
#ifndef CRMDB_APP_ZONE_H
#define CRMDB_APP_ZONE_H
#include <stdint.h>

#include "server/base/failure.h"

/* Write pairs (i64 first second in UTC, i32 offset in seconds, 12 bytes, little-endian), oldest
 * first: the offset at the start of 1970, then every change to the end of 2099.  Days of the zone
 * follow from it without the machine's tzdata.  False: *failure (EXIT_USAGE): no such zone. */
bool zone_read(const char *name, uint8_t *table, uint32_t capacity, uint32_t *size,
	       struct failure *failure);

#endif
