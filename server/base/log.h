/* log.h -- lines for the operator on stderr: time, level, event name, sentence.
 *
 *   2026-11-22T06:30:01.123Z info listening: on 127.0.0.1:7878
 *
 * Any thread; a line is written whole.
 */
#ifndef CRMDB_BASE_LOG_H
#define CRMDB_BASE_LOG_H

enum log_level {
	LOG_DEBUG,
	LOG_INFO,
	LOG_WARN,
	LOG_ERROR
};

void log_set_level(enum log_level level); /* before the threads start; default LOG_INFO */
void log_line(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_info(event, ...) log_line(LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) log_line(LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_line(LOG_ERROR, event, __VA_ARGS__)

#endif
