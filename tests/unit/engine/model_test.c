/* model_test.c -- the engine against a model of arrays and linear scans, for 200,000 random
 * commands, bad ones included; and against a second engine that only replays its events.
 *
 * The model is written from the rules' words and shares no code with the engine.  SEED repeats a
 * run, COMMANDS makes it longer.
 */
#include <time.h>

#include "tests/unit/engine/fixture.h"

#include "protocol/limits.h"
#include "server/base/limits.h"

#define CUSTOMERS 1200u
#define BINDINGS 200000u
#define RECENT 2048u

struct customer {
	uint64_t id, created, last;
	int64_t points, created_us;
	uint32_t events;
};

struct binding {
	struct wire_id key;
	uint64_t event, customer;
	int64_t points;
	uint16_t opcode;
};

struct model {
	struct customer customers[CUSTOMERS];
	size_t customer_count;
	struct binding *bindings;
	size_t binding_count;
	uint64_t applied;
	int64_t time_us; /* of the last event */
	struct command recent[RECENT];
	uint64_t recent_count, random, serial;
	unsigned outcomes[256]; /* how often each happened */
};

/* What the model expects of a decision. */
struct expected {
	enum verdict verdict;
	enum error error;
	int64_t a, b; /* error detail, or points before and after */
	uint64_t saw, past;
	uint32_t limit;
};

static struct model model;
static struct engine *engine, *follower;

static uint64_t pick(uint64_t bound)
{
	return fixture_random(&model.random) % bound;
}

/* --- the model's rules --- */

static struct expected refuse(enum error error, uint64_t a, int64_t b, uint64_t saw)
{
	return (struct expected){VERDICT_REFUSED, error, (int64_t)a, b, saw, 0, 0};
}

static struct customer *find_customer(uint64_t id)
{
	for (size_t i = 0; i < model.customer_count; i++)
		if (model.customers[i].id == id)
			return &model.customers[i];
	return NULL;
}

static bool forgotten(struct wire_id key, int64_t time_us)
{
	return key_version(key) == 7 && (int64_t)key_unix_ms(key) < time_us / 1000 - KEY_WINDOW_MS;
}

static const struct binding *find_binding(struct wire_id key)
{
	for (size_t i = 0; i < model.binding_count; i++)
		if (wire_id_equal(model.bindings[i].key, key))
			return forgotten(key, model.time_us) ? NULL : &model.bindings[i];
	return NULL;
}

static void forget_old(void)
{
	size_t kept = 0;
	for (size_t i = 0; i < model.binding_count; i++)
		if (!forgotten(model.bindings[i].key, model.time_us))
			model.bindings[kept++] = model.bindings[i];
	model.binding_count = kept;
}

static struct expected expect_change(const struct binding *wanted)
{
	bool adjust = wanted->opcode == OP_points_adjust;
	if (wanted->customer == 0)
		return refuse(ERROR_ID_ZERO, 0, 0, 0);
	if (adjust && wanted->points == 0)
		return refuse(ERROR_AMOUNT_ZERO, 0, 0, 0);
	if (!adjust && wanted->points <= 0)
		return refuse(ERROR_AMOUNT_NOT_POSITIVE, (uint64_t)wanted->points, 0, 0);
	const struct customer *c = find_customer(wanted->customer);
	if (c == NULL)
		return refuse(ERROR_NOT_FOUND, wanted->customer, 0, 0);
	__extension__ __int128 after = c->points;
	after += wanted->opcode == OP_points_redeem ? -wanted->points : wanted->points;
	int64_t asked = wanted->points == INT64_MIN ? INT64_MAX
			: wanted->points < 0        ? -wanted->points
						    : wanted->points;
	if (after < 0)
		return refuse(ERROR_BALANCE_TOO_LOW, (uint64_t)c->points, asked, c->last);
	if (after > INT64_MAX)
		return refuse(ERROR_AMOUNT_OVERFLOW, (uint64_t)c->points, wanted->points, c->last);
	return (struct expected){VERDICT_EVENT,     ERROR_OK, c->points, (int64_t)after,
				 model.applied + 1, 0,        0};
}

static struct expected expect_create(uint64_t customer)
{
	if (customer == 0)
		return refuse(ERROR_ID_ZERO, 0, 0, 0);
	const struct customer *c = find_customer(customer);
	if (c != NULL)
		return refuse(ERROR_EXISTS, customer, (int64_t)c->created, c->last);
	return (struct expected){VERDICT_EVENT, ERROR_OK, 0, 0, model.applied + 1, 0, 0};
}

static struct expected expect_write(const struct binding *wanted, int64_t now_us)
{
	unsigned version = key_version(wanted->key);
	if (version != 7 && version != 8)
		return refuse(ERROR_KEY_INVALID, version, 0, 0);
	const struct binding *bound = find_binding(wanted->key);
	if (bound != NULL && bound->opcode == wanted->opcode &&
	    bound->customer == wanted->customer && bound->points == wanted->points)
		return (struct expected){VERDICT_REPEAT, ERROR_OK,     0, 0,
					 bound->event,   bound->event, 0};
	if (bound != NULL)
		return refuse(ERROR_EXISTS_DIFFERENT, bound->event, 0, bound->event);
	int64_t clock_us = now_us > model.time_us ? now_us : model.time_us;
	int64_t age_ms = clock_us / 1000 - (int64_t)key_unix_ms(wanted->key);
	if (version == 7 && age_ms < -KEY_AHEAD_MS)
		return refuse(ERROR_KEY_TOO_NEW, (uint64_t)-age_ms, KEY_AHEAD_MS, 0);
	if (version == 7 && age_ms > KEY_WINDOW_MS)
		return refuse(ERROR_KEY_TOO_OLD, (uint64_t)age_ms, KEY_WINDOW_MS, 0);
	return wanted->opcode == OP_customer_create ? expect_create(wanted->customer)
						    : expect_change(wanted);
}

static struct expected expect_history(const struct msg_history *m)
{
	if (m->customer == 0)
		return refuse(ERROR_ID_ZERO, 0, 0, 0);
	const struct customer *c = find_customer(m->customer);
	if (c == NULL)
		return refuse(ERROR_NOT_FOUND, m->customer, 0, 0);
	if (m->limit > LIMIT_HISTORY_PAGE)
		return refuse(ERROR_LIMIT_TOO_HIGH, m->limit, LIMIT_HISTORY_PAGE, c->last);
	if (m->from != 0 && (m->from < c->created || m->from > c->last))
		return refuse(ERROR_CURSOR_INVALID, m->from, (int64_t)m->customer, c->last);
	return (struct expected){VERDICT_HISTORY,
				 ERROR_OK,
				 0,
				 0,
				 c->last,
				 m->from == 0 ? c->last : m->from,
				 m->limit == 0 ? LIMIT_HISTORY_PAGE_DEFAULT : m->limit};
}

static void model_apply(const struct binding *wanted, const struct expected *expected,
			int64_t time_us)
{
	struct customer *c = find_customer(wanted->customer);
	if (c == NULL) {
		assert_true(model.customer_count < CUSTOMERS);
		c = &model.customers[model.customer_count++];
		*c = (struct customer){wanted->customer, model.applied + 1, 0, 0, time_us, 0};
	}
	c->points = expected->b;
	c->last = ++model.applied;
	c->events++;
	model.time_us = time_us;
	assert_true(model.binding_count < BINDINGS);
	model.bindings[model.binding_count] = *wanted;
	model.bindings[model.binding_count++].event = model.applied;
}

/* --- random commands --- */

static uint64_t random_customer(void)
{
	switch (pick(20)) {
	case 0:
		return 0;
	case 1:
		return pick(1000) << 40;
	default:
		return UINT64_MAX - pick(150);
	}
}

static int64_t random_points(void)
{
	static const int64_t odd[] = {0, -1, INT64_MIN, INT64_MAX, INT64_MAX - 1, INT64_MIN + 1};
	if (pick(10) == 0)
		return odd[pick(sizeof odd / sizeof odd[0])];
	return (int64_t)pick(2000) - (pick(4) == 0 ? 1000 : 0);
}

static struct wire_id random_key(int64_t now_us)
{
	uint64_t serial = ++model.serial;
	struct wire_id key = fixture_key(now_us - (int64_t)pick(60000000), serial);
	switch (pick(60)) {
	case 0:
		return (struct wire_id){0};
	case 1:
		key.bytes[6] = (uint8_t)pick(256); /* any version */
		return key;
	case 2:
		return fixture_key(now_us + (int64_t)pick(2 * KEY_AHEAD_MS) * 1000, serial);
	case 3:
		return fixture_key(now_us - (int64_t)pick(2 * (uint64_t)KEY_WINDOW_MS) * 1000,
				   serial);
	case 4:
		return key_from_ref(OP_points_earn, (const char *)&serial, sizeof serial);
	default:
		return key;
	}
}

static struct command random_command(int64_t now_us)
{
	static const enum opcode writes[] = {OP_customer_create, OP_points_earn,
					     OP_points_earn,     OP_points_redeem,
					     OP_points_adjust,   OP_points_redeem};
	struct command command;
	memset(&command, 0, sizeof command);
	uint64_t kind = pick(20);
	if (kind == 0) {
		command.opcode = OP_customer_get;
		command.as.customer_get.customer = random_customer();
	} else if (kind == 1) {
		command.opcode = OP_history;
		command.as.history = (struct msg_history){
		    3, random_customer(), pick(3) == 0 ? 0 : pick(model.applied + 10),
		    (uint32_t)pick(LIMIT_HISTORY_PAGE + 20)};
	} else if (kind < 4 && model.recent_count > 0) { /* again, sometimes not quite */
		command =
		    model.recent[pick(model.recent_count < RECENT ? model.recent_count : RECENT)];
		if (pick(4) == 0 && command.opcode != OP_customer_create)
			command.as.points_earn.points = random_points();
		if (pick(8) == 0 && command.opcode == OP_points_earn)
			command.opcode = OP_points_redeem;
	} else {
		command = fixture_write(writes[pick(6)], random_key(now_us), random_customer(),
					random_points());
		model.recent[model.recent_count++ % RECENT] = command;
	}
	return command;
}

/* Mostly forward, a little at a time; sometimes back, sometimes far. */
static int64_t random_time(int64_t now_us)
{
	switch (pick(500)) {
	case 0:
		return now_us - (int64_t)pick((uint64_t)FIXTURE_HOUR_US);
	case 1:
		return now_us + (int64_t)pick(5 * (uint64_t)FIXTURE_HOUR_US);
	default:
		return now_us + (int64_t)pick(30000000);
	}
}

/* --- one command on both --- */

/* The model's view of a write: its fields have one place in all of them. */
static struct binding wanted_of(const struct command *command)
{
	const struct msg_points_earn *m = &command->as.points_earn;
	bool create = command->opcode == OP_customer_create;
	return (struct binding){m->key, 0, m->customer, create ? 0 : m->points, command->opcode};
}

static void check_get(const struct command *command, const struct decision *decision)
{
	uint64_t id = command->as.customer_get.customer;
	const struct customer *c = find_customer(id);
	const struct ans_customer_get *got = &decision->answer.as.customer_get;
	if (c == NULL) {
		assert_int_equal(decision->verdict, VERDICT_REFUSED);
		assert_int_equal(decision->answer.status, id ? ERROR_NOT_FOUND : ERROR_ID_ZERO);
		return;
	}
	assert_int_equal(decision->verdict, VERDICT_ANSWER);
	assert_true(got->customer == id && got->points == c->points &&
		    got->created_us == c->created_us && got->event == c->last &&
		    got->events == c->events && decision->saw == c->last);
}

static void compare(const struct expected *expected, const struct decision *decision)
{
	assert_int_equal(decision->verdict, expected->verdict);
	assert_int_equal(decision->saw, expected->saw);
	model.outcomes[expected->error]++;
	if (expected->verdict == VERDICT_REFUSED) {
		assert_int_equal(decision->answer.status, expected->error);
		assert_true(decision->answer.detail.a == expected->a);
		assert_true(decision->answer.detail.b == expected->b);
	} else if (expected->verdict == VERDICT_EVENT) {
		assert_int_equal(decision->event.number, model.applied + 1);
		if (decision->event.parts & PART_points) {
			assert_true(decision->event.points.before == expected->a);
			assert_true(decision->event.points.after == expected->b);
		}
	} else {
		assert_int_equal(decision->past, expected->past);
	}
	if (expected->verdict == VERDICT_HISTORY)
		assert_int_equal(decision->limit, expected->limit);
}

/* The event as bytes, decoded and applied by the engine that never decides. */
static void follow(const struct event *event)
{
	static uint8_t bytes[LIMIT_EVENT_BYTES];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct event decoded;
	event_encode(&w, event);
	assert_true(
	    event_decode(bytes, (size_t)(w.at - bytes), engine_applied(follower) + 1, &decoded));
	assert_int_equal(engine_reserve(follower, 1), ERROR_OK);
	engine_apply(follower, &decoded);
}

static void step(int64_t now_us)
{
	static struct decision decision;
	struct command command = random_command(now_us);
	engine_prefetch_slots(engine, &command);
	engine_prefetch_row(engine, &command);
	enum verdict verdict = fixture_run(engine, &command, now_us, &decision);
	if (command.opcode == OP_customer_get) {
		check_get(&command, &decision);
		return;
	}
	struct binding wanted = wanted_of(&command);
	struct expected expected = command.opcode == OP_history
				       ? expect_history(&command.as.history)
				       : expect_write(&wanted, now_us);
	compare(&expected, &decision);
	if (verdict == VERDICT_EVENT) {
		model_apply(&wanted, &expected, decision.event.time_us);
		assert_true(decision.event.time_us >= now_us);
		follow(&decision.event);
	}
}

static void check_whole(void)
{
	struct engine_stats stats;
	__extension__ __int128 points = 0;
	fixture_check(engine);
	fixture_check(follower);
	engine_stats(engine, &stats);
	for (size_t i = 0; i < model.customer_count; i++)
		points += model.customers[i].points;
	assert_true(stats.points == (points > INT64_MAX ? INT64_MAX : (int64_t)points));
	assert_int_equal(stats.customers, model.customer_count);
	assert_int_equal(stats.applied, model.applied);
	assert_true(stats.keys >= model.binding_count); /* dead ones may still be there */
	assert_true(engine_digest(engine) == engine_digest(follower));
}

static void test_model(void **state)
{
	struct fixture_memory memory, other;
	const char *wanted = getenv("COMMANDS");
	uint64_t commands = wanted != NULL ? strtoull(wanted, NULL, 10) : 200000;
	int64_t now_us = FIXTURE_START_US;
	(void)state;
	model.random = fixture_seed((uint64_t)time(NULL));
	model.bindings = calloc(BINDINGS, sizeof model.bindings[0]);
	fixture_memory(&memory);
	fixture_memory(&other);
	engine = fixture_engine(&memory);
	follower = fixture_engine(&other);
	assert_int_equal(engine_reserve(follower, 5000), ERROR_OK); /* another layout */
	model.applied = 1;
	model.time_us = FIXTURE_START_US;
	for (uint64_t i = 0; i < commands; i++) {
		now_us = random_time(now_us);
		step(now_us);
		if (i % 1000 == 999)
			forget_old();
		if (i % 5000 == 4999)
			check_whole();
	}
	check_whole();
	for (size_t i = 0; i < error_info_count; i++)
		if (model.outcomes[error_infos[i].error] > 0)
			print_message("%8u %s\n", model.outcomes[error_infos[i].error],
				      error_infos[i].name);
	engine_free(engine);
	engine_free(follower);
	free(model.bindings);
	assert_int_equal(memory.used + other.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_model)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
