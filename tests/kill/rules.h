/* rules.h -- the default programme's rules about orders and days, once more, in the dullest way.
 *
 * Nothing is shared with the server.  A shopper that is all zero has bought nothing; no day or
 * month of the load is 0.
 */
#ifndef CRMDB_KILL_RULES_H
#define CRMDB_KILL_RULES_H
#include <stdbool.h>
#include <stdint.h>

#define RULES_MONTHS 32u /* more than orders of the load are apart */

struct shopper {
	int32_t first, last, previous; /* days of purchase; 0: none */
	int32_t until;                 /* last day of the tier; 0: without end */
	int32_t day;                   /* up to which days were looked at */
	uint32_t orders;
	uint8_t tier, stage;
	struct {
		int32_t month; /* since January 1970 */
		uint32_t orders;
		int64_t spend;
	} months[RULES_MONTHS];
};

/* What a day or an order makes of tier and stage. */
struct change {
	uint8_t tier, stage;
	int32_t until;
	const char *cause; /* of the tier, as the client library names it; NULL: neither */
	int64_t metric;
};

/* True: the day changes the shopper: *change. */
bool rules_day(const struct shopper *shopper, int32_t day, struct change *change);
/* Count an order of `day`, placed on `today`; what it makes of tier and stage: *change. */
void rules_order(struct shopper *shopper, int32_t day, int64_t amount, int32_t today);
struct change rules_after_order(const struct shopper *shopper, int32_t today);
/* Let it be so. */
void rules_accept(struct shopper *shopper, const struct change *change);

#endif
