/* survey.h -- reads every customer, and asks whether counts, pages and matrix say the same.
 *
 *   walk over all customers --> sums, cells, answers to some fixed questions, by a plain scan
 *                                                    | compared with
 *   segment_count, segment_page up and down, matrix --+
 *
 * Exact while nobody writes.
 */
#ifndef CRMDB_BENCH_SURVEY_H
#define CRMDB_BENCH_SURVEY_H
#include <crmdb/crmdb.h>
#include <stdbool.h>

struct survey {
	uint64_t customers, orders;
	int64_t points, spend; /* minor units */
	uint64_t asked;        /* questions and cells compared */
	uint64_t wrong;        /* those answered otherwise than by the scan */
};

/* False: *error says why. */
bool survey_take(crm_client *client, struct survey *survey, crm_error *error);

#endif
