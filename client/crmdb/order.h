/* crmdb/order.h -- purchases; part of crmdb/crmdb.h, whose rules hold. */
#ifndef CRMDB_ORDER_H
#define CRMDB_ORDER_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A purchase.  Its key is made from `id`, so it happens once, for ever: the same order again gives
 * the first answer, another one with this id is EXISTS_DIFFERENT.  An unknown customer is created.
 * The struct and its text are copied. */
/* day: the one the order is recorded on.  A retry must say so again: with that day written out it
 * asks for something else. */
#define CRM_TODAY INT32_MIN
typedef struct crm_order {
	uint64_t customer;
	const char *id; /* 1 to 64 bytes of UTF-8, NUL-terminated */
	int32_t day;    /* business day, at most tomorrow; or CRM_TODAY */
	int64_t amount; /* paid, minor units, not negative */
	uint32_t items;
	int no_points; /* 1: record it without points (imported history) */
} crm_order;
int crm_batch_order(crm_batch *batch, const crm_order *order);

#ifdef __cplusplus
}
#endif
#endif
