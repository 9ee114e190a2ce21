/* redeem_race.c -- 64 threads redeem one balance: never below zero, and the sum is exact.
 *
 * The balance starts high and is kept near zero by refills, so that most redeems race for the last
 * points.  Afterwards: before + earned - redeemed = after, the history is a chain of exactly the
 * acknowledged events, and no link of it is below zero.
 *
 * usage: redeem_race BUILD_DIRECTORY [SECONDS]
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/crmdb/crmdb.h"
#include "protocol/errors.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/server.h"

#define THREADS 64
#define CUSTOMER 1
#define START INT64_C(2000)

struct racer {
	pthread_t thread;
	crm_client *db;
	uint64_t random;
	int64_t redeemed, earned;
	uint64_t applied, refused;
	char wrong[256]; /* the first thing that was */
};

static atomic_bool over;

static void wrong(struct racer *racer, const char *what, const crm_points *points)
{
	if (racer->wrong[0] == '\0')
		snprintf(racer->wrong, sizeof racer->wrong, "%s (%" PRId64 " to %" PRId64 ")", what,
			 points->before, points->after);
}

static void judge_redeem(struct racer *racer, const crm_result *result, int64_t amount)
{
	crm_points points = {0};
	crm_status status = crm_result_status(result, 0);
	if (status == ERROR_BALANCE_TOO_LOW) {
		racer->refused++;
		return;
	}
	if (crm_result_points(result, 0, &points) != 0)
		wrong(racer, "a redeem failed", &points);
	else if (points.after < 0 || points.before - points.after != amount)
		wrong(racer, "a redeem gave impossible balances", &points);
	racer->redeemed += amount;
	racer->applied++;
}

static void judge_earn(struct racer *racer, const crm_result *result, int64_t amount)
{
	crm_points points = {0};
	if (crm_result_points(result, 0, &points) != 0 || points.after - points.before != amount)
		wrong(racer, "an earn gave impossible balances", &points);
	racer->earned += amount;
	racer->applied++;
}

static void *race(void *context)
{
	struct racer *racer = context;
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	crm_error error;
	while (!atomic_load(&over) && racer->wrong[0] == '\0') {
		bool refill = scratch_below(&racer->random, 12) == 0;
		int64_t amount = 1 + (int64_t)scratch_below(&racer->random, 50);
		if (refill)
			amount *= 10;
		crm_batch_clear(batch);
		if (refill)
			crm_batch_points_earn(batch, CUSTOMER, amount, NULL);
		else
			crm_batch_points_redeem(batch, CUSTOMER, amount, NULL);
		if (crm_exec(racer->db, batch, &result, &error) != CRM_OK)
			snprintf(racer->wrong, sizeof racer->wrong, "%s", error.message);
		else if (refill)
			judge_earn(racer, result, amount);
		else
			judge_redeem(racer, result, amount);
	}
	crm_result_free(result);
	crm_batch_free(batch);
	return NULL;
}

/* Execute the one command in the batch; ends the test when that fails. */
static void execute(crm_client *db, crm_batch *batch, crm_result **result)
{
	crm_error error;
	if (crm_exec(db, batch, result, &error) == CRM_OK &&
	    crm_result_first_error(*result, &error) == CRM_OK)
		return;
	check_fail("a command of the test itself", "%s", error.message);
	exit(1);
}

/* Walk the whole history; events in it, creation aside.  -1: it is no chain. */
static int64_t walk_history(crm_client *db, int64_t points)
{
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	crm_entry entry;
	int64_t events = 0;
	uint64_t from = 0;
	bool chain = true;
	do {
		crm_batch_clear(batch);
		crm_batch_history(batch, CUSTOMER, from, 200);
		execute(db, batch, &result);
		int size = crm_result_history_size(result, 0);
		for (int i = 0; i < size; i++, events++) {
			crm_result_history_entry(result, 0, (uint32_t)i, &entry);
			chain = chain && entry.after == points && entry.before >= 0;
			points = entry.before;
		}
		from = crm_result_history_next(result, 0);
	} while (from != 0);
	crm_result_free(result);
	crm_batch_free(batch);
	return chain && points == 0 ? events - 1 : -1;
}

static int64_t prepare(crm_client *db, bool fill)
{
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	crm_customer customer = {0};
	if (fill) {
		crm_batch_customer_create(batch, CUSTOMER, NULL);
		crm_batch_points_earn(batch, CUSTOMER, START, NULL);
	}
	int index = crm_batch_customer_get(batch, CUSTOMER);
	execute(db, batch, &result);
	crm_result_customer(result, (uint32_t)index, &customer);
	crm_result_free(result);
	crm_batch_free(batch);
	return customer.points;
}

static void judge(struct racer *racers, crm_client *db, double seconds)
{
	int64_t earned = START, redeemed = 0;
	uint64_t applied = 1, refused = 0;
	const char *first = "";
	for (int i = 0; i < THREADS; i++) {
		earned += racers[i].earned;
		redeemed += racers[i].redeemed;
		applied += racers[i].applied;
		refused += racers[i].refused;
		if (first[0] == '\0')
			first = racers[i].wrong;
	}
	int64_t points = prepare(db, false);
	check(first[0] == '\0', "64 threads: no answer was impossible%s%s",
	      first[0] == '\0' ? "" : ": ", first);
	check(applied > THREADS && refused > 0,
	      "64 threads: %" PRIu64 " applied, %" PRIu64 " refused in %.1f s", applied, refused,
	      seconds);
	check(points >= 0, "64 threads: the balance is not below zero (%" PRId64 ")", points);
	check(points == earned - redeemed,
	      "64 threads: %" PRId64 " earned - %" PRId64 " redeemed = %" PRId64, earned, redeemed,
	      points);
	check(walk_history(db, points) == (int64_t)applied,
	      "64 threads: the history is a chain of exactly those events, none below zero");
}

int main(int argc, char **argv)
{
	static struct racer racers[THREADS];
	char scratch[SCRATCH_PATH], uri[SCRATCH_PATH];
	struct server server;
	crm_error error;
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: redeem_race BUILD_DIRECTORY [SECONDS]\n");
		return 2;
	}
	int64_t seconds = argc == 3 ? strtol(argv[2], NULL, 10) : 2;
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server_start(&server);
	scratch_path(uri, "%s?timeout=30s&pool=16", server.uri);
	crm_client *db = crm_open(uri, &error);
	if (db == NULL) {
		check_fail("the client connects", "%s", error.message);
		return check_finish();
	}
	prepare(db, true);
	int64_t began = scratch_now_us();
	for (int i = 0; i < THREADS; i++) {
		racers[i].db = db;
		racers[i].random = (uint64_t)i;
		if (pthread_create(&racers[i].thread, NULL, race, &racers[i]) != 0)
			scratch_die("pthread_create");
	}
	scratch_sleep_us(seconds * 1000000);
	atomic_store(&over, true);
	for (int i = 0; i < THREADS; i++)
		pthread_join(racers[i].thread, NULL);
	judge(racers, db, (double)(scratch_now_us() - began) / 1e6);
	crm_close(db);
	check(server_stop(&server, 10000) == 0, "the server stops cleanly");
	return check_finish();
}
