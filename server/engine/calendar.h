/* calendar.h -- days of the programme's time zone, from the zone table of the genesis.
 *
 * Days count from 1970-01-01; business days end with 2099-12-31, where zone tables end too.
 */
#ifndef CRMDB_ENGINE_CALENDAR_H
#define CRMDB_ENGINE_CALENDAR_H
#include <stdint.h>

#include "protocol/wire_types.h"

#define CALENDAR_LAST_DAY 47481 /* 2099-12-31 */

/* The zone's day at a moment, us since 1970 UTC: it never falls as time rises, also where clocks
 * are put back over midnight.  `zone_table`: see parts.def; without an entry the zone is UTC. */
int32_t calendar_day(struct wire_text zone_table, int64_t time_us);

/* The first moment, us since 1970 UTC, of a later day than `day`. */
int64_t calendar_day_end(struct wire_text zone_table, int32_t day);

#endif
