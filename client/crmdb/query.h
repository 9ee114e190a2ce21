/* crmdb/query.h -- questions by any field, in words or built; part of crmdb/crmdb.h.
 *
 * Counts, pages, groups and streams are exact at the sequence number of their answer.  A condition
 * is built in postfix order, tests first, then what joins them:
 *
 *   crm_condition_text(c, "tier", CRM_EQUAL, "gold");
 *   crm_condition_from_today(c, "last_order", CRM_LESS, -90, 'd');
 *   crm_condition_and(c, 2);
 *
 * What fields and values there are, the server judges: list fields, or crm_batch_field_list. Units:
 * numbers have decimal places (1000.50 is 100050 with 2); dates are days since 1970-01-01.  Rules
 * as in crmdb/crmdb.h.
 */
#ifndef CRMDB_QUERY_H
#define CRMDB_QUERY_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

enum crm_compare {
	CRM_EQUAL = 1,
	CRM_NOT_EQUAL,
	CRM_LESS,
	CRM_AT_MOST,
	CRM_GREATER,
	CRM_AT_LEAST,
	CRM_HAS = 12 /* of tags, holidays, consents */
};

crm_condition *crm_condition_new(void); /* NULL: out of memory.  Freed by crm_condition_free. */
void crm_condition_free(crm_condition *condition);  /* NULL is allowed. */
void crm_condition_clear(crm_condition *condition); /* empty it */

/* Each adds one step; -1: an argument is not valid, or there is no room: crm_exec then reports it.
 * `compare` is of crm_compare.  Text is copied. */
int crm_condition_all(crm_condition *condition); /* every customer */
int crm_condition_text(crm_condition *condition, const char *field, int compare, const char *text);
int crm_condition_number(crm_condition *condition, const char *field, int compare, int64_t value,
			 unsigned places);
int crm_condition_date(crm_condition *condition, const char *field, int compare, int32_t day);
/* unit: d, w, m or y; -90, 'd' is 90 days ago. */
int crm_condition_from_today(crm_condition *condition, const char *field, int compare,
			     int32_t count, char unit);
/* Of a date: at most so long ago (count < 0) or ahead (count > 0); of birthday and anniversary: the
 * next one is at most so far ahead. */
int crm_condition_within(crm_condition *condition, const char *field, int32_t count, char unit);
int crm_condition_in_texts(crm_condition *condition, const char *field, const char *const *texts,
			   uint32_t count);
int crm_condition_in_numbers(crm_condition *condition, const char *field, const int64_t *values,
			     uint32_t count);
int crm_condition_between(crm_condition *condition, const char *field, int64_t low, int64_t high,
			  unsigned places);
int crm_condition_between_dates(crm_condition *condition, const char *field, int32_t first,
				int32_t last);
int crm_condition_null(crm_condition *condition, const char *field); /* has no value */
int crm_condition_saved(crm_condition *condition, const char *name); /* is in a saved segment */
int crm_condition_not(crm_condition *condition);                     /* of the step before */
int crm_condition_and(crm_condition *condition, unsigned count);     /* of so many before, >= 2 */
int crm_condition_or(crm_condition *condition, unsigned count);
/* Add a condition in words as one step.  Otherwise *error says why, with its column. */
crm_status crm_condition_parse(crm_condition *condition, const char *text, crm_error *error);

/* A statement in words: segment, stream, count, sum, avg, min, max, median or percentile.  A slip
 * of grammar is reported by crm_exec, with its column. */
int crm_batch_query(crm_batch *batch, const char *text);

/* Below, a condition is copied; NULL: all customers.  The server gives up after the client's
 * timeout (QUERY_TIMEOUT). */
int crm_batch_count(crm_batch *batch, const crm_condition *condition);

/* Where the next page goes on.  It belongs to one question: with another it is refused
 * (CURSOR_FOREIGN).  All zero: the first page. */
typedef struct crm_place {
	uint32_t query;
	int null;
	int64_t value;
	uint64_t customer;
} crm_place;

typedef struct crm_page_query {
	const crm_condition *condition;
	const char *order; /* field; NULL: in the order of creation */
	int descending;    /* 1: highest first; who has no value comes last */
	uint32_t limit;    /* customers, up to 500; 0: 100 */
	const char *show;  /* "tier,spend", up to 16 fields; NULL: tier, stage, spend, points */
	crm_place after;   /* crm_result_place of the page before */
} crm_page_query;
int crm_batch_page(crm_batch *batch, const crm_page_query *query);

typedef struct crm_groups_query {
	const crm_condition *condition;
	const char *by;      /* "tier,stage", up to 2 fields; NULL: one group of all */
	const char *measure; /* field to sum up; NULL: none */
	uint32_t percentile; /* of the measure, in hundredths of a percent; 0: none */
} crm_groups_query;
int crm_batch_groups(crm_batch *batch, const crm_groups_query *query);

/* All customers exactly as of one sequence number, in parts.  A stream belongs to the connection it
 * began on: use a client with pool=1, from one thread, until its end. */
int crm_batch_stream(crm_batch *batch, const crm_condition *condition, const char *show);
int crm_batch_stream_next(crm_batch *batch, uint32_t stream);
int crm_batch_stream_close(crm_batch *batch, uint32_t stream);

#ifdef __cplusplus
}
#endif

#include <crmdb/found.h>

#endif
