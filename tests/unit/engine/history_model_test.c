/* history_model_test.c -- records of days against arrays: random days of random lives in random
 * programmes, each day's record compared with what was counted customer by customer, and asked for
 * again at the end; a second engine that only follows the log has the same records and digest.
 */
#include <stdio.h>

#include "tests/unit/engine/history_fixture.h"

#include "server/engine/state.h"

#define LIVES 40
#define CUSTOMERS 60u
#define DAYS_MOST 150u

struct sums {
	uint64_t customers;
	int64_t spend, points;
};

static struct sums told[DAYS_MOST][SPEND_TIERS][SPEND_STAGES]; /* of each day that ended */
static struct fixture_memory memory;
static struct engine *live, *fold;
static uint64_t random_state;
static uint32_t serial;
static struct decision decision;

static uint64_t pick(uint64_t bound)
{
	return days_draw(&random_state, bound);
}

static void follow(const struct event *event)
{
	uint8_t bytes[EVENT_PLAIN_BYTES];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	event_encode(&w, event);
	assert_false(w.failed);
	days_apply_bytes(fold, bytes, (size_t)(w.at - bytes));
}

static void run_command(void)
{
	char id[24];
	uint64_t customer = 1 + pick(CUSTOMERS);
	int32_t day = engine_today(live) - (pick(3) == 0 ? (int32_t)pick(200) : 0);
	int64_t now_us = engine_today(live) * DAY_US;
	struct wire_id key = fixture_key(now_us, ++serial);
	struct command command;
	snprintf(id, sizeof id, "o%u", serial);
	if (pick(3) == 0)
		command = fixture_write(OP_points_earn, key, customer, 1 + (int64_t)pick(5000));
	else
		command = fixture_order(customer, id, day, (int64_t)pick(90000));
	if (fixture_run(live, &command, now_us, &decision) == VERDICT_EVENT)
		follow(&decision.event);
}

/* Customer by customer, through what anybody may ask. */
static void count_everybody(uint32_t day)
{
	memset(told[day], 0, sizeof told[day]);
	for (uint64_t customer = 1; customer <= CUSTOMERS; customer++) {
		struct command get = {.opcode = OP_customer_get};
		get.as.customer_get.customer = customer;
		fixture_decide(live, &get, 0, &decision);
		const struct ans_customer_get *got = &decision.answer.as.customer_get;
		if (decision.verdict != VERDICT_ANSWER)
			continue;
		struct sums *sums = &told[day][got->tier][got->stage];
		sums->customers++;
		sums->spend += got->spend;
		sums->points += got->points;
	}
}

static void expect_day(const struct engine *engine, int32_t start, uint32_t day)
{
	const struct history_day *found = history_find(&engine->history, start + (int32_t)day);
	struct sums cells[SPEND_TIERS][SPEND_STAGES] = {{{0, 0, 0}}};
	struct rec_cell cell;
	assert_non_null(found);
	struct wire_reader r = history_reader(found->part.cells);
	while (history_read_cell(&r, &cell))
		cells[cell.tier][cell.stage] =
		    (struct sums){cell.customers, cell.spend, cell.points};
	assert_false(r.failed);
	assert_memory_equal(cells, told[day], sizeof cells);
}

static void turn(void)
{
	struct day_begin begin = {0, 2};
	struct event event;
	assert_int_equal(engine_reserve_days(live, 1), ERROR_OK);
	engine_begin_day(live, &begin, &event);
	follow(&event);
	engine_apply(live, &event);
	for (enum ageing ageing = AGEING_MORE; ageing != AGEING_TURNED;) {
		uint32_t budget = 1 + (uint32_t)pick(5);
		assert_int_equal(engine_reserve_days(live, budget), ERROR_OK);
		ageing = engine_age(live, 0, &budget, &event);
		if (ageing != AGEING_EVENT)
			continue;
		engine_apply(live, &event);
		follow(&event);
	}
}

/* The log is folded, indexed, and goes on as the live one. */
static void restart(void)
{
	assert_true(engine_digest(live) == engine_digest(fold));
	fixture_check(fold);
	engine_free(live);
	live = fold;
	assert_int_equal(engine_index(live), ERROR_OK);
}

static void live_once(void)
{
	struct rules rules = rules_random(&random_state);
	int32_t start = FIXTURE_TODAY + (int32_t)pick(500);
	struct event genesis = genesis_of(&rules, start);
	uint32_t days = 1 + (uint32_t)pick(DAYS_MOST);
	live = engine_of(&memory, &genesis);
	fold = engine_of(&memory, &genesis);
	assert_int_equal(engine_index(live), ERROR_OK);
	for (uint32_t day = 0; day < days; day++) {
		for (uint64_t i = pick(6); i > 0; i--)
			run_command();
		count_everybody(day);
		history_end_day(live, fold);
		if (pick(10) == 0)
			fixture_check(live);
		turn();
	}
	fixture_check(live);
	restart();
	assert_int_equal(live->history.count, days);
	for (uint32_t day = 0; day < days; day++)
		expect_day(live, start, day);
	assert_null(history_find(&live->history, start - 1));
	assert_null(history_find(&live->history, start + (int32_t)days));
	engine_free(live);
}

static void test_lives(void **state)
{
	(void)state;
	random_state = fixture_seed(2026);
	fixture_memory(&memory);
	for (uint32_t life = 0; life < LIVES; life++)
		live_once();
	assert_int_equal(memory.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lives)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
