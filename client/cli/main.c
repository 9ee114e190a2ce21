/* main.c -- crmdb-cli: one command, one answer.
 *
 *   arguments --options.c--> words --statement.c--> statement --run.c--> answer --show.c--> stdout
 *
 * Everything that is not an answer goes to stderr.  Every write carries a key this program knows,
 * so that an unknown outcome can be settled: the hint names it.
 */
#include <stdlib.h>
#include <string.h>

#include "client/cli/confirm.h"
#include "client/cli/import.h"
#include "client/cli/run.h"
#include "client/cli/turning.h"
#include "client/uri.h"
#include "protocol/messages.h"

static struct screen screen;

/* What was asked, before it is known whom. */
struct request {
	struct options options;
	struct words words;
	struct statement statement;
};

/* The address with --timeout as its last settings.  Owned by the caller.  NULL: out of memory. */
static char *address(const struct request *request)
{
	const struct options *options = &request->options;
	const char *uri = options->uri != NULL ? options->uri : getenv("CRMDB_URI");
	const char *timeout = options->timeout;
	char *text;
	int size;
	if (uri == NULL || (options->uri == NULL && *uri == '\0'))
		uri = URI_DEFAULT;
	char mark = strchr(uri, '?') == NULL ? '?' : '&';
	if (turning_waits(options, &request->statement))
		size = asprintf(&text, "%s%ctimeout=" TURNING_LOOK, uri, mark);
	else if (timeout == NULL)
		size = asprintf(&text, "%s", uri);
	else
		size = asprintf(&text, "%s%ctimeout=%s&connect_timeout=%s", uri, mark, timeout,
				timeout);
	return size < 0 ? NULL : text;
}

static int ask(struct request *request, crm_client *client, const char *uri)
{
	struct complaint complaint;
	struct facts facts;
	facts_read(&facts, client);
	if (!statement_bind(&request->statement, &facts, &complaint))
		return report_complaint(&screen, &request->words, &complaint);
	if (request->statement.verb->opcode == OP_customer_erase && !request->options.yes &&
	    !confirm_erase(request->statement.customer))
		return EXIT_USAGE;
	return run_statement(&(struct run){.client = client,
					   .uri = uri,
					   .facts = &facts,
					   .options = &request->options,
					   .statement = &request->statement,
					   .words = &request->words,
					   .screen = &screen});
}

static int connect_and_ask(struct request *request)
{
	crm_error error;
	char *uri = address(request);
	crm_client *client;
	if (uri == NULL) {
		report_say(&screen, "crmdb-cli", "out of memory");
		return EXIT_REFUSED;
	}
	client = crm_open(uri, &error);
	int status;
	if (client == NULL) {
		status = report_error(&screen, &error, NULL);
		status = status == EXIT_USAGE ? EXIT_USAGE : EXIT_UNKNOWN;
	} else {
		status = ask(request, client, uri);
	}
	crm_close(client);
	free(uri);
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
		return complain(complaint, 0, "--key is for commands that write; \"%s\" takes none",
				statement->verb->words);
	if (statement->ref != NULL)
		return complain(complaint, 0, "a ref makes the key: give --key or a ref, not both");
	return true;
}

int main(int argc, char **argv)
{
	struct request request = {0};
	struct complaint complaint;
	int status;
	if (import_is_asked(argc, argv))
		return import_run(argc, argv); /* its options are its own */
	screen = screen_detect();
	options_parse(&request.options, argc, argv);
	if (split(&request.words, &request.options, &complaint) &&
	    statement_parse(&request.statement, &request.words, &complaint) &&
	    check_key(&request.options, &request.statement, &complaint))
		status = connect_and_ask(&request);
	else
		status = report_complaint(&screen, &request.words, &complaint);
	words_free(&request.words);
	free(request.options.words);
	return status;
}
