/* error.h -- filling in a caller's crm_error.  A NULL `error` is allowed everywhere. */
#ifndef CRMDB_CLIENT_ERROR_H
#define CRMDB_CLIENT_ERROR_H
#include <stdbool.h>

#include "client/crmdb/crmdb.h"
#include "protocol/errors.h"

void error_clear(crm_error *error);

/* Sentence and hint of errors.def; in_doubt stays 0.  Returns the status, for `return`. */
crm_status error_set(crm_error *error, uint16_t status, struct error_detail detail);

/* As error_set, with a sentence that knows more than the table's. */
__attribute__((format(printf, 3, 4))) crm_status error_say(crm_error *error, uint16_t status,
							   const char *format, ...);
/* What is wrong with a text that was given, and its column. */
crm_status error_text(crm_error *error, const char *sentence, uint32_t column);
/* As error_set, for an answer that carries texts. */
crm_status error_answer(crm_error *error, uint16_t status, const struct error_detail *detail,
			const struct error_words *words);
__attribute__((format(printf, 2, 3))) void error_hint(crm_error *error, const char *format, ...);

/* The outcome of a write is unknown: say so, and how to learn it. */
void error_doubt(crm_error *error);

static inline enum error_class error_class_of(crm_status status)
{
	return error_info((uint16_t)status)->class;
}

#endif
