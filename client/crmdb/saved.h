/* crmdb/saved.h -- saved segments; part of crmdb/crmdb.h.
 *
 * Names have up to 48 small letters, digits and _, beginning with a letter.  Rules as in
 * crmdb/crmdb.h.
 */
#ifndef CRMDB_SAVED_H
#define CRMDB_SAVED_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

/* From its event on the members of a saved segment are known at any time.  `source`: the condition
 * as it was written, for people; NULL: none. */
typedef struct crm_segment_new {
	const char *name;
	const crm_condition *condition; /* copied */
	const char *source;
} crm_segment_new;
int crm_batch_segment_save(crm_batch *batch, const crm_segment_new *segment, const char *ref);
int crm_batch_segment_drop(crm_batch *batch, const char *name, const char *ref);
/* `from`: crm_result_segments_next of the answer before, 0 for the first. */
int crm_batch_segment_list(crm_batch *batch, uint32_t from);
int crm_batch_segment_test(crm_batch *batch, uint64_t customer, const char *name);

typedef struct crm_segment_info {
	crm_text name, source;
	unsigned number; /* its bit, from 0 */
	uint64_t event;  /* that defined it */
	int64_t time_us;
	int building; /* 1: its first members are still being found */
	uint64_t customers;
} crm_segment_info;

/* The event of a save or drop; 0: another kind, or it failed. */
uint64_t crm_result_segment_event(const crm_result *result, uint32_t index);
/* 1: the customer is in the segment; 0: not; -1 as below. */
int crm_result_is_member(const crm_result *result, uint32_t index);

/* -1: another kind, it failed, or there is none. */
int crm_result_segments_size(const crm_result *result, uint32_t index);
int crm_result_segment(const crm_result *result, uint32_t index, uint32_t segment,
		       crm_segment_info *out);
/* 0: that was the last answer, or it is of another kind. */
uint32_t crm_result_segments_next(const crm_result *result, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
