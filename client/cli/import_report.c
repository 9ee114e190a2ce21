/* import_report.c -- see import_report.h.
 *
 * The file of rejected rows:   line TAB reason TAB row      control bytes as \xNN
 *
 * Progress is one line of stderr, written over itself, and only when stderr is a terminal.
 */
#include "client/cli/import_report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/clock.h"

#define LINE_BYTES 1024u
#define SECOND_US 1000000

const char *import_report_open(struct import_report *report, const char *path, FILE *in)
{
	struct stat from, to;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &to) == 0 && fstat(fileno(in), &from) == 0 && from.st_dev == to.st_dev &&
	    from.st_ino == to.st_ino) {
		close(fd);
		return "it is the file to be read";
	}
	if (S_ISREG(to.st_mode) && ftruncate(fd, 0) != 0)
		return strerror(errno);
	report->rejects = fdopen(fd, "w");
	return report->rejects == NULL ? strerror(errno) : NULL;
}

bool import_report_close(struct import_report *report)
{
	if (report->rejects == NULL)
		return true;
	bool bad = ferror(report->rejects) != 0;
	return fclose(report->rejects) == 0 && !bad;
}

static void clear_progress(struct import_report *report)
{
	if (report->shown_us != 0)
		fputs("\r\033[K", stderr);
	report->shown_us = 0;
}

void import_report_say(struct import_report *report, const char *format, ...)
{
	char text[LINE_BYTES];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	clear_progress(report);
	fputs("crmdb-cli: ", stderr);
	screen_write(&report->screen, stderr, text, strlen(text));
	fputc('\n', stderr);
}

/* --- rejected rows --- */

static void write_escaped(FILE *out, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			putc_unlocked(c, out);
	}
}

void import_report_reject(struct import_report *report, const struct row *row, const char *reason)
{
	report->rejected++;
	if (report->rejected <= IMPORT_TOLD)
		import_report_say(report, "line %" PRIu64 ": %s", row->line, reason);
	else if (report->rejected == IMPORT_TOLD + 1)
		import_report_say(report, "more rows are rejected; %s",
				  report->rejects != NULL ? "all are in the file of --rejects"
							  : "--rejects FILE would keep them all");
	if (report->rejects == NULL)
		return;
	fprintf(report->rejects, "%" PRIu64 "\t", row->line);
	write_escaped(report->rejects, reason, strlen(reason));
	fputc('\t', report->rejects);
	write_escaped(report->rejects, row->text, row->size);
	fputc('\n', report->rejects);
}

/* --- figures --- */

/* "12,345" */
static const char *grouped(uint64_t number, char *text, size_t size)
{
	char plain[24];
	int digits = snprintf(plain, sizeof plain, "%" PRIu64, number);
	size_t at = 0;
	for (int i = 0; i < digits && at + 2 < size; i++) {
		if (i > 0 && (digits - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = plain[i];
	}
	text[at] = '\0';
	return text;
}

static uint64_t rate(const struct import_report *report, int64_t span_us)
{
	return span_us <= 0 ? 0 : (uint64_t)((double)report->rows * 1e6 / (double)span_us);
}

void import_report_progress(struct import_report *report, uint64_t bytes)
{
	char rows[32], speed[32];
	if (!report->shows || report->rows % 1024 != 0)
		return;
	int64_t now_us = clock_now_us(), span_us = now_us - report->began_us;
	if (now_us - (report->shown_us != 0 ? report->shown_us : report->began_us) < SECOND_US)
		return;
	fprintf(stderr, "\r%s rows, %s rows/s", grouped(report->rows, rows, sizeof rows),
		grouped(rate(report, span_us), speed, sizeof speed));
	if (report->of_bytes > 0 && bytes > 0) {
		double done = (double)bytes / (double)report->of_bytes;
		double left_s = (double)span_us / 1e6 * (1 / done - 1);
		fprintf(stderr, ", %.0f %%, %.0f s left", done * 100, left_s < 0 ? 0 : left_s);
	}
	fputs("\033[K", stderr);
	report->shown_us = now_us;
}

void import_report_summary(struct import_report *report)
{
	char rows[32], sent[32], repeated[32], rejected[32], speed[32], created[64] = "";
	int64_t span_us = clock_now_us() - report->began_us;
	grouped(report->rows, rows, sizeof rows);
	grouped(report->rejected, rejected, sizeof rejected);
	if (report->dry) {
		import_report_say(report, "%s rows read, %s fine, %s rejected; nothing was sent",
				  rows, grouped(report->parsed, sent, sizeof sent), rejected);
		return;
	}
	if (report->people)
		snprintf(created, sizeof created, " %s new customer%s;",
			 grouped(report->created, sent, sizeof sent),
			 report->created == 1 ? "" : "s");
	import_report_say(report,
			  "%s rows read: %s recorded, %s already there, %s rejected;%s %.2f s, "
			  "%s rows/s",
			  rows, grouped(report->recorded, sent, sizeof sent),
			  grouped(report->repeated, repeated, sizeof repeated), rejected, created,
			  (double)span_us / 1e6,
			  grouped(rate(report, span_us), speed, sizeof speed));
}
