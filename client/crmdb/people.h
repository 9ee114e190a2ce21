/* crmdb/people.h -- profiles, and who is found by what; part of crmdb/crmdb.h.
 *
 * Fields have names.  external_id, phone, email, card and social identify: each belongs to one
 * customer, and is kept in a normal form.  name, given_name, family_name, address, city, province,
 * postcode, country, language, preferences and notes describe.  birth_date, anniversary, joined,
 * gender, preferred_channel, region, source, first_campaign, last_campaign, owner, partner, tags
 * and holidays are attributes: known to the engine and, unlike the others, to the log.  card,
 * social and address can have up to 8 values each, the others one.  Limits are in PROTOCOL.md.
 *
 * Rules as in crmdb/crmdb.h.  Personal data is in no log: a repeat is known by a keyed hash.  A ref
 * is no place for it: the key made from a ref stays in the log, and a phone is guessed from its
 * hash.
 */
#ifndef CRMDB_PEOPLE_H
#define CRMDB_PEOPLE_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crm_assignment {
	const char *field; /* "phone" */
	const char *value; /* UTF-8, NUL-terminated; "": no value */
} crm_assignment;

typedef struct crm_person {
	uint64_t customer;
	const crm_assignment *fields; /* a field with several values comes several times */
	uint32_t count;
	int create; /* of a set: 1: an unknown customer is created; a put always does */
} crm_person;

/* Give a customer this profile in place of the one there was, or of none: an unknown customer is
 * created.  The struct and its texts are copied. */
int crm_batch_customer_put(crm_batch *batch, const crm_person *person, const char *ref);
/* Change the fields named, all values of each; the others stay. */
int crm_batch_customer_set(crm_batch *batch, const crm_person *person, const char *ref);
/* Erase profile, identities and points.  The id is refused for ever; what was bought stays in the
 * sums. */
int crm_batch_customer_erase(crm_batch *batch, uint64_t customer, const char *ref);
/* The one customer who has this identity, in any form: find phone "+86 138 0013 8000". */
int crm_batch_customer_find(crm_batch *batch, const char *field, const char *value);
int crm_batch_customer_profile(crm_batch *batch, uint64_t customer);

typedef struct crm_saved {
	uint64_t event;
	uint64_t version; /* of the profile */
	int created;      /* 1: the customer was unknown before */
} crm_saved;

typedef struct crm_value {
	const char *field; /* "phone"; static; of an added field borrowed from the result;
			    * "unknown": of a newer server */
	const char *value; /* borrowed from the result; not NUL-terminated */
	uint32_t size;     /* bytes */
} crm_value;

/* Of a put or set. */
int crm_result_saved(const crm_result *result, uint32_t index, crm_saved *out);
/* `points`: those that were taken away. */
int crm_result_erased(const crm_result *result, uint32_t index, uint64_t *event, int64_t *points);
int crm_result_found(const crm_result *result, uint32_t index, uint64_t *customer);
/* Values of a profile, attributes behind the others; -1: another kind, or it failed. */
int crm_result_profile_size(const crm_result *result, uint32_t index);
int crm_result_profile_value(const crm_result *result, uint32_t index, uint32_t value,
			     crm_value *out);
/* Version of the profile; 0: none was given, or no profile there. */
uint64_t crm_result_profile_version(const crm_result *result, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
