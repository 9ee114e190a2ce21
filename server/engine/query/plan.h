/* plan.h -- which customers a condition can be true of, by the spend index alone.
 *
 *   tier = gold and (spend >= 1000 or region = north)
 *
 *            sure       maybe            what is maybe and not sure is to be judged
 *   gold     [1000..]   [..]             (gold, every stage, any spend)
 *   others   none       none
 *
 * For each tier and stage the tests on tier, stage and spend leave intervals of spend, from which
 * `and`, `or` and `not` make others; a test on anything else is sure of nobody and maybe of all.
 *
 *   L1  Who passes is in `maybe`; who is in `sure` passes.  Where both are equal everywhere the
 *       plan is exact, and the index answers alone.
 */
#ifndef CRMDB_ENGINE_QUERY_PLAN_H
#define CRMDB_ENGINE_QUERY_PLAN_H
#include "server/engine/query/bind.h"

#define PLAN_RANGES 64u

struct plan_ranges {
	bool exact;
	uint32_t count;
	struct spend_query ranges[PLAN_RANGES]; /* disjoint: `maybe` */
	struct spend_query hull;                /* around all of them */
	uint64_t customers;                     /* in them */
	uint32_t cost;                          /* of making it, as that many commands */
};

/* Needs a census that is built. */
void plan_make(const struct engine *engine, const struct bound *bound, struct plan_ranges *out);

#endif
