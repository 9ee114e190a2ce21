/* crmdb/care.h -- consents, greetings, and the programme's day; part of crmdb/crmdb.h.
 *
 * Purposes: marketing, service, research, profiling.  Channels: phone, email, sms, chat, social,
 * app, web, post.  Care: birthday, anniversary, holiday.  Names in any case; an unknown one is
 * BAD_ARGUMENT, without asking the server.  Rules as in crmdb/crmdb.h.
 */
#ifndef CRMDB_CARE_H
#define CRMDB_CARE_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crm_consent {
	uint64_t customer;
	const char *purpose, *channel;
	int granted;        /* 1: given, 0: withdrawn */
	const char *policy; /* version shown, up to 64 bytes; NULL: not said; likewise: */
	const char *source; /* where it was said */
} crm_consent;

typedef struct crm_care {
	uint64_t customer;
	const char *kind;
	const char *holiday; /* of kind holiday; else NULL */
	const char *channel; /* NULL: not said */
	uint16_t year; /* of the day greeted for; 0: the nearest one, of a holiday this year */
} crm_care;

typedef struct crm_due_query {
	const char *kind;
	const char *holiday;           /* of kind holiday; else NULL */
	int32_t first, last;           /* days, both inclusive, at most a year */
	const char *purpose, *channel; /* only who consented; NULL, NULL: all */
	uint64_t from;                 /* crm_result_due_next of the page before; 0: the first */
	uint32_t limit;                /* customers, up to 500; 0: 100 */
} crm_due_query;

/* The structs and their texts are copied. */
int crm_batch_consent(crm_batch *batch, const crm_consent *consent, const char *ref);
/* Once a year for each occasion: again is CARE_DONE. */
int crm_batch_care(crm_batch *batch, const crm_care *care, const char *ref);
/* Whom to greet, who was not greeted for that day yet.  A page may be empty and not the last. */
int crm_batch_due(crm_batch *batch, const crm_due_query *query);
/* Turn the programme's day, one by one, up to `day`: where it is set by hand (a database made with
 * --clock), or where the clock's day needs a confirmation.  Answered when it has turned, which can
 * take longer than a timeout: again, it goes on waiting. */
int crm_batch_advance(crm_batch *batch, int32_t day);

typedef struct crm_due {
	uint64_t customer;
	int32_t day; /* of a holiday: the first day asked for */
	uint8_t tier, stage;
	int64_t spend;       /* lifetime, minor units */
	const char *channel; /* preferred one; NULL: not known; static */
} crm_due;

typedef struct crm_advanced {
	int32_t today;
	uint64_t event; /* with which it began; 1: the first day */
} crm_advanced;

/* *before, *after: 1 when given. */
int crm_result_consent(const crm_result *result, uint32_t index, int *before, int *after);
/* Year of the day greeted for; -1: another kind, or it failed. */
int crm_result_care_year(const crm_result *result, uint32_t index);
/* The event of a consent or greeting; 0: none there. */
uint64_t crm_result_care_event(const crm_result *result, uint32_t index);
int crm_result_due_size(const crm_result *result, uint32_t index);
int crm_result_due(const crm_result *result, uint32_t index, uint32_t place, crm_due *out);
/* 0: the last page, or no page there. */
uint64_t crm_result_due_next(const crm_result *result, uint32_t index);
/* Of a profile: 1 when consent is given; -1: unknown names, or no profile there. */
int crm_result_has_consent(const crm_result *result, uint32_t index, const char *purpose,
			   const char *channel);
int crm_result_advanced(const crm_result *result, uint32_t index, crm_advanced *out);

#ifdef __cplusplus
}
#endif
#endif
