/* feed.c -- a feed has every durable event once, whoever is killed.
 *
 *   writers   two threads earn and order in batches, through kills of the server
 *   follower  this thread: takes events; now and then it forgets all but the position it stored
 *             (killed, started again), and now and then the server is killed -9 and started
 *   filter    a second feed, orders alone, opened once
 *
 * In the end what was followed, put together, is dense from event 1 to the last, and is what the
 * histories of all customers and the days between them say.
 *
 * usage: feed BUILD_DIRECTORY
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/crmdb/feed.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/scratch.h"
#include "tests/integration/common/server.h"

#define CUSTOMERS 40u
#define WRITERS 2u
#define BATCH 50
#define KILLS 4
#define ROUND_EVENTS 6000u

static struct server server;
static atomic_bool finished;

/* What was followed, by number. */
static struct seen {
	uint64_t customer;
	int64_t after;
	char type[24];
} * seen;
static size_t seen_capacity;
static uint64_t last; /* events 1 .. last were seen */

/* --- writers --- */

static void fill(crm_batch *batch, unsigned writer, uint64_t *dice, uint64_t *orders)
{
	crm_batch_clear(batch);
	for (int i = 0; i < BATCH; i++) {
		uint64_t customer = 1 + scratch_below(dice, CUSTOMERS);
		char id[32];
		snprintf(id, sizeof id, "w%u-%" PRIu64, writer, *orders);
		if (scratch_below(dice, 4) > 0) {
			crm_batch_points_earn(batch, customer, 1, NULL);
			continue;
		}
		(*orders)++;
		crm_batch_order(
		    batch,
		    &(crm_order){.customer = customer, .id = id, .day = CRM_TODAY, 500, 1, 0});
	}
}

static void *write_on(void *context)
{
	unsigned writer = *(unsigned *)context;
	uint64_t dice = writer, orders = 0;
	crm_error error;
	crm_result *result = NULL;
	crm_client *client = crm_open(server.uri, &error);
	crm_batch *batch = crm_batch_new();
	while (client != NULL && !finished) {
		fill(batch, writer, &dice, &orders);
		while (crm_exec(client, batch, &result, &error) != CRM_OK && !finished)
			scratch_sleep_us(2000); /* the server is away */
	}
	crm_batch_free(batch);
	crm_result_free(result);
	crm_close(client);
	return NULL;
}

/* --- following --- */

static bool note(const crm_event *event)
{
	uint64_t number = event->entry.event;
	if (number != last + 1)
		return check(false, "event %" PRIu64 " came after %" PRIu64, number, last);
	if (number >= seen_capacity) {
		seen_capacity = 2 * (seen_capacity + 4096);
		seen = realloc(seen, seen_capacity * sizeof *seen);
		if (seen == NULL)
			scratch_die("memory");
	}
	seen[number] = (struct seen){event->customer, event->entry.after, ""};
	snprintf(seen[number].type, sizeof seen[number].type, "%s", event->entry.type);
	last = number;
	return true;
}

static crm_feed *open_feed(const crm_feed_options *options)
{
	crm_error error = {0};
	crm_feed *feed = NULL;
	for (int i = 0; i < 500 && feed == NULL; i++) {
		feed = crm_feed_open(server.uri, options, &error);
		if (feed == NULL)
			scratch_sleep_us(10000);
	}
	if (feed == NULL)
		check_fail("a feed opens", "%s", error.message);
	return feed;
}

/* Take events up to `until`.  False: that did not come about. */
static bool take(crm_feed *feed, uint64_t until)
{
	crm_event event;
	crm_error error;
	int quiet = 0;
	while (last < until) {
		int got = crm_feed_next(feed, 100, &event);
		if (got > 0 && !note(&event))
			return false;
		quiet = got == 0 ? quiet + 1 : 0;
		if (got < 0 || quiet == 100) {
			crm_feed_error(feed, &error);
			return check(false, "the feed goes on: %s", error.message);
		}
	}
	return true;
}

/* Forget all but the position, as a process killed behind its last commit does. */
static crm_feed *start_again(crm_feed *feed)
{
	crm_position position;
	crm_feed_position(feed, &position);
	crm_feed_close(feed);
	return position.event == last ? open_feed(&(crm_feed_options){.after = &position}) : NULL;
}

static bool follow_through_kills(crm_feed **feed)
{
	bool fine = take(*feed, ROUND_EVENTS);
	for (int i = 0; i < KILLS && fine; i++) {
		server_kill(&server); /* in the middle of writes and of frames */
		server_launch(&server);
		fine = take(*feed, last + ROUND_EVENTS);
		if (fine && i % 2 == 0) {
			*feed = start_again(*feed);
			fine = *feed != NULL && take(*feed, last + ROUND_EVENTS / 3);
		}
	}
	return check(fine, "followed through %d kills of the server and %d of the follower", KILLS,
		     (KILLS + 1) / 2);
}

/* --- what there is --- */

static uint64_t durable(crm_client *client, crm_batch *batch, crm_result **result)
{
	crm_info info = {0};
	crm_batch_clear(batch);
	crm_batch_info(batch);
	if (crm_exec(client, batch, result, NULL) == CRM_OK)
		crm_result_info(*result, 0, &info);
	return info.applied;
}

/* One page of a history against what was followed.  False: they differ. */
static bool compare_page(const crm_result *result, uint64_t customer, uint64_t *count)
{
	crm_entry entry;
	for (int i = 0; i < crm_result_history_size(result, 0); i++, (*count)++) {
		if (crm_result_history_entry(result, 0, (uint32_t)i, &entry) != 0 ||
		    entry.event > last)
			return false;
		const struct seen *event = &seen[entry.event];
		if (event->customer != customer || event->after != entry.after ||
		    strcmp(event->type, entry.type) != 0)
			return false;
	}
	return true;
}

static void compare_histories(crm_client *client, crm_batch *batch, crm_result **result)
{
	uint64_t count = 0, nobody = 0, next;
	bool same = true;
	for (uint64_t customer = 1; customer <= CUSTOMERS; customer++) {
		next = 0;
		do {
			crm_batch_clear(batch);
			crm_batch_history(batch, customer, next, 200);
			same = same && crm_exec(client, batch, result, NULL) == CRM_OK &&
			       compare_page(*result, customer, &count);
			next = same ? crm_result_history_next(*result, 0) : 0;
		} while (next != 0);
	}
	for (uint64_t number = 1; number <= last; number++)
		nobody += seen[number].customer == 0;
	check(same, "what was followed is what the histories say");
	check(count + nobody == last,
	      "%" PRIu64 " events of customers and %" PRIu64 " of nobody are all %" PRIu64, count,
	      nobody, last);
}

/* A feed of orders alone has all orders, and says how far it is complete. */
static void compare_orders(void)
{
	crm_feed_options options = {.from = 1, .kinds = crm_feed_kind("order_placed")};
	crm_feed *feed = open_feed(&options);
	crm_position position = {{0}, 0, 0};
	crm_event event;
	uint64_t orders = 0, got = 0;
	bool right = feed != NULL;
	for (uint64_t number = 1; number <= last; number++)
		orders += strcmp(seen[number].type, "order_placed") == 0;
	for (int quiet = 0; right && quiet < 50 && position.event < last;) {
		int came = crm_feed_next(feed, 100, &event);
		right =
		    came >= 0 && (came == 0 || seen[event.entry.event].customer == event.customer);
		got += came > 0;
		quiet += came == 0;
		crm_feed_position(feed, &position);
	}
	check(right && got == orders, "a feed of orders has all %" PRIu64 " (%" PRIu64 ")", orders,
	      got);
	check(position.event == last, "and is complete up to the last event");
	crm_feed_close(feed);
}

static void refuse_positions(void)
{
	crm_position position = {{0}, 1u << 20, 1};
	crm_error error = {0};
	check(crm_feed_open(server.uri, &(crm_feed_options){.from = last + 2}, &error) == NULL &&
		  strcmp(error.name, "POSITION_AHEAD") == 0,
	      "a position ahead is refused (%s)", error.name);
	check(crm_feed_open(server.uri, &(crm_feed_options){.after = &position}, &error) == NULL &&
		  strcmp(error.name, "POSITION_FOREIGN") == 0,
	      "a position of a later incarnation is refused (%s)", error.name);
	check(crm_feed_open(server.uri, &(crm_feed_options){.segment = "vip"}, &error) == NULL &&
		  strcmp(error.name, "SEGMENT_UNKNOWN") == 0,
	      "a feed of a segment nobody saved is refused (%s)", error.name);
}

static void compare(crm_feed *feed)
{
	crm_error error;
	crm_client *client = crm_open(server.uri, &error);
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	uint64_t end = durable(client, batch, &result);
	check(end > 0 && take(feed, end) && last == end, "followed to the last event, %" PRIu64,
	      end);
	compare_histories(client, batch, &result);
	compare_orders();
	refuse_positions();
	crm_result_free(result);
	crm_batch_free(batch);
	crm_close(client);
}

int main(int argc, char **argv)
{
	char scratch[SCRATCH_PATH];
	pthread_t writers[WRITERS];
	unsigned numbers[WRITERS];
	if (argc != 2) {
		fprintf(stderr, "usage: feed BUILD_DIRECTORY\n");
		return 2;
	}
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server_start(&server);
	crm_feed *feed = open_feed(&(crm_feed_options){.from = 1});
	for (unsigned i = 0; i < WRITERS; i++) {
		numbers[i] = i + 1;
		pthread_create(&writers[i], NULL, write_on, &numbers[i]);
	}
	bool fine = feed != NULL && follow_through_kills(&feed);
	finished = true;
	for (unsigned i = 0; i < WRITERS; i++)
		pthread_join(writers[i], NULL);
	if (fine)
		compare(feed);
	crm_feed_close(feed);
	check(server_stop(&server, 10000) == 0, "the server stops cleanly");
	free(seen);
	return check_finish();
}
