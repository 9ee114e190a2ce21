/* crmdb/segment.h -- questions about sets of customers; part of crmdb/crmdb.h.
 *
 * A segment is a set of tiers, a set of stages and a range of lifetime spend.  Counts and pages are
 * exact at the sequence number of their answer.  Rules as in crmdb/crmdb.h.
 */
#ifndef CRMDB_SEGMENT_H
#define CRMDB_SEGMENT_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CRM_ALL 0xffff /* every tier, every stage */

typedef struct crm_segment {
	uint16_t tiers;   /* bit t: tier number t */
	uint16_t stages;  /* bit s: stage number s */
	int64_t from, to; /* spend, minor units, both inclusive; INT64_MIN and INT64_MAX: any */
} crm_segment;

/* Where the next page goes on.  It belongs to one segment and direction: with another it is
 * refused (CURSOR_FOREIGN).  All zero: the first page. */
typedef struct crm_cursor {
	uint32_t query;
	int64_t spend;
	uint64_t customer;
} crm_cursor;

typedef struct crm_page {
	crm_segment segment;
	int descending;   /* 1: highest spend first; ties by customer, in the same direction */
	uint32_t limit;   /* customers, up to 500; 0: 100 */
	crm_cursor after; /* crm_result_cursor of the page before */
} crm_page;

/* How many, and which.  The structs are copied. */
int crm_batch_segment_count(crm_batch *batch, const crm_segment *segment);
int crm_batch_segment_page(crm_batch *batch, const crm_page *page);
/* All customers, in the order of their creation; exact while nobody writes.  `from`:
 * crm_result_walk_next of the page before, 0 for the first; `limit` as in crm_page. */
int crm_batch_segment_walk(crm_batch *batch, uint64_t from, uint32_t limit);
/* Customers, spend and points of every tier and stage. */
int crm_batch_matrix(crm_batch *batch);

typedef struct crm_member {
	uint64_t customer;
	uint8_t tier, stage;
	const char *band;       /* value band, "high"; static */
	int64_t spend, spend12; /* minor units; spend12: this month and the 11 before */
	int64_t points;
	uint32_t orders, orders12;
	int32_t first_day, last_day, previous_day; /* of purchase; -1: none */
} crm_member;

typedef struct crm_cell {
	uint8_t tier, stage;
	uint64_t customers;
	int64_t spend, points; /* sums, cut at what fits */
} crm_cell;

/* Customers of a page or walk; -1: another kind, or it failed. */
int crm_result_members_size(const crm_result *result, uint32_t index);
int crm_result_member(const crm_result *result, uint32_t index, uint32_t member, crm_member *out);
/* 1: *next is where the next page goes on; 0: this was the last; -1 as above. */
int crm_result_cursor(const crm_result *result, uint32_t index, crm_cursor *next);
/* 0: the last page, or no walk there. */
uint64_t crm_result_walk_next(const crm_result *result, uint32_t index);
/* Cells of the matrix, now or of a day (crmdb/trend.h), by tier, then stage. */
int crm_result_cells_size(const crm_result *result, uint32_t index);
int crm_result_cell(const crm_result *result, uint32_t index, uint32_t cell, crm_cell *out);

#ifdef __cplusplus
}
#endif
#endif
