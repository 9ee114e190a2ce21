/* report.c -- see report.h. */
#include "client/cli/report.h"

#include <string.h>

#include "client/cli/options.h"
#include "protocol/errors.h"
#include "protocol/key.h"

void report_say(const struct screen *screen, const char *what, const char *text)
{
	fprintf(stderr, "%s: ", what);
	screen_write(screen, stderr, text, strlen(text));
	fputc('\n', stderr);
}

static void show_place(const struct screen *screen, const struct words *words, size_t at)
{
	fputs("  ", stderr);
	screen_write(screen, stderr, words->line, words->size);
	fputs("\n  ", stderr);
	screen_pad(stderr, screen_write(screen, NULL, words->line, at));
	fputs("^\n", stderr);
}

int report_complaint(const struct screen *screen, const struct words *words,
		     const struct complaint *complaint)
{
	report_say(screen, "crmdb-cli", complaint->message);
	if (words->line == NULL || words->size == 0)
		return EXIT_USAGE;
	show_place(screen, words, complaint->at);
	return EXIT_USAGE;
}

static int exit_status(const crm_error *error)
{
	switch (error->code) {
	case ERROR_BAD_URI:
	case ERROR_REF_INVALID:
	case ERROR_BAD_ARGUMENT:
		return EXIT_USAGE;
	case ERROR_UNREACHABLE:
	case ERROR_TIMEOUT:
	case ERROR_DISCONNECTED:
	case ERROR_BAD_REPLY:
		return EXIT_UNKNOWN;
	default:
		return error->in_doubt ? EXIT_UNKNOWN : EXIT_REFUSED;
	}
}

static void say_error(const crm_error *error)
{
	fprintf(stderr, "crmdb-cli: %s (%s)%s\n", error->message, error->name,
		error->in_doubt ? "; the outcome is unknown" : "");
}

int report_refused(const struct screen *screen, const crm_error *error, const struct words *words,
		   size_t at)
{
	say_error(error);
	if (at <= words->size)
		show_place(screen, words, at);
	if (error->hint[0] != '\0')
		report_say(screen, "hint", error->hint);
	return exit_status(error);
}

int report_error(const struct screen *screen, const crm_error *error, const crm_key *key)
{
	char hint[sizeof error->hint];
	say_error(error);
	snprintf(hint, sizeof hint, "%s", error->hint);
	if (error->in_doubt && key != NULL) {
		char text[37];
		struct wire_id id;
		memcpy(id.bytes, key->bytes, sizeof id.bytes);
		key_format(id, text);
		snprintf(hint, sizeof hint, "repeat it with --key %s: it is applied at most once",
			 text);
	}
	if (hint[0] != '\0')
		report_say(screen, "hint", hint);
	return exit_status(error);
}
