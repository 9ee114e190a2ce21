/* crmdb/answer.h -- what answers say, by the kind of operation; part of crmdb/crmdb.h.
 *
 * Each reader fills in *out for the operation at `index` and returns 0; -1: another kind, that
 * operation failed, or an index out of range.  Rules and units as in crmdb/crmdb.h.
 */
#ifndef CRMDB_ANSWER_H
#define CRMDB_ANSWER_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crm_customer {
	uint64_t customer;
	int64_t points;
	int64_t created_us;
	uint64_t event; /* last one */
	uint32_t events;
	uint8_t tier, stage;
	const char *band;       /* value band, "high"; static */
	int32_t tier_until;     /* last day the tier is kept without a test; -1: no end */
	int64_t spend;          /* lifetime, minor units; the next two are of whole months */
	int64_t spend12;        /* this month and the 11 before */
	int64_t spend12_before; /* the 12 months before those */
	int64_t largest;        /* order */
	uint32_t orders, orders12;
	int32_t first_day, last_day, previous_day; /* of purchase; -1: none */
} crm_customer;
typedef struct crm_placed {
	uint64_t event;
	int created; /* 1: the customer was unknown before */
	int32_t day;
	int64_t spend; /* after it */
	uint32_t orders;
	int64_t points_before, points_after;
	uint8_t tier_before, tier, stage_before, stage;
} crm_placed;
typedef struct crm_points {
	int64_t before, after;
	uint64_t event;
} crm_points;
typedef struct crm_entry {
	uint64_t event;
	int64_t time_us;
	const char *type; /* "points_earned"; static */
	uint64_t actor;
	int64_t before, after; /* points */
	crm_key key;
	char order[65]; /* order id; empty: no order, and the next four are 0 */
	int32_t day;
	int64_t amount, spend; /* minor units; lifetime spend after it */
	uint32_t items;
	uint8_t tier_before, tier, stage_before, stage;
	int tells_points, tells_order, tells_tier,
	    tells_stage; /* 1: those above are of this event */
	const char
	    *tier_cause;     /* why the tier changed or was kept, "order"; NULL: neither; static */
	int64_t tier_metric; /* spend of 12 months that decided it, minor units */
	int32_t tier_until;  /* last day it is kept without a test; -1: no end */
	const char *purpose; /* of a consent; NULL: none; static, likewise: */
	const char *channel; /* of a consent or greeting */
	const char *care;    /* of a greeting */
	int granted;         /* of a consent: 1 given, 0 withdrawn */
	uint16_t care_year;  /* of the day greeted for */
	char policy[65];     /* of a consent; of a greeting the holiday */
	char source[65];     /* of a consent */
} crm_entry;
typedef struct crm_info {
	char version[32];
	uint8_t database[16];
	uint64_t incarnation;
	int64_t started_us;
	uint64_t applied, durable, logged;
	uint64_t customers;
	int64_t points;
	uint64_t keys;
	uint64_t memory_bytes;
	uint32_t connections;
	uint64_t commands;
	uint64_t flushes;
	int32_t today;
	uint64_t orders;
	int64_t spend;     /* of all customers, minor units */
	int32_t clock_day; /* of the server's clock; today, where the day is set by hand */
	int day_state;     /* CRM_DAY_* */
	uint64_t day_due;  /* customers the day has yet to look at */
	uint64_t day_events;
	int64_t day_turn_us; /* of the last turn */
} crm_info;
#define CRM_DAY_TURNED 0
#define CRM_DAY_TURNING 1 /* questions about sets wait */
#define CRM_DAY_SUSPECT 2 /* the clock is not believed: days stand still until an advance */

int crm_result_ping(const crm_result *result, uint32_t index, uint64_t *nonce, int64_t *time_us);
int crm_result_info(const crm_result *result, uint32_t index, crm_info *out);
int crm_result_created(const crm_result *result, uint32_t index, uint64_t *event);
int crm_result_customer(const crm_result *result, uint32_t index, crm_customer *out);
int crm_result_points(const crm_result *result, uint32_t index, crm_points *out);
int crm_result_order(const crm_result *result, uint32_t index, crm_placed *out);
/* Number of entries of a history page; -1 as above. */
int crm_result_history_size(const crm_result *result, uint32_t index);
int crm_result_history_entry(const crm_result *result, uint32_t index, uint32_t entry,
			     crm_entry *out);
/* 0: the last page, or no page there. */
uint64_t crm_result_history_next(const crm_result *result, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
