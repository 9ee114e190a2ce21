/* clocks.c -- a wrong clock churns and downgrades nobody before an operator confirms it.
 *
 *   2027-02-15   customer 3 becomes gold, kept to 2028-02-29
 *   2028-02-27   the day of the tests: customer 1 is at risk tomorrow, customer 2 churned
 *   2028-03-01   customer 3 fails the keep-test and falls
 *
 * From there the clock steps, at a start or while the server runs: small steps are believed and
 * turn days, larger ones and those back are suspect.  Then nothing changes, questions are answered,
 * a clock that is set right again is believed again, and `advance` confirms one that was right.
 *
 * The server's clock is that of tests/preload/set_clock.c.
 *
 * usage: clocks BUILD_DIRECTORY
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/crmdb/crmdb.h"
#include "protocol/common/date.h"
#include "protocol/errors.h"
#include "protocol/grades.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/server.h"
#include "tests/integration/common/tree.h"

#define DAY_S 86400
#define HOUR_S 3600
#define NOON_S (4 * HOUR_S) /* of Asia/Shanghai, in the UTC day */
#define CUSTOMERS 3u
#define WAIT_MS 5000
#define YEARS_10 3653
#define GOLD 3

static char scratch[SCRATCH_PATH], clock_file[SCRATCH_PATH], master[SCRATCH_PATH];
static struct server server;
static crm_client *client;
static crm_batch *batch;
static crm_result *result;
static int32_t begins, falls; /* days: of the tests, of customer 3 */

/* --- the server and its clock --- */

static void set_clock(int64_t second)
{
	char text[32], beside[SCRATCH_PATH];
	int size = snprintf(text, sizeof text, "=%" PRId64 "\n", second);
	scratch_path(beside, "%s/clock.new", scratch);
	tree_write(beside, text, (size_t)size);
	if (rename(beside, clock_file) != 0)
		scratch_die(clock_file);
}

static int64_t noon(int32_t day)
{
	return (int64_t)day * DAY_S + NOON_S;
}

static void connect_client(void)
{
	crm_error error;
	client = crm_open(server.uri, &error);
	if (client == NULL)
		scratch_die(error.message);
}

static void start(void)
{
	server_start(&server);
	connect_client();
}

static void end(void)
{
	crm_close(client);
	server_kill(&server);
}

/* A server on a copy of the prepared directory. */
static void start_copy(void)
{
	tree_copy(master, server.directory);
	start();
}

/* --- questions --- */

/* Run what is in the batch, alone: its status. */
static crm_status execute(void)
{
	crm_error error;
	crm_status status = crm_exec(client, batch, &result, &error);
	if (status == CRM_OK)
		status = crm_result_first_error(result, &error);
	return status;
}

static crm_info ask_info(void)
{
	crm_info info = {.today = -1};
	crm_batch_clear(batch);
	crm_batch_info(batch);
	if (execute() == CRM_OK)
		crm_result_info(result, 0, &info);
	return info;
}

static crm_status advance(int32_t day)
{
	crm_batch_clear(batch);
	crm_batch_advance(batch, day);
	return execute();
}

static crm_status buy(uint64_t customer, int32_t day, int64_t amount)
{
	char id[32];
	snprintf(id, sizeof id, "%" PRIu64 "-%" PRId32, customer, day);
	crm_order order = {.customer = customer, .id = id, .day = day, .amount = amount};
	crm_batch_clear(batch);
	crm_batch_order(batch, &order);
	return execute();
}

/* What days change of all customers. */
struct life {
	crm_customer customers[CUSTOMERS];
	uint64_t churned;
};

static struct life ask_life(void)
{
	struct life life = {0};
	crm_segment set = {CRM_ALL, 1u << STAGE_churned, 0, INT64_MAX};
	crm_batch_clear(batch);
	for (uint64_t customer = 1; customer <= CUSTOMERS; customer++)
		crm_batch_customer_get(batch, customer);
	crm_batch_segment_count(batch, &set);
	execute(); /* a customer may not be there yet */
	for (uint32_t i = 0; i < CUSTOMERS; i++)
		crm_result_customer(result, i, &life.customers[i]);
	crm_result_count(result, CUSTOMERS, &life.churned);
	return life;
}

static bool is_same(const struct life *a, const struct life *b)
{
	for (uint32_t i = 0; i < CUSTOMERS; i++) {
		const crm_customer *x = &a->customers[i], *y = &b->customers[i];
		if (x->customer != y->customer || x->event != y->event || x->tier != y->tier ||
		    x->stage != y->stage || x->tier_until != y->tier_until ||
		    x->spend12 != y->spend12)
			return false;
	}
	return a->churned == b->churned;
}

/* As the rules have it on `day`, at least the day of the tests. */
static bool is_of(const struct life *life, int32_t day)
{
	int32_t bought = begins - 90;
	uint32_t first = day - bought > 180  ? STAGE_churned
			 : day - bought > 90 ? STAGE_at_risk
					     : STAGE_active;
	uint32_t second = day > begins ? STAGE_churned : STAGE_at_risk;
	uint8_t tier = GOLD; /* one down a year, from the first keep-test */
	int32_t until = falls - 1;
	for (; tier > 0 && until < day; tier--)
		until = date_month_end(date_month_of_day(until) + 12);
	return life->customers[0].stage == first && life->customers[1].stage == second &&
	       life->customers[2].tier == tier &&
	       life->customers[2].tier_until == (tier == 0 ? -1 : until) &&
	       life->churned == 1u + (first == STAGE_churned) + (second == STAGE_churned);
}

/* Wait for that state of the day, with a day. */
static bool await(int state, int32_t today)
{
	crm_info info;
	for (int i = 0; i < WAIT_MS / 5; i++) {
		info = ask_info();
		if (info.day_state == state && info.today == today)
			return true;
		scratch_sleep_us(5000);
	}
	printf("# day %" PRId32 ", clock's %" PRId32 ", state %d; awaited day %" PRId32
	       ", state %d\n",
	       info.today, info.clock_day, info.day_state, today, state);
	return false;
}

/* --- preparing --- */

static void prepare(void)
{
	int32_t joined;
	date_parse("2027-02-15", 10, &joined);
	date_parse("2028-02-27", 10, &begins);
	date_parse("2028-03-01", 10, &falls);
	set_clock(noon(joined));
	start();
	bool fine = buy(3, joined, 200000) == CRM_OK;
	end();
	set_clock(noon(begins));
	start();
	struct life before = ask_life();
	crm_info info = ask_info();
	check(info.day_state == CRM_DAY_SUSPECT && info.today == joined &&
		  info.clock_day == begins && before.customers[2].tier == GOLD,
	      "a start a year later: the clock is suspect, the day stands still");
	check(advance(begins + 1) == ERROR_DAY_AHEAD && advance(joined - 1) == ERROR_DAY_BACKWARD,
	      "advance goes neither beyond the clock's day nor back");
	check(advance(begins) == CRM_OK && await(CRM_DAY_TURNED, begins),
	      "advance confirms the clock's day");
	fine = fine && buy(1, begins - 90, 1000) == CRM_OK && buy(2, begins - 180, 1000) == CRM_OK;
	struct life life = ask_life();
	check(fine && is_of(&life, begins), "three customers, one of them churned, one gold");
	crm_close(client);
	check(server_stop(&server, WAIT_MS) == 0, "... and a clean stop");
	scratch_path(master, "%s/master", scratch);
	tree_copy(server.directory, master);
}

/* --- steps --- */

static const struct step {
	const char *name;
	bool running; /* or at a start */
	int32_t days;
	bool believed;
} steps[] = {
    {"a start on the same day", false, 0, true},
    {"a start 1 day later", false, 1, true},
    {"a start 2 days later, on 29 February", false, 2, true},
    {"a start 3 days later", false, 3, true},
    {"a start 4 days later", false, 4, true},
    {"a start 31 days later", false, 31, true},
    {"a start 32 days later", false, 32, false},
    {"a start 10 years later", false, YEARS_10, false},
    {"a start 1 day earlier", false, -1, false},
    {"the clock steps 1 day", true, 1, true},
    {"the clock steps 2 days, to 29 February", true, 2, true},
    {"the clock steps 3 days", true, 3, true},
    {"the clock steps 4 days", true, 4, false},
    {"the clock steps 31 days", true, 31, false},
    {"the clock steps 32 days", true, 32, false},
    {"the clock steps 10 years", true, YEARS_10, false},
    {"the clock steps 1 day back", true, -1, false},
};

/* The server runs at the day of the tests; `second` is what its clock says next. */
static void step_to(const struct step *step, int64_t second)
{
	if (!step->running)
		set_clock(second);
	start_copy();
	if (step->running)
		set_clock(second);
}

static void check_believed(const struct step *step)
{
	int32_t day = begins + step->days;
	bool turned = await(CRM_DAY_TURNED, day);
	struct life life = ask_life();
	check(turned && is_of(&life, day), "%s: believed, and the days turned", step->name);
}

/* The days of a suspect clock: confirmed, or not to be had. */
static void check_confirming(const struct step *step)
{
	int32_t day = begins + step->days;
	if (step->days < 0) {
		check(advance(day) == ERROR_DAY_BACKWARD && await(CRM_DAY_SUSPECT, begins),
		      "... advance goes not back");
		return;
	}
	bool turned = advance(day) == CRM_OK && await(CRM_DAY_TURNED, day);
	struct life life = ask_life();
	check(turned && is_of(&life, day), "... advance confirms it: the days turn");
}

static void check_suspect(const struct step *step)
{
	char line[SCRATCH_PATH];
	struct life before = ask_life();
	bool stands = await(CRM_DAY_SUSPECT, begins);
	for (int i = 0; i < 50; i++) /* turns of the loop, in which days could turn */
		ask_info();
	struct life life = ask_life();
	crm_info info = ask_info();
	check(stands && is_of(&life, begins) && is_same(&before, &life) &&
		  info.day_state == CRM_DAY_SUSPECT && info.clock_day == begins + step->days,
	      "%s: suspect, and no customer changes", step->name);
	check(server_line(&server, " clock_suspect: ", line), "... its log says so");
	set_clock(noon(begins) + HOUR_S);
	stands = await(CRM_DAY_TURNED, begins);
	life = ask_life();
	check(stands && is_same(&before, &life), "... set right again, it is believed again");
	set_clock(noon(begins + step->days));
	stands = await(CRM_DAY_SUSPECT, begins);
	check(stands, "... and suspect once more");
	check_confirming(step);
}

static void check_steps(void)
{
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		const struct step *step = &steps[i];
		set_clock(noon(begins));
		step_to(step, noon(begins + step->days));
		if (step->believed)
			check_believed(step);
		else
			check_suspect(step);
		end();
	}
}

/* --- an hour back --- */

/* The time of customer 1's newest event, us. */
static int64_t ask_time(void)
{
	crm_entry entry = {0};
	crm_batch_clear(batch);
	crm_batch_history(batch, 1, 0, 1);
	if (execute() == CRM_OK)
		crm_result_history_entry(result, 0, 0, &entry);
	return entry.time_us;
}

static void check_hour_within(void)
{
	set_clock(noon(begins));
	start_copy();
	bool fine = buy(1, begins, 500) == CRM_OK;
	int64_t time_us = ask_time();
	struct life before = ask_life();
	set_clock(noon(begins) - HOUR_S);
	ask_info();
	struct life life = ask_life();
	check(fine && await(CRM_DAY_TURNED, begins) && is_same(&before, &life),
	      "an hour back at noon: still the same day, and nothing changes");
	fine = buy(1, begins - 1, 500) == CRM_OK;
	check(fine && time_us == noon(begins) * 1000000 && ask_time() >= time_us,
	      "... and no event is older than the one before");
	end();
}

/* Half past midnight, an hour back: yesterday, until midnight comes again. */
static void check_hour_over_midnight(bool running)
{
	int64_t midnight = (int64_t)begins * DAY_S - 8 * HOUR_S; /* Asia/Shanghai */
	const struct step step = {"", running, 0, false};
	set_clock(midnight + HOUR_S / 2);
	step_to(&step, midnight - HOUR_S / 2);
	bool stands = await(CRM_DAY_SUSPECT, begins);
	struct life life = ask_life();
	check(stands && is_of(&life, begins), "an hour back over midnight, %s: suspect",
	      running ? "running" : "at a start");
	set_clock(midnight);
	stands = await(CRM_DAY_TURNED, begins);
	life = ask_life();
	check(stands && is_of(&life, begins), "... until midnight comes again");
	set_clock(midnight + DAY_S - 1);
	stands = await(CRM_DAY_TURNED, begins);
	set_clock(midnight + DAY_S);
	stands = await(CRM_DAY_TURNED, begins + 1) && stands;
	life = ask_life();
	check(stands && is_of(&life, begins + 1), "... and the next day turns at its midnight");
	end();
}

int main(int argc, char **argv)
{
	static char preload[SCRATCH_PATH], setting[2 * SCRATCH_PATH];
	if (argc != 2) {
		fprintf(stderr, "usage: clocks BUILD_DIRECTORY\n");
		return 2;
	}
	scratch_new(scratch);
	scratch_path(clock_file, "%s/clock", scratch);
	scratch_path(preload, "LD_PRELOAD=%s/tests/preload/set_clock.so", argv[1]);
	snprintf(setting, sizeof setting, "CRMDB_CLOCK_FILE=%s", clock_file);
	server_init_build(&server, argv[1], scratch);
	server_add_environment(&server, preload);
	server_add_environment(&server, setting);
	server_add_environment(&server, "ASAN_OPTIONS=verify_asan_link_order=0");
	server_add_argument(&server, "--journal-bytes");
	server_add_argument(&server, "16777216");
	batch = crm_batch_new();
	prepare();
	check_steps();
	check_hour_within();
	check_hour_over_midnight(false);
	check_hour_over_midnight(true);
	crm_batch_free(batch);
	crm_result_free(result);
	return check_finish();
}
