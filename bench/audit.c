/* audit.c -- see audit.h. */
#include "bench/audit.h"

/* What a walk over everybody says, and whether counts, pages and matrix agree with it. */
static void sets_compare(struct audit_check *check, const struct audit_reading *before,
			 const struct audit_reading *after,
			 const struct workload_tally *acknowledged)
{
	const struct survey *from = &before->survey, *to = &after->survey;
	check[0] =
	    (struct audit_check){"orders recorded, as info says", (int64_t)acknowledged->orders,
				 (int64_t)(after->info.orders - before->info.orders)};
	check[1] = (struct audit_check){"spend gained, as info says", acknowledged->spend,
					after->info.spend - before->info.spend};
	check[2] = (struct audit_check){"orders recorded, summed over a walk",
					(int64_t)acknowledged->orders,
					(int64_t)(to->orders - from->orders)};
	check[3] = (struct audit_check){"spend gained, summed over a walk", acknowledged->spend,
					to->spend - from->spend};
	check[4] = (struct audit_check){"counts, pages and cells unlike a scan", 0,
					(int64_t)(from->wrong + to->wrong)};
}

/* Who enters or leaves a saved segment is told by an event more, which nobody acknowledges. */
static struct audit_check events_compare(const struct audit_reading *before,
					 const struct audit_reading *after, int64_t acknowledged)
{
	int64_t found = (int64_t)(after->info.applied - before->info.applied);
	if (before->segments == 0 && after->segments == 0)
		return (struct audit_check){"events written", acknowledged, found};
	return (struct audit_check){"events written, at least", acknowledged,
				    found > acknowledged ? acknowledged : found};
}

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
	check[2] = events_compare(before, after, (int64_t)acknowledged->events);
	check[3] = (struct audit_check){"customers found", (int64_t)before->customers,
					(int64_t)after->customers};
	check[4] =
	    (struct audit_check){"followed customers with another balance", 0, (int64_t)wrong};
	sets_compare(check + 5, before, after, acknowledged);
}

bool audit_passed(const struct audit *audit)
{
	for (unsigned i = 0; i < AUDIT_CHECKS; i++)
		if (audit->checks[i].expected != audit->checks[i].found)
			return false;
	return audit->taken;
}
