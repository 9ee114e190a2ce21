/* show_private.h -- what the files show*.c share. */
#ifndef CRMDB_CLI_SHOW_PRIVATE_H
#define CRMDB_CLI_SHOW_PRIVATE_H
#include "client/cli/cells.h"
#include "client/cli/show.h"

/* One row; `turned`: a line a column, in a table.  False: out of memory, as below. */
bool show_row(const struct shown *shown, struct cell *cells, size_t count, bool turned);
/* " · event 7 · durable · already applied" */
void show_end_sentence(const struct shown *shown, uint64_t event);

/* show_care.c */
#define CONSENTS_MOST 32u
#define CONSENT_BYTES 128u
#define TOLD_BYTES 192u
bool show_consent(const struct shown *shown);
bool show_care(const struct shown *shown);
/* What the customer of a profile agreed to: for people a text a purpose, "marketing: email, sms",
 * for programs one a consent, "marketing:sms".  Returns how many. */
size_t show_consents(const struct shown *shown, char texts[CONSENTS_MOST][CONSENT_BYTES]);
bool show_tells_care(const crm_entry *entry);
/* The cells of a history's line about consent or greeting, which borrow `text`; how many. */
size_t show_fill_care(const struct shown *shown, const crm_entry *entry, char text[TOLD_BYTES],
		      struct cell *cells);
/* show_customer.c */
bool show_customer(const struct shown *shown);
bool show_order(const struct shown *shown);
/* show_history.c */
#define CHANGE_BYTES (2 * NAME_BYTES + 8)
struct entry_texts {
	char tier[CHANGE_BYTES], stage[CHANGE_BYTES], told[TOLD_BYTES];
};
bool show_history(const struct shown *shown);
/* All cells of an event, which borrow `texts`; how many. */
size_t show_fill_entry(const struct shown *shown, const crm_entry *entry, struct entry_texts *texts,
		       struct cell *cells);
/* show_people.c */
bool show_saved(const struct shown *shown);
bool show_erased(const struct shown *shown);
bool show_found(const struct shown *shown);
bool show_profile(const struct shown *shown);
/* show_sets.c */
bool show_count(const struct shown *shown);
/* Of a question that was to be explained. */
bool show_plan(const struct shown *shown);
bool show_matrix(const struct shown *shown);
/* show_saved.c */
bool show_defined(const struct shown *shown);
bool show_membership(const struct shown *shown);

#endif
