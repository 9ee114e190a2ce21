/* months_test.c -- months of customers against lists of orders, and the cells behind them: given
 * back by a roll, used again, reserved exactly.
 */
#include "tests/unit/engine/fixture.h"

#include "server/engine/months.h"

#define CHAINS 30u
#define ORDERS 40000u
#define ROUNDS 300

static struct fixture_memory memory;
static struct months months;

static int open_months(void **state)
{
	(void)state;
	fixture_memory(&memory);
	months_open(&months, &memory.memory);
	return 0;
}

static int close_months(void **state)
{
	(void)state;
	months_close(&months);
	assert_int_equal(memory.used, 0);
	return 0;
}

struct placed {
	uint32_t chain;
	int32_t month;
	int64_t amount;
};

static struct {
	struct placed orders[ORDERS];
	uint32_t count;
	uint32_t heads[CHAINS];
} model;

static struct months_sum window_of(uint32_t chain, int32_t last)
{
	struct months_sum sum = {0, 0, MONTHS_NONE};
	for (uint32_t i = 0; i < model.count; i++) {
		const struct placed *order = &model.orders[i];
		if (order->chain != chain || order->month > last || order->month < last - 11)
			continue;
		sum.spend += order->amount;
		sum.orders++;
		if (sum.oldest == MONTHS_NONE || order->month < sum.oldest)
			sum.oldest = (uint16_t)order->month;
	}
	return sum;
}

static void same_sum(struct months_sum got, struct months_sum wanted)
{
	assert_true(got.spend == wanted.spend && got.orders == wanted.orders);
	assert_int_equal(got.oldest, wanted.oldest);
}

static uint32_t length_of(uint32_t head)
{
	uint32_t length = 0;
	for (; head != 0; head = months_at(&months, head)->older)
		length++;
	return length;
}

/* Months of the chain that `now` keeps, each once. */
static uint32_t kept_of(uint32_t chain, int32_t now)
{
	bool seen[1200] = {false};
	uint32_t kept = 0;
	for (uint32_t i = 0; i < model.count; i++) {
		const struct placed *order = &model.orders[i];
		if (order->chain != chain || order->month <= now - 24 || seen[order->month])
			continue;
		seen[order->month] = true;
		kept++;
	}
	return kept;
}

static void place(uint64_t *random, int32_t now)
{
	struct placed order = {(uint32_t)(fixture_random(random) % CHAINS),
			       now + 2 - (int32_t)(fixture_random(random) % 26),
			       (int64_t)(fixture_random(random) % 10000)};
	if (!months_is_kept(order.month, now))
		return;
	assert_true(months_reserve(&months, 1));
	months_add(&months, &model.heads[order.chain], order.month, order.amount);
	model.orders[model.count++] = order;
}

static void test_against_lists(void **state)
{
	uint64_t random = fixture_seed(24);
	int32_t now = 340;
	(void)state;
	memset(&model, 0, sizeof model);
	for (int round = 0; round < ROUNDS; round++) {
		for (uint64_t i = fixture_random(&random) % 100; i > 0; i--)
			place(&random, now);
		now += (int32_t)(fixture_random(&random) % (round % 50 == 0 ? 40 : 3));
		for (uint32_t chain = 0; chain < CHAINS; chain++) {
			uint32_t *head = &model.heads[chain];
			for (int32_t last = now - 23; last <= now + 2; last++)
				if (last >= now - 12) /* what both windows are made of */
					same_sum(months_window(&months, *head, last),
						 window_of(chain, last));
			if (fixture_random(&random) % 3 == 0)
				continue; /* nobody asks this one to roll */
			same_sum(months_roll(&months, head, now), window_of(chain, now));
			assert_int_equal(length_of(*head), kept_of(chain, now));
			same_sum(months_window(&months, *head, now - 12),
				 window_of(chain, now - 12));
		}
	}
}

/* Cells that a roll gives back are the next to be taken: for ever a fixed number of them. */
static void test_cells_come_back(void **state)
{
	uint32_t heads[10] = {0};
	(void)state;
	assert_true(months_reserve(&months, 1));
	for (int32_t now = 24; now < 1000; now++)
		for (uint32_t i = 0; i < 10; i++) {
			months_roll(&months, &heads[i], now);
			months_add(&months, &heads[i], now, 1);
			assert_true(length_of(heads[i]) <= 24);
		}
	assert_int_equal(months.used, 1 + 10 * 24);
	for (uint32_t i = 0; i < 10; i++) {
		struct months_sum sum = months_roll(&months, &heads[i], 2000);
		assert_true(sum.orders == 0 && sum.oldest == MONTHS_NONE && heads[i] == 0);
	}
	assert_int_equal(length_of(months.vacant), 10 * 24);
	assert_int_equal(months_roll(&months, &heads[0], 2001).orders, 0); /* of nothing */
}

/* Room for n is room for n new months, at each allocation that fails. */
static void test_room(void **state)
{
	const uint32_t n = 300000; /* more than a chunk has cells */
	uint32_t head = 0, refused = 0;
	(void)state;
	assert_true(months_reserve(&months, 1));
	months_add(&months, &head, 300, 7);
	for (int i = 0; i < 3; i++) {
		memory.fail_at = memory.calls + 1;
		refused += !months_reserve(&months, n);
		assert_int_equal(months_window(&months, head, 300).spend, 7);
	}
	assert_int_equal(refused, 3);
	assert_true(months_reserve(&months, n));
	memory.fail_at = memory.calls + 1;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t other = 0;
		months_add(&months, &other, 301, 1);
	}
	assert_int_equal(months.chunks_made, 2);
	assert_int_equal(months_window(&months, head, 300).spend, 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_months, close_months)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_against_lists),
	    TEST(test_cells_come_back),
	    TEST(test_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
