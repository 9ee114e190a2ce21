/* history_model_test.c -- records of days against arrays: random days of random lives in random
 * programmes, each day's record compared with what was counted customer by customer, and asked for
 * again at the end, day by day (matrix_on) and in pages of random sets (trend); a second engine
 * that only follows the log has the same records and digest.
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

static struct sums told[DAYS_MOST + 1][SPEND_TIERS][SPEND_STAGES]; /* of each day that ended */
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

/* --- questions --- */

static struct answer ask(const struct command *command)
{
	fixture_decide(live, command, 0, &decision);
	assert_int_equal(decision.verdict, VERDICT_ANSWER);
	return decision.answer;
}

/* The matrix of a day, all tiers and stages of it. */
static void expect_matrix(int64_t on, uint32_t day, bool running)
{
	struct command command = {.opcode = OP_matrix_on, .as.matrix_on.day = on};
	struct answer answer = ask(&command);
	const struct ans_matrix_on *matrix = &answer.as.matrix_on;
	struct wire_reader r = {matrix->cells.bytes, matrix->cells.bytes + matrix->cells.size,
				false};
	assert_int_equal(matrix->running, running);
	assert_int_equal(matrix->cells.count, live->programme.tier_count * SPEND_STAGES);
	for (uint32_t i = 0; i < matrix->cells.count; i++) {
		struct rec_cell cell;
		assert_true(decode_rec_cell(&r, &cell));
		assert_int_equal(cell.tier * SPEND_STAGES + cell.stage, i);
		const struct sums *sums = &told[day][cell.tier][cell.stage];
		assert_true(cell.customers == sums->customers && cell.spend == sums->spend &&
			    cell.points == sums->points);
	}
}

static struct sums sum_of(const struct msg_trend *m, uint32_t day)
{
	struct sums all = {0, 0, 0};
	for (uint32_t tier = 0; tier < SPEND_TIERS; tier++)
		for (uint32_t stage = 0; stage < SPEND_STAGES; stage++) {
			const struct sums *sums = &told[day][tier][stage];
			if ((m->tiers >> tier & 1) == 0 || (m->stages >> stage & 1) == 0)
				continue;
			all.customers += sums->customers;
			all.spend += sums->spend;
			all.points += sums->points;
		}
	return all;
}

/* One page; returns where the next begins. */
static int64_t expect_page(const struct command *command, int32_t start)
{
	const struct msg_trend *m = &command->as.trend;
	struct answer answer = ask(command);
	struct wire_list days = answer.as.trend.days;
	struct wire_reader r = {days.bytes, days.bytes + days.size, false};
	int64_t left = m->last - m->first + 1, at = m->first;
	uint32_t limit = m->limit == 0 ? 100 : m->limit;
	assert_int_equal(days.count, left < limit ? left : limit);
	for (; at < m->first + days.count; at++) {
		struct rec_trend_day line;
		assert_true(decode_rec_trend_day(&r, &line));
		struct sums sums = sum_of(m, (uint32_t)(at - start));
		assert_int_equal(line.day, at);
		assert_int_equal(line.running, at == engine_today(live));
		assert_true(line.customers == sums.customers && line.spend == sums.spend &&
			    line.points == sums.points);
	}
	assert_int_equal(decision.saw, at > engine_today(live)
					   ? engine_applied(live) /* index built */
					   : live->day_event);
	assert_int_equal(answer.as.trend.next, days.count == left ? 0 : at);
	return answer.as.trend.next;
}

static void expect_trend(int32_t start, uint32_t days)
{
	struct command command = {.opcode = OP_trend};
	struct msg_trend *m = &command.as.trend;
	m->first = start + (int64_t)pick(days + 1);
	m->last = m->first + (int64_t)pick((uint64_t)(start + (int64_t)days - m->first) + 1);
	m->tiers = pick(3) == 0 ? 0xffff : (uint16_t)pick(1u << live->programme.tier_count);
	m->stages = pick(3) == 0 ? 0xffff : (uint16_t)pick(1u << SPEND_STAGES);
	m->limit = pick(2) == 0 ? 0 : 1 + (uint32_t)pick(40);
	while (m->first != 0)
		m->first = expect_page(&command, start);
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
	count_everybody(days);
	for (uint32_t day = 0; day < days; day++) {
		expect_day(live, start, day);
		expect_matrix(start + (int32_t)day, day, false);
	}
	expect_matrix(engine_today(live), days, true);
	for (uint32_t i = 0; i < 20; i++)
		expect_trend(start, days);
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
