/* audit.h -- does the server hold what it acknowledged?  No figure is valid without it.
 *
 *   read before the load      load      read after, compared with what was acknowledged
 *   info, all customers   --->     ---> info, all customers
 *   by id and by walking                by id and by walking
 *
 * The sums hold only if nobody else writes to the server meanwhile.
 */
#ifndef CRMDB_BENCH_AUDIT_H
#define CRMDB_BENCH_AUDIT_H
#include <crmdb/crmdb.h>

#include "bench/survey.h"
#include "bench/workload.h"

#define AUDIT_CHECKS 10u

struct audit_check {
	const char *what; /* static */
	int64_t expected, found;
};

/* What was read at one end. */
struct audit_reading {
	crm_info info;
	uint32_t segments;  /* saved: their members write events of their own */
	int64_t points;     /* summed over customers 1 to N */
	uint64_t customers; /* that answered */
	struct survey survey;
};

struct audit {
	bool taken;
	struct audit_check checks[AUDIT_CHECKS];
};

/* Compare both readings with what `acknowledged` says; `wrong` followed customers differed. */
void audit_compare(struct audit *audit, const struct audit_reading *before,
		   const struct audit_reading *after, const struct workload_tally *acknowledged,
		   uint64_t wrong);

/* Taken, and every check as expected? */
bool audit_passed(const struct audit *audit);

#endif
