/* error.c -- see error.h.  The sentences live in protocol/errors.def; a more exact one is said only
 * where the client knows more than two integers (an address, a setting, a reason of the system). */
#include "client/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void error_clear(crm_error *error)
{
	if (error != NULL)
		*error = (crm_error){0};
}

static crm_status set_words(crm_error *error, uint16_t status, const struct error_detail *detail,
			    const struct error_words *words)
{
	const struct error_info *info = error_info(status);
	if (error == NULL)
		return status;
	error_clear(error);
	error->code = status;
	error->retryable = info->class == ERROR_CLASS_RETRY || info->class == ERROR_CLASS_UNKNOWN;
	snprintf(error->name, sizeof error->name, "%s", info->name);
	snprintf(error->hint, sizeof error->hint, "%s", info->hint);
	error_format_words(status, detail, words, error->message, sizeof error->message);
	return status;
}

crm_status error_set(crm_error *error, uint16_t status, struct error_detail detail)
{
	return set_words(error, status, &detail, &(struct error_words){{0}, {0}});
}

crm_status error_say(crm_error *error, uint16_t status, const char *format, ...)
{
	va_list arguments;
	error_set(error, status, (struct error_detail){0, 0});
	if (error == NULL)
		return status;
	va_start(arguments, format);
	vsnprintf(error->message, sizeof error->message, format, arguments);
	va_end(arguments);
	return status;
}

crm_status error_text(crm_error *error, const char *sentence, uint32_t column)
{
	error_say(error, ERROR_BAD_ARGUMENT, "%s", sentence);
	if (error != NULL)
		error->column = column;
	return ERROR_BAD_ARGUMENT;
}

/* Does its first integer say where in the text of the question it is? */
static bool has_column(uint16_t status)
{
	return status >= ERROR_QUERY_FIELD && status <= ERROR_SEGMENT_UNKNOWN;
}

crm_status error_answer(crm_error *error, uint16_t status, const struct error_detail *detail,
			const struct error_words *words)
{
	set_words(error, status, detail, words);
	if (error != NULL && has_column(status) && detail->a > 0 && detail->a <= UINT16_MAX)
		error->column = (uint32_t)detail->a;
	return status;
}

void error_hint(crm_error *error, const char *format, ...)
{
	va_list arguments;
	if (error == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(error->hint, sizeof error->hint, format, arguments);
	va_end(arguments);
}

void error_doubt(crm_error *error)
{
	if (error == NULL)
		return;
	error->in_doubt = 1;
	error->retryable = 1;
	error_hint(error, "%s", error_info(ERROR_TIMEOUT)->hint);
}
