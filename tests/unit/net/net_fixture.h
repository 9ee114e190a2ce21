/* net_fixture.h -- a net on a thread of its own.
 *
 * `fixture_do` runs a function on the loop and waits for it, by way of net_wake.
 */
#ifndef CRMDB_TESTS_NET_FIXTURE_H
#define CRMDB_TESTS_NET_FIXTURE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "tests/unit/net/peers.h"

#define PATIENCE_MS 30000 /* a test that waits longer has failed; none asserts a short time */

static inline void *fixture_run(void *context)
{
	net_run(((struct fixture *)context)->net);
	return NULL;
}

/* Zero the fixture first; options without host and path listen on a free port of loopback. */
static inline bool fixture_open(struct fixture *fixture, struct failure *failure)
{
	const struct net_handlers handlers = {on_opened, on_input,      on_deadline,   on_closed,
					      on_woken,  on_turn_ended, on_stop_asked, fixture};
	struct net_options *options = &fixture->options;
	if (!options->host && !options->unix_path)
		options->host = "127.0.0.1";
	if (!options->max_clients)
		options->max_clients = 1000;
	if (!options->input_bytes)
		options->input_bytes = 1u << 20;
	sem_init(&fixture->acted, 0, 0);
	fixture->net = net_open(options, &handlers, failure);
	return fixture->net != NULL;
}

static inline void fixture_start(struct fixture *fixture)
{
	struct failure failure = {0};
	if (!fixture_open(fixture, &failure))
		fail_msg("%s", failure.text);
	assert_int_equal(pthread_create(&fixture->thread, NULL, fixture_run, fixture), 0);
}

static inline void fixture_do(struct fixture *fixture, void (*action)(struct fixture *))
{
	fixture->action = action;
	net_wake(fixture->net);
	while (sem_wait(&fixture->acted) != 0)
		continue;
}

static inline void stop_action(struct fixture *fixture)
{
	net_stop(fixture->net);
}

/* Wait for the loop's end; whatever was opened must have been closed. */
static inline void fixture_join(struct fixture *fixture)
{
	pthread_join(fixture->thread, NULL);
	net_free(fixture->net);
	sem_destroy(&fixture->acted);
	assert_null(fixture->peers);
}

static inline void fixture_stop(struct fixture *fixture)
{
	fixture_do(fixture, stop_action);
	fixture_join(fixture);
}

static inline void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static inline bool wait_for(atomic_uint *count, unsigned least)
{
	for (int waited = 0; *count < least && waited < PATIENCE_MS; waited++)
		sleep_ms(1);
	return *count >= least;
}

#endif
