/* day_queue_test.c -- the calendar queue against stacks, and its room: exact, and failing. */
#include "tests/unit/engine/fixture.h"

#include "server/engine/index/day_queue.h"

#define DAYS 9u
#define DEPTH 400u
#define STEPS 40000u

static struct fixture_memory memory;
static struct day_queue queue;

static int open_queue(void **state)
{
	(void)state;
	fixture_memory(&memory);
	day_queue_open(&queue, &memory.memory);
	return 0;
}

static int close_queue(void **state)
{
	(void)state;
	day_queue_close(&queue);
	assert_int_equal(memory.used, 0);
	return 0;
}

static void test_empty(void **state)
{
	uint32_t count = 7;
	(void)state;
	assert_int_equal(day_queue_count(&queue, 0), 0);
	assert_null(day_queue_top(&queue, DAY_QUEUE_DAYS - 1, &count));
	assert_int_equal(count, 0);
	day_queue_each(&queue, 0, NULL, NULL);
	assert_true(day_queue_reserve(&queue, 0));
	assert_null(day_queue_top(&queue, 0, &count));
	day_queue_each(&queue, 0, NULL, NULL);
}

struct stack {
	uint32_t rows[DEPTH], count;
};

struct tally {
	uint64_t sum, count;
};

static void visit(void *context, uint32_t row)
{
	struct tally *tally = context;
	tally->sum += (uint64_t)row * row + 1;
	tally->count++;
}

static void same_day(uint32_t day, const struct stack *stack)
{
	struct tally tally = {0, 0}, wanted = {0, 0};
	uint32_t count;
	const uint32_t *top = day_queue_top(&queue, day, &count);
	assert_int_equal(day_queue_count(&queue, day), stack->count);
	assert_int_equal(top == NULL, stack->count == 0);
	assert_true(count <= stack->count && count <= DAY_QUEUE_CHUNK);
	for (uint32_t i = 1; i <= count; i++)
		assert_int_equal(top[count - i], stack->rows[stack->count - i]);
	day_queue_each(&queue, day, visit, &tally);
	for (uint32_t i = 0; i < stack->count; i++)
		visit(&wanted, stack->rows[i]);
	assert_true(tally.sum == wanted.sum && tally.count == wanted.count);
}

static void test_against_stacks(void **state)
{
	static const uint32_t days[DAYS] = {0, 1, 2, 3, 10408, 10409, 20000, 47480, 47481};
	static struct stack stacks[DAYS];
	uint64_t random = fixture_seed(20);
	(void)state;
	memset(stacks, 0, sizeof stacks);
	assert_int_equal(days[DAYS - 1] + 1, DAY_QUEUE_DAYS);
	for (uint32_t i = 0; i < STEPS; i++) {
		uint32_t at = (uint32_t)(fixture_random(&random) % DAYS);
		uint32_t rises = i / 4000 % 2 == 0 ? 7 : 3; /* they grow and shrink by turns */
		struct stack *stack = &stacks[at];
		if (stack->count < DEPTH && fixture_random(&random) % 10 < rises) {
			uint32_t row = (uint32_t)fixture_random(&random);
			assert_true(day_queue_reserve(&queue, 1));
			day_queue_push(&queue, days[at], row);
			stack->rows[stack->count++] = row;
		} else if (stack->count > 0) {
			day_queue_pop(&queue, days[at]);
			stack->count--;
		}
		same_day(days[at], stack);
	}
	assert_int_equal(queue.blocks_made, 1);
}

/* Q2: after a reserve of n, n pushes need no memory, each on a day of its own or all on one; and
 * a reserve asks for no more than it needs. */
static void test_room_is_exact(void **state)
{
	const uint32_t n = 40000; /* more than a block has chunks */
	(void)state;
	assert_true(day_queue_reserve(&queue, n));
	uint64_t calls = memory.calls;
	assert_true(day_queue_reserve(&queue, n)); /* it is there */
	assert_int_equal(queue.blocks_made, 2);
	memory.fail_at = calls + 1;
	for (uint32_t day = 0; day < n; day++)
		day_queue_push(&queue, day, day);
	assert_int_equal(memory.calls, calls);
	for (uint32_t day = 0; day < n; day++)
		day_queue_pop(&queue, day);
	for (uint32_t i = 0; i < n; i++) { /* chunks that were given back are taken first */
		assert_true(day_queue_reserve(&queue, 1));
		day_queue_push(&queue, 5, i);
	}
	assert_int_equal(memory.calls, calls);
	assert_int_equal(day_queue_count(&queue, 5), n);
	for (uint32_t i = n; i-- > 0; day_queue_pop(&queue, 5)) {
		uint32_t count;
		const uint32_t *top = day_queue_top(&queue, 5, &count);
		assert_int_equal(top[count - 1], i);
	}
	assert_int_equal(queue.vacant_count, queue.used - 1); /* none is lost */
}

/* Out of memory at each allocation of a large reserve: what is queued stays, and trying again goes
 * on where it stopped. */
static void test_out_of_memory(void **state)
{
	uint64_t n = 0, refused = 0;
	(void)state;
	assert_true(day_queue_reserve(&queue, 3));
	for (uint32_t row = 0; row < 3; row++)
		day_queue_push(&queue, 100 + row, row);
	do {
		memory.fail_at = memory.calls + 1 + n % 2; /* each one, and each second one */
		if (!day_queue_reserve(&queue, 700000))
			refused++;
		for (uint32_t row = 0; row < 3; row++)
			assert_int_equal(day_queue_count(&queue, 100 + row), 1);
	} while (++n < 100);
	assert_true(refused >= 20); /* 22 blocks, and places for their addresses twice */
	memory.fail_at = memory.calls + 1;
	for (uint32_t i = 0; i < 700000; i++)
		day_queue_push(&queue, i % DAY_QUEUE_DAYS, i);
	for (uint32_t day = 0; day < DAY_QUEUE_DAYS; day++) {
		uint32_t count, had = day >= 100 && day < 103;
		while (day_queue_count(&queue, day) > had) {
			const uint32_t *top = day_queue_top(&queue, day, &count);
			assert_int_equal(top[count - 1] % DAY_QUEUE_DAYS, day);
			day_queue_pop(&queue, day);
		}
	}
	assert_int_equal(queue.vacant_count, queue.used - 1 - 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_queue, close_queue)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_empty),
	    TEST(test_against_stacks),
	    TEST(test_room_is_exact),
	    TEST(test_out_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
