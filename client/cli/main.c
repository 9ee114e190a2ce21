/* main.c -- crmdb-cli: one command, one answer.
 *
 *   arguments --options.c--> words --statement.c--> statement --libcrmdb--> answer --show.c-->
 * stdout
 *
 * Everything that is not an answer goes to stderr.  Every write carries a key this program knows,
 * so that an unknown outcome can be settled: the hint names it.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/cli/options.h"
#include "client/uri.h"
#include "protocol/errors.h"
#include "protocol/key.h"

static struct screen screen;

static void say(const char *what, const char *text)
{
	fprintf(stderr, "%s: ", what);
	screen_write(&screen, stderr, text, strlen(text));
	fputc('\n', stderr);
}

/* --- what went wrong --- */

static int complain_about(const struct words *words, const struct complaint *complaint)
{
	say("crmdb-cli", complaint->message);
	if (words->line == NULL || words->size == 0)
		return EXIT_USAGE;
	fputs("  ", stderr);
	screen_write(&screen, stderr, words->line, words->size);
	fputs("\n  ", stderr);
	screen_pad(stderr, screen_write(&screen, NULL, words->line, complaint->at));
	fputs("^\n", stderr);
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

/* `key`: what to repeat the command with, when no answer came; NULL: it does not write, has a ref,
 * or was answered. */
static int report(const crm_error *error, const crm_key *key)
{
	char hint[sizeof error->hint];
	fprintf(stderr, "crmdb-cli: %s (%s)%s\n", error->message, error->name,
		error->in_doubt ? "; the outcome is unknown" : "");
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
		say("hint", hint);
	return exit_status(error);
}

/* --- one command --- */

static int64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int answer(const struct options *options, const struct shown *shown)
{
	crm_error error;
	if (crm_result_first_error(shown->result, &error) != CRM_OK)
		return report(&error, NULL);
	if (!show_answer(shown, options->format, &screen, stdout) || fflush(stdout) != 0) {
		say("crmdb-cli", "the answer could not be written");
		return EXIT_REFUSED;
	}
	return EXIT_FINE;
}

static int execute(crm_client *client, const struct options *options,
		   const struct statement *statement)
{
	crm_error error;
	crm_result *result = NULL;
	crm_batch *batch = crm_batch_new();
	bool keyed = statement_writes(statement) && statement->ref == NULL;
	crm_key key = options->key_given ? options->key : crm_key_new(client);
	int status;
	statement_add(statement, batch);
	if (keyed)
		crm_batch_key(batch, key);
	int64_t began_us = now_us();
	if (crm_exec(client, batch, &result, &error) == CRM_OK) {
		struct shown shown = {statement, result, now_us() - began_us};
		status = answer(options, &shown);
	} else {
		status = report(&error, keyed ? &key : NULL);
	}
	crm_result_free(result);
	crm_batch_free(batch);
	return status;
}

/* The address with --timeout as its last settings.  Owned by the caller.  NULL: out of memory. */
static char *address(const struct options *options)
{
	const char *uri = options->uri != NULL ? options->uri : getenv("CRMDB_URI");
	const char *timeout = options->timeout;
	char *text;
	int size;
	if (uri == NULL || (options->uri == NULL && *uri == '\0'))
		uri = URI_DEFAULT;
	char mark = strchr(uri, '?') == NULL ? '?' : '&';
	if (timeout == NULL)
		size = asprintf(&text, "%s", uri);
	else
		size = asprintf(&text, "%s%ctimeout=%s&connect_timeout=%s", uri, mark, timeout,
				timeout);
	return size < 0 ? NULL : text;
}

static int run(const struct options *options, const struct statement *statement)
{
	crm_error error;
	char *uri = address(options);
	crm_client *client;
	if (uri == NULL) {
		say("crmdb-cli", "out of memory");
		return EXIT_REFUSED;
	}
	client = crm_open(uri, &error);
	free(uri);
	if (client == NULL) {
		int status = report(&error, NULL);
		return status == EXIT_USAGE ? EXIT_USAGE : EXIT_UNKNOWN;
	}
	int status = execute(client, options, statement);
	crm_close(client);
	return status;
}

static bool split(struct words *words, const struct options *options, struct complaint *complaint)
{
	if (options->command != NULL)
		return words_split(words, options->command, complaint);
	if (options->word_count == 1)
		return words_split(words, options->words[0], complaint);
	return words_join(words, options->words, options->word_count, complaint);
}

static bool check_key(const struct options *options, const struct statement *statement,
		      struct complaint *complaint)
{
	if (!options->key_given)
		return true;
	if (!statement_writes(statement))
		return complain(complaint, 0, "--key is for commands that write; \"%s\" only reads",
				statement->verb->words);
	if (statement->ref != NULL)
		return complain(complaint, 0, "a ref makes the key: give --key or a ref, not both");
	return true;
}

int main(int argc, char **argv)
{
	struct options options;
	struct words words = {0};
	struct statement statement;
	struct complaint complaint;
	screen = screen_detect();
	options_parse(&options, argc, argv);
	int status;
	if (split(&words, &options, &complaint) &&
	    statement_parse(&statement, &words, &complaint) &&
	    check_key(&options, &statement, &complaint))
		status = run(&options, &statement);
	else
		status = complain_about(&words, &complaint);
	words_free(&words);
	free(options.words);
	return status;
}
