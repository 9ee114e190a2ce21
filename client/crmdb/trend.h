/* crmdb/trend.h -- what was so at the end of a day; part of crmdb/crmdb.h.
 *
 * When a day of the programme ends, the server records where all customers stand.  The day that
 * runs is answered as it stands.  Rules as in crmdb/crmdb.h.
 */
#ifndef CRMDB_TREND_H
#define CRMDB_TREND_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CRM_DAY_FIRST INT32_MIN /* the first day that was recorded */
#define CRM_DAY_LAST INT32_MAX  /* the programme's day */

typedef struct crm_trend {
	int32_t first, last;    /* days since 1970-01-01, or CRM_DAY_FIRST, CRM_DAY_LAST */
	uint16_t tiers, stages; /* bits; CRM_ALL */
	const char *segment;    /* a saved segment, with all tiers and stages; NULL: none */
	uint32_t limit;         /* days, up to 500; 0: 100 */
} crm_trend;
/* The struct is copied.  The next page: the same with `first` as crm_result_trend_next says. */
int crm_batch_trend(crm_batch *batch, const crm_trend *trend);
/* The matrix of a day; read by crm_result_cells_size and crm_result_cell. */
int crm_batch_matrix_on(crm_batch *batch, int32_t day);

typedef struct crm_trend_day {
	int32_t day; /* since 1970-01-01 */
	uint64_t customers;
	int64_t spend, points; /* sums, cut at what fits; of a segment 0 */
	int running;           /* 1: the day has not ended */
} crm_trend_day;

/* Oldest first; days before the segment was saved are left out.  -1: another kind, it failed, or
 * there is none. */
int crm_result_trend_size(const crm_result *result, uint32_t index);
int crm_result_trend_day(const crm_result *result, uint32_t index, uint32_t place,
			 crm_trend_day *out);
/* 0: that was the last page, or no trend there. */
int32_t crm_result_trend_next(const crm_result *result, uint32_t index);
/* Of a matrix of a day: 1: the day has not ended; 0: it has; -1 as above. */
int crm_result_is_running(const crm_result *result, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
