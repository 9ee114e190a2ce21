/* audit.c -- see audit.h. */
#include "bench/audit.h"

void audit_compare(struct audit *audit, const struct audit_reading *before,
		   const struct audit_reading *after, const struct workload_tally *acknowledged,
		   uint64_t wrong)
{
	struct audit_check *check = audit->checks;
	audit->taken = true;
	check[0] = (struct audit_check){"points gained, as info says", acknowledged->points,
					after->info.points - before->info.points};
	check[1] = (struct audit_check){"points gained, summed over the customers",
					acknowledged->points, after->points - before->points};
	check[2] = (struct audit_check){"events written", (int64_t)acknowledged->events,
					(int64_t)(after->info.applied - before->info.applied)};
	check[3] = (struct audit_check){"customers found", (int64_t)before->customers,
					(int64_t)after->customers};
	check[4] =
	    (struct audit_check){"followed customers with another balance", 0, (int64_t)wrong};
}

bool audit_passed(const struct audit *audit)
{
	for (unsigned i = 0; i < AUDIT_CHECKS; i++)
		if (audit->checks[i].expected != audit->checks[i].found)
			return false;
	return audit->taken;
}
