/* tail.c -- see tail.h: a line an event, until Ctrl-C or the limit.
 *
 * Each line is written at once, so that it can be followed in turn.  The feed connects again by
 * itself; that it has to is told once each time, on standard error.
 */
#include "client/cli/tail.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "client/cli/run.h"
#include "client/crmdb/feed.h"
#include "protocol/common/suggest.h"
#include "protocol/events.h"

#define LOOK_MS 200u /* for Ctrl-C */

/* --- kinds --- */

/* What may have been meant, or NULL. */
static const char *near_type(const char *name)
{
	static const char *const names[] = {
#define EVENT(name, number, doc) #name,
#include "protocol/events.def"
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (suggest_is_near(name, names[i]))
			return names[i];
	return NULL;
}

bool tail_parse_kinds(const struct word *word, uint64_t *kinds, struct complaint *complaint)
{
	char name[64];
	const char *at = word->text;
	*kinds = 0;
	for (;;) {
		size_t size = strcspn(at, ",");
		size_t place = word->at + (size_t)(at - word->text);
		snprintf(name, sizeof name, "%.*s", (int)(size < 63 ? size : 63), at);
		uint64_t kind = crm_feed_kind(name);
		const char *near = near_type(name);
		if (kind == 0 && near != NULL)
			return complain(complaint, place,
					"no event is \"%s\"; did you mean \"%s\"?", name, near);
		if (kind == 0)
			return complain(complaint, place,
					"no event is \"%s\": PROTOCOL.md lists all", name);
		*kinds |= kind;
		if (at[size] == '\0')
			return true;
		at += size + 1;
	}
}

/* --- following --- */

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

static void watch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* The connection was lost: say so, once. */
static void tell_loss(const struct run *run, const crm_feed *feed, bool *told)
{
	crm_error error;
	bool lost = crm_feed_error(feed, &error) != CRM_OK;
	if (lost && !*told)
		report_say(run->screen, "connecting again", error.message);
	*told = lost;
}

static int follow(const struct run *run, crm_feed *feed)
{
	struct shown shown = {.statement = run->statement,
			      .facts = run->facts,
			      .format = run->options->format,
			      .screen = run->screen,
			      .out = stdout};
	uint64_t limit = run->statement->limit, count = 0;
	crm_event event;
	crm_error error;
	bool told = false;
	int status = EXIT_FINE;
	while (!stopped && status == EXIT_FINE && (limit == 0 || count < limit)) {
		int got = crm_feed_next(feed, LOOK_MS, &event);
		if (got < 0) {
			crm_feed_error(feed, &error);
			return report_error(run->screen, &error, NULL);
		}
		tell_loss(run, feed, &told);
		if (got > 0)
			status = run_shown(run, show_event(&shown, &event, count++ == 0));
	}
	return status;
}

int tail_run(const struct run *run)
{
	const struct statement *statement = run->statement;
	crm_feed_options options = {
	    .from = statement->from, .kinds = statement->kinds, .segment = statement->segment};
	crm_error error;
	crm_feed *feed = crm_feed_open(run->uri, &options, &error);
	if (feed == NULL)
		return report_error(run->screen, &error, NULL);
	watch_signals();
	int status = follow(run, feed);
	crm_feed_close(feed);
	return status;
}
