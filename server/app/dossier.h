/* dossier.h -- from a customer's document and a command to the document that will be.
 *
 *   base document --+
 *                   +--> document: `assignment` records by field number, identities in normal form
 *   fields ---------+--> fingerprints that come and that go
 *
 * Pure but for the memory of the document.  Any thread.
 */
#ifndef CRMDB_APP_DOSSIER_H
#define CRMDB_APP_DOSSIER_H
#include "protocol/limits.h"
#include "protocol/person.h"
#include "server/base/seal.h"
#include "server/engine/event.h"

struct dossier_change {
	struct wire_text base;          /* the document in force; empty: none */
	const struct wire_list *fields; /* passed person_check; NULL: everything goes */
	bool replace;                   /* what is not named goes */
};

struct dossier {
	uint8_t *document; /* owned; freed by dossier_clear; NULL: none, or empty */
	uint32_t size;
	uint32_t added_size, removed_size;
	uint8_t added[PERSON_IDENTITIES * IDENTITY_RECORD_BYTES];
	uint8_t removed[PERSON_IDENTITIES * IDENTITY_RECORD_BYTES];
};

/* Fill in *out.  ERROR_OK; ERROR_PROFILE_TOO_LARGE with *detail; ERROR_PROFILE_DAMAGED (*detail is
 * the caller's): the base is no document; ERROR_OUT_OF_MEMORY.  *out is to be cleared in any case.
 */
enum error dossier_make(struct dossier *out, const struct dossier_change *change,
			const struct seal *seal, struct error_detail *detail);
void dossier_clear(struct dossier *dossier);

/* The records of all identities of a document into records[PERSON_IDENTITIES *
 * IDENTITY_RECORD_BYTES]; their size in bytes. */
uint32_t dossier_identities(const struct seal *seal, struct wire_text document, uint8_t *records);

/* Records of a document; -1: it is none. */
int64_t dossier_count(struct wire_text document);

/* The record of an identity in any form that is valid. */
void dossier_fingerprint(const struct seal *seal, const struct person_field *field,
			 struct wire_text value, uint8_t record[IDENTITY_RECORD_BYTES]);

#endif
