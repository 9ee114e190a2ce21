/* complaint.c -- see complaint.h. */
#include "protocol/common/complaint.h"

#include <stdarg.h>
#include <stdio.h>

bool complain(struct complaint *complaint, size_t at, const char *format, ...)
{
	va_list arguments;
	complaint->at = at;
	va_start(arguments, format);
	vsnprintf(complaint->message, sizeof complaint->message, format, arguments);
	va_end(arguments);
	return false;
}
