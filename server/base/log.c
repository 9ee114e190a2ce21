/* log.c -- see log.h. */
#include "server/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static enum log_level threshold = LOG_INFO;

void log_set_level(enum log_level level)
{
	threshold = level;
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	char line[1024], day[32];
	struct timespec now;
	struct tm utc;
	va_list arguments;
	if (level < threshold)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
	int length = snprintf(line, sizeof line, "%s.%03ldZ %s %s: ", day, now.tv_nsec / 1000000,
			      names[level], event);
	va_start(arguments, format);
	length += vsnprintf(line + length, sizeof line - (size_t)length, format, arguments);
	va_end(arguments);
	if ((size_t)length > sizeof line - 2)
		length = (int)sizeof line - 2;
	line[length] = '\n';
	ssize_t written = write(STDERR_FILENO, line, (size_t)length + 1);
	(void)written; /* nowhere left to complain */
}
