/* crmdb/fields.h -- fields added to all customers while the server runs; part of crmdb/crmdb.h.
 *
 * An added field is set by its name, as those of crmdb/people.h are: crm_batch_customer_set,
 * crm_batch_customer_put.  Values are texts: numbers and money in major units "12.50", dates
 * "2026-11-22", "true" and "false", choices and tags by their words; tags can have 64.
 *
 * Names become numbers in crm_exec: the client asks for the list of fields once, and again when a
 * name is not in it or the server knew a number no more (FIELD_UNKNOWN: execute again).  A field
 * that was renamed is known by its old name too until then.
 *
 * Kinds: number, money, date, boolean, choice, tags; listed fields have also tier, yearly, text.
 * Rules as in crmdb/crmdb.h.
 */
#ifndef CRMDB_FIELDS_H
#define CRMDB_FIELDS_H
#include <crmdb/crmdb.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crm_new_field {
	const char *name;   /* up to 48 small letters, digits and _, beginning with a letter */
	const char *kind;   /* "money", in any case of letters */
	uint8_t places;     /* decimal places of a number, up to 6 */
	const char *values; /* first ones of a choice or of tags, "a,b"; NULL: others come as set */
} crm_new_field;

/* The struct and its texts are copied. */
int crm_batch_field_add(crm_batch *batch, const crm_new_field *field, const char *ref);
int crm_batch_field_rename(crm_batch *batch, const char *name, const char *to, const char *ref);
/* Its values go too, at once.  No other field can have a name it had, here and in a rename: who
 * still knows it writes into no other field. */
int crm_batch_field_drop(crm_batch *batch, const char *name, const char *ref);
/* Those of every database, then those added.  `from`: crm_result_fields_next of the page before; 0:
 * the first. */
int crm_batch_field_list(crm_batch *batch, uint16_t from);

typedef struct crm_field {
	uint16_t number;    /* in commands; 0: it is not set by commands */
	uint8_t places;     /* decimal places of a number */
	int added;          /* 1: it was added, and can be renamed or dropped */
	const char *kind;   /* static; "unknown": of a newer server */
	const char *name;   /* this and the others: borrowed from the result, not NUL-terminated */
	const char *values; /* of a choice or of tags, separated by commas, as far as they fit */
	const char *doc;    /* a sentence; of an added field empty */
	uint32_t name_size, values_size, doc_size; /* bytes */
} crm_field;

/* The event of an add, rename or drop; 0: none there. */
uint64_t crm_result_field_event(const crm_result *result, uint32_t index);
/* Of an add: the new field's number; -1: another kind, or it failed. */
int crm_result_field_number(const crm_result *result, uint32_t index);
/* Of a drop: customers who had a value. */
int crm_result_field_dropped(const crm_result *result, uint32_t index, uint64_t *customers);
/* Fields of a list; -1: another kind, or it failed. */
int crm_result_fields_size(const crm_result *result, uint32_t index);
int crm_result_field(const crm_result *result, uint32_t index, uint32_t place, crm_field *out);
/* 0: the last page, or no page there. */
uint16_t crm_result_fields_next(const crm_result *result, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
