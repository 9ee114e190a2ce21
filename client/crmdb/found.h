/* crmdb/found.h -- what the answers to questions say; part of crmdb/crmdb.h.
 *
 * An index out of range, an answer of another kind or one that failed gives -1.
 */
#ifndef CRMDB_FOUND_H
#define CRMDB_FOUND_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crm_column {
	crm_text name;
	const char *kind; /* "money", "date"; static; "unknown": of a newer server */
	unsigned places;  /* decimal places of a number */
} crm_column;

enum crm_form {
	CRM_NULL,   /* no value */
	CRM_NUMBER, /* number in 10^-places, money in minor units, date in days, boolean 0 or 1 */
	CRM_TEXT
};

typedef struct crm_datum {
	int form; /* of crm_form */
	int64_t number;
	crm_text text;
} crm_datum;

typedef struct crm_group {
	uint64_t customers;
	uint64_t valued; /* who have the field measured; below, of them: */
	int64_t sum, least, greatest, percentile;
} crm_group;

/* How the question was answered. */
typedef struct crm_plan {
	const char *name;  /* "index", "scan"; static; "unknown": of a newer server */
	uint64_t estimate; /* customers it expected to judge */
	uint64_t judged;
	uint32_t engine_us;
} crm_plan;

/* Of crm_batch_count and crm_batch_segment_count; 0, or -1. */
int crm_result_count(const crm_result *result, uint32_t index, uint64_t *customers);

/* Columns of a page or of a stream's first answer; of groups, the fields grouped by, then the
 * measure. */
int crm_result_columns_size(const crm_result *result, uint32_t index);
int crm_result_column(const crm_result *result, uint32_t index, uint32_t column, crm_column *out);

/* Rows of a page or a part of a stream, in order; a datum for each column. */
int crm_result_rows_size(const crm_result *result, uint32_t index);
int crm_result_row(const crm_result *result, uint32_t index, uint32_t row, uint64_t *customer);
int crm_result_datum(const crm_result *result, uint32_t index, uint32_t row, uint32_t column,
		     crm_datum *out);
/* 1: *next is where the next page goes on; 0: this was the last. */
int crm_result_place(const crm_result *result, uint32_t index, crm_place *next);

/* Groups, in the order of their keys; also of a part of a stream. */
int crm_result_groups_size(const crm_result *result, uint32_t index);
int crm_result_group(const crm_result *result, uint32_t index, uint32_t group, crm_group *out);
int crm_result_group_key(const crm_result *result, uint32_t index, uint32_t group, uint32_t key,
			 crm_datum *out);

/* Number of the stream that an answer began; 0: none.  Of groups: there are more in it. */
uint32_t crm_result_stream(const crm_result *result, uint32_t index);
/* Of a part of a stream.  1: there is more; 0: this was the end. */
int crm_result_stream_more(const crm_result *result, uint32_t index);

int crm_result_plan(const crm_result *result, uint32_t index, crm_plan *out);

#ifdef __cplusplus
}
#endif
#endif
