/* engine_test.c -- replay equals the live path, every failing allocation is harmless, and
 * engine_check finds what was broken by hand. */
#include <stdio.h>

#include "tests/unit/engine/fixture.h"

#include "server/base/hash.h"
#include "server/engine/state.h"

#define COMMANDS 14000u

/* An order of command `i`; its id is good until the next one. */
static struct command script_order(uint64_t i, uint64_t customer)
{
	static char id[32];
	snprintf(id, sizeof id, "order-%llu", (unsigned long long)i);
	return fixture_order(customer, id, FIXTURE_TODAY - (int64_t)(hash_u64(i, 3) % 500),
			     (int64_t)(hash_u64(i, 4) % 60000));
}

/* Command `i` of a fixed script: creations, earns, redeems (some refused), adjustments, orders
 * (some of new customers). */
static struct command script(uint64_t i, int64_t *now_us)
{
	*now_us = FIXTURE_START_US + (int64_t)i * 30000000;
	struct wire_id key = i % 50 == 0 ? key_from_ref(OP_points_earn, (const char *)&i, sizeof i)
					 : fixture_key(*now_us, i);
	uint64_t customer = i % 3 == 0 ? i + 1 : hash_u64(i, 1) % (i + 1) / 3 * 3 + 1;
	int64_t points = (int64_t)(hash_u64(i, 2) % 1000) + 1;
	if (i % 5 == 3)
		return script_order(i, i % 10 == 3 ? i + 100000 : customer);
	if (i % 3 == 0)
		return fixture_write(OP_customer_create, key, customer, 0);
	if (i % 3 == 1)
		return fixture_write(OP_points_earn, key, customer, points);
	if (i % 2 == 0)
		return fixture_write(OP_points_redeem, key, customer, points);
	return fixture_write(OP_points_adjust, key, customer, i % 5 < 2 ? -points : points);
}

/* Encoded events, each behind its u32 size. */
struct tape {
	uint8_t *bytes;
	size_t size;
};

static void tape_add(struct tape *tape, const struct event *event)
{
	uint8_t *at = tape->bytes + tape->size;
	struct wire_writer w = {at + 4, at + 4 + LIMIT_EVENT_BYTES, false};
	event_encode(&w, event);
	assert_false(w.failed);
	uint32_t size = (uint32_t)(w.at - at) - 4;
	memcpy(at, &size, sizeof size);
	tape->size += 4 + size;
}

static void replay(const struct tape *tape, struct engine *engine)
{
	struct event event;
	for (size_t at = 0; at < tape->size;) {
		uint32_t size;
		memcpy(&size, tape->bytes + at, sizeof size);
		assert_true(
		    event_decode(tape->bytes + at + 4, size, engine_applied(engine) + 1, &event));
		assert_int_equal(engine_reserve(engine, 1), ERROR_OK);
		engine_apply(engine, &event);
		at += 4 + size;
	}
}

static void test_replay_equals_live(void **state)
{
	struct fixture_memory memory, other;
	struct tape tape = {malloc(COMMANDS * 256 + 2 * LIMIT_EVENT_BYTES), 0};
	struct decision decision;
	struct event genesis = fixture_genesis();
	int64_t now;
	(void)state;
	fixture_memory(&memory);
	fixture_memory(&other);
	struct engine *live = fixture_engine(&memory);
	tape_add(&tape, &genesis);
	for (uint64_t i = 0; i < COMMANDS; i++) {
		struct command command = script(i, &now);
		if (fixture_run(live, &command, now, &decision) == VERDICT_EVENT)
			tape_add(&tape, &decision.event);
	}
	fixture_check(live);
	assert_true(engine_applied(live) > COMMANDS / 2);

	struct engine *second = engine_new(&other.memory);
	assert_int_equal(engine_reserve(second, 100000), ERROR_OK); /* another layout */
	replay(&tape, second);
	fixture_check(second);
	assert_int_equal(engine_index(second), ERROR_OK);
	fixture_check(second);
	assert_int_equal(engine_applied(second), engine_applied(live));
	assert_true(engine_digest(second) == engine_digest(live));
	assert_int_equal(engine_genesis(second)->currency.size, 3);

	struct command one = fixture_write(OP_points_earn, fixture_key(now, COMMANDS), 1, 1);
	assert_int_equal(fixture_run(second, &one, now, &decision), VERDICT_EVENT);
	assert_true(engine_digest(second) != engine_digest(live));
	engine_free(live);
	engine_free(second);
	free(tape.bytes);
	assert_int_equal(memory.used + other.used, 0);
}

static void test_genesis_is_copied(void **state)
{
	struct fixture_memory memory;
	char currency[] = "EUR";
	struct event genesis = fixture_genesis();
	(void)state;
	fixture_memory(&memory);
	struct engine *engine = engine_new(&memory.memory);
	assert_null(engine_genesis(engine));
	genesis.genesis.currency = fixture_text(currency);
	assert_int_equal(engine_reserve(engine, 1), ERROR_OK);
	engine_apply(engine, &genesis);
	uint64_t digest = engine_digest(engine);
	memset(currency, 'x', sizeof currency);
	assert_memory_equal(engine_genesis(engine)->currency.bytes, "EUR", 3);
	assert_int_equal(engine_genesis(engine)->currency_digits, 2);
	assert_true(digest == engine_digest(engine));
	fixture_check(engine);
	engine_free(engine);
}

/* The state must be as before a refused reservation, and go on when memory is back. */
static void check_refused(struct engine *engine, uint64_t digest)
{
	assert_true(engine_digest(engine) == digest);
	fixture_check(engine);
	assert_int_equal(engine_reserve(engine, 1), ERROR_OK);
}

/* Which command of the script makes the n-th allocation, as a run without failures tells. */
#define ALLOCATIONS 256u
static uint64_t allocator[ALLOCATIONS];

static void note_allocator(uint64_t from, uint64_t to, uint64_t command)
{
	assert_true(to < ALLOCATIONS);
	for (uint64_t n = from + 1; n <= to; n++)
		allocator[n] = command;
}

/* Run the script with the n-th allocation failing once.  True: it was reached.  *refused counts
 * the failures that were answered; the others were early ones that are tried again. */
static bool run_failing(uint64_t n, uint64_t *digest, unsigned *refused)
{
	struct fixture_memory memory;
	struct decision decision;
	struct event genesis = fixture_genesis();
	int64_t now;
	fixture_memory(&memory);
	memory.fail_at = n;
	struct engine *engine = engine_new(&memory.memory);
	if (engine == NULL)
		return true;
	if (engine_reserve(engine, 1) != ERROR_OK)
		check_refused(engine, engine_digest(engine));
	engine_apply(engine, &genesis);
	for (uint64_t i = 0; i < COMMANDS; i++) {
		struct command command = script(i, &now);
		fixture_decide(engine, &command, now, &decision);
		if (decision.verdict != VERDICT_EVENT)
			continue;
		bool armed = memory.calls < n, near = n < ALLOCATIONS && allocator[n] == i;
		uint64_t calls = memory.calls, before = near ? engine_digest(engine) : 0;
		enum error error = engine_reserve(engine, 1);
		if (n == UINT64_MAX)
			note_allocator(calls, memory.calls, i);
		if (error != ERROR_OK) {
			assert_int_equal(error, ERROR_OUT_OF_MEMORY);
			assert_true(armed && memory.calls >= n);
			check_refused(engine, before);
			++*refused;
		}
		engine_apply(engine, &decision.event);
	}
	fixture_check(engine);
	*digest = engine_digest(engine);
	engine_free(engine);
	assert_int_equal(memory.used, 0);
	return memory.calls >= n;
}

static void test_every_allocation_fails(void **state)
{
	uint64_t undisturbed = 0, n = 1;
	unsigned refused = 0;
	(void)state;
	run_failing(UINT64_MAX, &undisturbed, &refused); /* none */
	uint64_t digest = undisturbed;
	while (run_failing(n, &digest, &refused)) {
		assert_true(digest == undisturbed);
		n++;
	}
	print_message("%llu allocations, each failed once\n", (unsigned long long)n - 1);
	assert_true(n > 15 && refused > 0);
}

/* A budget that ends: every write is refused from then on, and nothing changes. */
static void test_budget_ends(void **state)
{
	struct fixture_memory memory;
	struct decision decision;
	int64_t now;
	uint64_t i = 0;
	(void)state;
	fixture_memory(&memory);
	struct engine *engine = fixture_engine(&memory);
	memory.limit = memory.used + (6u << 20);
	for (bool room = true; room; i++) {
		struct command command = script(i, &now);
		fixture_decide(engine, &command, now, &decision);
		room = decision.verdict != VERDICT_EVENT || engine_reserve(engine, 1) == ERROR_OK;
		if (room && decision.verdict == VERDICT_EVENT)
			engine_apply(engine, &decision.event);
	}
	uint64_t digest = engine_digest(engine);
	for (int again = 0; again < 100; again++)
		assert_int_equal(engine_reserve(engine, 1), ERROR_OUT_OF_MEMORY);
	assert_true(memory.used <= memory.limit && i > 500);
	memory.limit = 0;
	check_refused(engine, digest);
	engine_free(engine);
}

static void expect_damage(const struct engine *engine, const char *part)
{
	struct failure failure = {EXIT_FINE, ""};
	assert_false(engine_check(engine, &failure));
	assert_int_equal(failure.code, EXIT_DAMAGE);
	if (strstr(failure.text, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", failure.text, part);
}

static void test_check_finds_damage(void **state)
{
	struct fixture_memory memory;
	struct decision decision;
	int64_t now;
	(void)state;
	fixture_memory(&memory);
	struct engine *engine = fixture_engine(&memory);
	for (uint64_t i = 0; i < 300; i++) {
		struct command command = script(i, &now);
		fixture_run(engine, &command, now, &decision);
	}
	fixture_check(engine);
	uint64_t digest = engine_digest(engine);
	uint32_t row = engine->rows.count - 1;

	*rows_points(&engine->rows, row) += 1;
	expect_damage(engine, "the total of all balances");
	assert_true(engine_digest(engine) != digest);
	*rows_points(&engine->rows, row) -= 1;
	engine->totals.issued += 1;
	expect_damage(engine, "made or lost");
	engine->totals.issued -= 1;
	rows_at(&engine->rows, row)->id[row] += 1000000;
	expect_damage(engine, "does not lead to it");
	rows_at(&engine->rows, row)->id[row] -= 1000000;
	rows_hot(&engine->rows, 0)->last_event = engine->applied + 1;
	expect_damage(engine, "cannot be");
	rows_hot(&engine->rows, 0)->last_event = 2;
	rows_hot(&engine->rows, 0)->events = 1;
	expect_damage(engine, "the rows know of");
	engine_free(engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_replay_equals_live),     cmocka_unit_test(test_genesis_is_copied),
	    cmocka_unit_test(test_every_allocation_fails), cmocka_unit_test(test_budget_ends),
	    cmocka_unit_test(test_check_finds_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
