/* failure.c -- see failure.h. */
#include "server/base/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool failure_set(struct failure *failure, enum exit_code code, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	failure->code = code;
	vsnprintf(failure->text, sizeof failure->text, format, arguments);
	va_end(arguments);
	return false;
}

bool failure_wrap(struct failure *failure, const char *format, ...)
{
	char outer[256];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(outer, sizeof outer, format, arguments);
	va_end(arguments);
	size_t size = strlen(outer), room = sizeof failure->text - size - 3;
	memmove(failure->text + size + 2, failure->text, room);
	memcpy(failure->text, outer, size);
	memcpy(failure->text + size, ": ", 2);
	failure->text[sizeof failure->text - 1] = '\0';
	return false;
}
